"""Tables and indexes of the landing. Whatever is missing is made, in every run (oracle A.6, injected faults).

DDL commits by itself: a connection lost between two CREATEs leaves one of them, so none relies on the other's run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import oracledb

from loader.landing.tables import LEDGER

INCOMING: Final = "elt_incoming"
"""Global temporary table: the rows of the file a session is landing, gone at its commit or its death."""

WANTED: Final = "elt_wanted"
"""Global temporary table: ids whose current versions are asked for."""

_NAME_ALREADY_USED: Final = "ORA-00955"
_COLUMNS_INDEXED: Final = "ORA-01408"

_TABLES: Final = (
    (
        LEDGER,
        """
create table {owner}.{name} (
    dlt_load_id varchar2(64 char) not null, file_id varchar2(64 char) not null, entity varchar2(128 char) not null,
    rows_read number(19) not null, rows_landed number(19) not null,
    first_read_order number(19) not null, last_read_order number(19) not null, landed_at timestamp(6) not null,
    primary key (dlt_load_id, file_id)
)
""",
    ),
    # no constraints: the raw tables have them, and a temporary copy needs to be fast; the LOB stands last because its
    # long values must be bound last (ORA-24816)
    (
        INCOMING,
        """
create global temporary table {owner}.{name} (
    entity_id number(19), mod_ts timestamp(6), facility_id number(19), company_id number(19),
    content_hash varchar2(32 char), is_deleted number(1), read_at timestamp(6), read_order number(19), doc blob
) on commit delete rows
""",
    ),
    (
        WANTED,
        "create global temporary table {owner}.{name} (entity_id number(19)) on commit delete rows",
    ),
)
_EXISTING_TABLES: Final = "select lower(table_name) from all_tables where owner = :owner"
_EXISTING_INDEXES: Final = (
    "select lower(index_name) || ' on ' || lower(table_name) from all_indexes where owner = :owner"
)


def ensure_landing_tables(connection: oracledb.Connection, owner: str) -> None:
    """Creates the ledger and the temporary tables that are missing."""
    existing = _names(connection, _EXISTING_TABLES, owner)
    for name, ddl in _TABLES:
        if name not in existing:
            _create(connection, ddl.strip().format(owner=owner, name=name), _NAME_ALREADY_USED)


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
        if not str(error).startswith(done):
            raise
