"""Oracle target."""
