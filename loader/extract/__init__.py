"""The extraction protocol: windows, scans, catch-up passes and the state of each entity (wms-api 8)."""
