"""Asks dlt's table of loads whether a load package is complete."""

from __future__ import annotations

from typing import Any

from dlt.destinations.sql_client import SqlClientBase


def has_completed(client: SqlClientBase[Any], loads_table: str, load_id: str) -> bool:
    """Whether ``dlt_loads`` has the package: one killed right after that is completed again by the next run."""
    table = client.make_qualified_table_name(loads_table)
    return bool(client.execute_sql(f"select 1 from {table} where load_id = %s", load_id))  # noqa: S608
