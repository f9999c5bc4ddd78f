"""Documents into the target through dlt (docs/design.md, raw tables)."""
