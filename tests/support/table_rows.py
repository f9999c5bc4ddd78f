"""Compares the built tables of two DuckDB warehouses."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import duckdb

BUILT_AT: Final = frozenset(
    ["first_seen_at", "last_seen_at", "dbt_scd_id", "dbt_valid_from", "dbt_valid_to", "dbt_updated_at"]
)
"""Columns whose values depend on when a build ran."""
WORKING: Final = ("__affected", "__changed")
"""Ends of the names of tables that differ between a partial and a whole build."""


def differing_tables(one: Path, other: Path, ignored: Collection[str] = ()) -> tuple[list[str], int]:
    """Return a line for each table of schema `wms` that differs, and the number of rows compared."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        left, right = (_columns(connection, name, ignored) for name in ("one", "other"))
        found = [f"{table}: in one of the warehouses only" for table in sorted(left.keys() ^ right.keys())]
        compared = 0
        for table in sorted(left.keys() & right.keys()):
            columns = ", ".join(left[table])
            missing, added = (
                _absent(connection, columns, table, *pair) for pair in (("one", "other"), ("other", "one"))
            )
            compared += _rows(connection, f"select count(*) from one.wms.{table}")
            if missing or added:
                examples = "; ".join(str(rows[:2]) for rows in (missing, added) if rows)
                counts = f"{len(missing)} rows only in the first, {len(added)} only in the second"
                found.append(f"{table}: {counts}; of {columns}: {examples}")
        return found, compared


def _columns(connection: duckdb.DuckDBPyConnection, database: str, ignored: Collection[str]) -> dict[str, list[str]]:
    rows = connection.execute(
        "select table_name, list(column_name order by column_name) from duckdb_columns() "
        "where database_name = ? and schema_name = 'wms' "
        "and table_name in (select table_name from duckdb_tables() where database_name = ?) group by all",
        [database, database],
    ).fetchall()
    return {
        table: [column for column in columns if column not in BUILT_AT]
        for table, columns in rows
        if table not in ignored and not table.endswith(WORKING)
    }


def _absent(
    connection: duckdb.DuckDBPyConnection, columns: str, table: str, left: str, right: str
) -> list[tuple[Any, ...]]:
    """Return the rows of the left table that the right one doesn't have."""
    return connection.execute(
        f"select {columns} from {left}.wms.{table} except all select {columns} from {right}.wms.{table} order by all"
    ).fetchall()


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row
    return int(row[0])
