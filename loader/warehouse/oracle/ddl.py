"""Creates the missing tables and indexes that loading needs, in every run.

DDL commits automatically. If the connection is lost between two statements, only the first object exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import oracledb

from loader.warehouse.oracle.errors import oracle_codes
from loader.warehouse.oracle.known_columns import KnownColumns
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
"""Global temporary table with the rows of the file that a session loads, until its commit or end."""

INCOMING_FILES: Final = "elt_incoming_files"
"""Global temporary table with the rows of several small files, in the same way."""

WANTED: Final = "elt_wanted"
"""Global temporary table with the ids of a query for current versions."""

_NAME_ALREADY_USED: Final = "ORA-00955"
_COLUMNS_INDEXED: Final = "ORA-01408"
_NO_SUCH_INDEX: Final = "ORA-01418"
_COVERED: Final = "_ix1"
"""Index of earlier releases on (entity_id, read_order)."""

_CREATE_TEMPORARY: Final = "create global temporary table {table} ({columns}) on commit delete rows"


def ensure_landing_tables(connection: oracledb.Connection, owner: str, known: KnownColumns) -> None:
    """Create the ledger and the temporary tables if they are missing."""
    with connection.cursor() as cursor:
        for name, statement in _statements(owner):
            if not known.of(name, cursor):
                _create(connection, statement, _NAME_ALREADY_USED)


def _statements(owner: str) -> Iterator[tuple[str, str]]:
    yield LEDGER, create_statement(f"{owner}.{LEDGER}", LEDGER_TABLE, "oracle")
    columns = _without_constraints(bind_columns())
    of_tables = {
        INCOMING: columns,
        INCOMING_FILES: f"file_id varchar2(128), {columns}",
        WANTED: _without_constraints(("entity_id",)),
    }
    for name, declared in of_tables.items():
        yield name, _CREATE_TEMPORARY.format(table=f"{owner}.{name}", columns=declared)


def bind_columns() -> list[str]:
    """Return the columns of a raw row in bind order: long values must be last (ORA-24816)."""
    return [*(name for name in raw_schema().names if name != DOCUMENT), DOCUMENT]


def _without_constraints(names: Iterable[str]) -> str:
    """Return the column list without constraints, for speed. The raw tables have the constraints."""
    columns = {column.name: column for column in RAW_COLUMNS}
    return ", ".join(f"{name} {column_type(columns[name], 'oracle')}" for name in names)


def ensure_indexes(connection: oracledb.Connection, owner: str, tables: Sequence[str], known: KnownColumns) -> None:
    """Create missing indexes of raw tables, and drop one of earlier releases that another now covers."""
    with connection.cursor() as cursor:
        before = set(known.indexes(cursor))
        # compare the table too: an index on another table may have the name
        wanted = [(table, name, columns) for table in tables for name, columns in raw_indexes(table)]
        missing = [index for index in wanted if index[:2] not in before]
        for table, name, columns in missing:
            try:
                _create(connection, f"create index {owner}.{name} on {owner}.{table} ({columns})", _COLUMNS_INDEXED)
            except oracledb.DatabaseError:
                # a concurrent run may have created it
                if (table, name) not in known.indexes(cursor, again=True):
                    raise
        covered = [table for table in tables if (table, f"{table}{_COVERED}") in before]
        for table in covered:
            _create(connection, f"drop index {owner}.{table}{_COVERED}", _NO_SUCH_INDEX)
        if missing or covered:
            known.indexes(cursor, again=True)


def raw_indexes(table: str) -> Iterator[tuple[str, str]]:
    """Yield name and columns of each index of a raw table.

    The first compares arriving versions without reading a document; the second finds dbt's new rows.
    """
    yield f"{table}_ix3", "entity_id, read_order, is_deleted, content_hash"
    yield f"{table}_ix2", "read_order"


def _create(connection: oracledb.Connection, ddl: str, done: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(ddl)
    except oracledb.DatabaseError as error:
        # 19c has no IF NOT EXISTS, and a concurrent run may have created it
        if done not in oracle_codes(error):
            raise
