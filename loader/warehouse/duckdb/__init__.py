"""DuckDB target."""
