"""Data files of the simulated world: code tables and declared entities."""
