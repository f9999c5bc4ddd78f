"""What wms-elt needs of Oracle."""
