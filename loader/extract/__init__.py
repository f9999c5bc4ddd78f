"""The extraction protocol (wms-api 8): which windows to read, how to scan them, what to remember."""
