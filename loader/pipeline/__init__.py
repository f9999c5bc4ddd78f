"""Loads documents into the warehouse through dlt (docs/explanation/design.md, raw tables)."""
