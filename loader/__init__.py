"""ELT loader."""
