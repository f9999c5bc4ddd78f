"""Loads documents into the warehouse through dlt (docs/design.md, raw tables)."""
