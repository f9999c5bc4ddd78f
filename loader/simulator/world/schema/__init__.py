"""Which fields each entity has, in document order (wms-api 6)."""
