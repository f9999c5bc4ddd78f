"""Dagster definitions; needs the extra `dagster`."""
