"""Checks in ``dlt_loads`` whether a load package is complete."""

from __future__ import annotations

from typing import Any

from dlt.destinations.sql_client import SqlClientBase


def has_completed(client: SqlClientBase[Any], loads_table: str, load_id: str) -> bool:
    """Whether ``dlt_loads`` has the package. After a kill at that point, the next run completes it again."""
    table = client.make_qualified_table_name(loads_table)
    return bool(client.execute_sql(f"select 1 from {table} where load_id = %s", load_id))  # noqa: S608
