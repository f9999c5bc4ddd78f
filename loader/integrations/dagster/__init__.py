"""Dagster definitions; require the extra `dagster`."""
