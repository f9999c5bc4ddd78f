"""Documents into the target through dlt (docs/explanation/design.md, raw tables)."""
