"""Loads documents into the target with dlt (docs/design.md, raw tables)."""
