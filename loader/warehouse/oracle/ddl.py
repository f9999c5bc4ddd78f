"""Tables and indexes of the landing. Whatever is missing is made, in every run (oracle A.6, injected faults).

DDL commits by itself: a connection lost between two CREATEs leaves one of them, so none relies on the other's run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import oracledb

from loader.warehouse.oracle.errors import oracle_codes
from loader.warehouse.schema import (
    DOCUMENT,
    LEDGER,
    LEDGER_TABLE,
    RAW_COLUMNS,
    column_type,
    create_statement,
    raw_schema,
)

INCOMING: Final = "elt_incoming"
"""Global temporary table: the rows of the file a session is landing, gone at its commit or its death."""

WANTED: Final = "elt_wanted"
"""Global temporary table: ids whose current versions are asked for."""

_NAME_ALREADY_USED: Final = "ORA-00955"
_COLUMNS_INDEXED: Final = "ORA-01408"

_CREATE_TEMPORARY: Final = "create global temporary table {table} ({columns}) on commit delete rows"
_EXISTING_TABLES: Final = "select lower(table_name) from all_tables where owner = :owner"
_EXISTING_INDEXES: Final = (
    "select lower(index_name) || ' on ' || lower(table_name) from all_indexes where owner = :owner"
)


def ensure_landing_tables(connection: oracledb.Connection, owner: str) -> None:
    """Creates the ledger and the temporary tables that are missing."""
    existing = _names(connection, _EXISTING_TABLES, owner)
    for name, statement in _statements(owner):
        if name not in existing:
            _create(connection, statement, _NAME_ALREADY_USED)


def _statements(owner: str) -> Iterator[tuple[str, str]]:
    yield LEDGER, create_statement(f"{owner}.{LEDGER}", LEDGER_TABLE, "oracle")
    for name, columns in ((INCOMING, bind_columns()), (WANTED, ("entity_id",))):
        yield name, _CREATE_TEMPORARY.format(table=f"{owner}.{name}", columns=_without_constraints(columns))


def bind_columns() -> list[str]:
    """Columns of a raw row in the order they are bound: long values must be bound last (ORA-24816)."""
    return [*(name for name in raw_schema().names if name != DOCUMENT), DOCUMENT]


def _without_constraints(names: Iterable[str]) -> str:
    """The raw tables have the constraints, and a temporary copy needs to be fast."""
    columns = {column.name: column for column in RAW_COLUMNS}
    return ", ".join(f"{name} {column_type(columns[name], 'oracle')}" for name in names)


def ensure_indexes(connection: oracledb.Connection, owner: str, tables: Iterable[str]) -> None:
    """Creates the missing indexes of raw tables: by id for the current version, by order for what dbt has not read."""
    existing = _names(connection, _EXISTING_INDEXES, owner)
    for table in tables:
        for name, columns in ((f"{table}_ix1", "entity_id, read_order"), (f"{table}_ix2", "read_order")):
            # by its table too: the name alone may be that of an index on another one
            if f"{name} on {table}" in existing:
                continue
            try:
                _create(connection, f"create index {owner}.{name} on {owner}.{table} ({columns})", _COLUMNS_INDEXED)
            except oracledb.DatabaseError:
                # another run may have been faster
                if f"{name} on {table}" not in _names(connection, _EXISTING_INDEXES, owner):
                    raise


def _names(connection: oracledb.Connection, sql: str, owner: str) -> set[str]:
    with connection.cursor() as cursor:
        return {name for (name,) in cursor.execute(sql, owner=owner.upper())}


def _create(connection: oracledb.Connection, ddl: str, done: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(ddl)
    except oracledb.DatabaseError as error:
        # 19c has no IF NOT EXISTS, and another run may have been faster
        if done not in oracle_codes(error):
            raise
