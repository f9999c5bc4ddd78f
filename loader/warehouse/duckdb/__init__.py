"""What wms-elt needs of DuckDB."""
