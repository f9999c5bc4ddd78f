"""Declares the tables of a warehouse: raw tables, the ledger and the run tables.

The Arrow schema of extracted rows, dlt's column hints and the DDL of each engine are derived from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import pyarrow as pa
    from dlt.common.schema.typing import TColumnSchema

ColumnType = Literal["name", "text", "bigint", "double", "timestamp", "bytes", "hash", "load_id", "flag", "document"]
Dialect = Literal["duckdb", "oracle"]

HASH_LENGTH: Final = 32
LOAD_ID_LENGTH: Final = 64

_ORACLE_TYPES: Final[dict[ColumnType, str]] = {
    "name": "varchar2(128 char)",
    "text": "varchar2(4000)",
    "bigint": "number(19)",
    "double": "binary_double",
    "timestamp": "timestamp(6)",
    "bytes": "blob",
    "hash": f"varchar2({HASH_LENGTH} char)",
    "load_id": f"varchar2({LOAD_ID_LENGTH} char)",
    "flag": "number(1)",
    "document": "blob",
}
_DUCKDB_TYPES: Final[dict[ColumnType, str]] = {
    "name": "varchar",
    "text": "varchar",
    "bigint": "bigint",
    "double": "double",
    "timestamp": "timestamp",
    "bytes": "blob",
    "hash": "varchar",
    "load_id": "varchar",
    "flag": "bigint",
    "document": "varchar",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Types:

    - ``timestamp`` is UTC without zone.
    - ``name`` is short text: three of them fit in an Oracle index key with 8 KB blocks (ORA-01450).
    - ``text`` has at most 4,000 bytes (Oracle's limit); ``bytes`` has no limit.
    - ``document`` is JSON text; on Oracle, a BLOB in UTF-8.
    """

    name: str
    type: ColumnType
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: unquoted name, columns in order, and the columns of its primary key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    def values(self, rows: Iterable[Mapping[str, object]]) -> list[list[object]]:
        """Rows given as column -> value in the order of the columns; aware instants become naive UTC."""
        return [[naive(row.get(name)) for name in self.column_names] for row in rows]


def naive(value: object) -> object:
    """An aware instant as UTC without zone; anything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def column_type(column: Column, dialect: Dialect) -> str:
    """Return the column type in the SQL of the engine."""
    return (_ORACLE_TYPES if dialect == "oracle" else _DUCKDB_TYPES)[column.type]


def column_definitions(columns: Iterable[Column], dialect: Dialect) -> str:
    """Return the column list of CREATE TABLE."""
    return ", ".join(
        f"{column.name} {column_type(column, dialect)}{'' if column.nullable else ' not null'}" for column in columns
    )


def create_statement(table: str, spec: TableSpec, dialect: Dialect) -> str:
    """Return CREATE TABLE for a qualified name, without IF NOT EXISTS (not in Oracle 19c) or constraint names."""
    columns = column_definitions(spec.columns, dialect)
    return f"create table {table} ({columns}, primary key ({', '.join(spec.key)}))"


def _columns(text: str, of_type: ColumnType, *, nullable: bool = True) -> Iterator[Column]:
    return (Column(name, of_type, nullable) for name in text.split())


DOCUMENT: Final = "doc"
"""The document column of a raw table."""

RAW_COLUMNS: Final = (
    *_columns("entity_id", "bigint", nullable=False),
    *_columns("mod_ts", "timestamp"),
    *_columns("facility_id company_id", "bigint"),
    *_columns("content_hash", "hash", nullable=False),
    *_columns(DOCUMENT, "document", nullable=False),
    *_columns("is_deleted", "flag", nullable=False),
    *_columns("read_at", "timestamp", nullable=False),
    *_columns("read_order", "bigint", nullable=False),
    *_columns("dlt_load_id", "load_id"),
)
"""Columns of a raw table, in table order. The load job fills the last one."""

RAW_LOG_HINT: Final = "x-raw-log"
"""Table hint that selects our load job instead of dlt's copy job."""

LEDGER: Final = "elt_landing"

LEDGER_TABLE: Final = TableSpec(
    LEDGER,
    (
        *_columns("dlt_load_id file_id", "load_id", nullable=False),
        *_columns("entity", "name", nullable=False),
        *_columns("rows_read rows_landed first_read_order last_read_order", "bigint", nullable=False),
        *_columns("landed_at", "timestamp", nullable=False),
    ),
    key=("dlt_load_id", "file_id"),
)

EMPTY_LOG: Final = "0 "
"""Log position before the first load."""


def content_hash(document: Any) -> str:
    """Return the first 128 bits of the document's SHA-256 in hex. In DuckDB: ``left(sha256(doc), 32)``."""
    return hashlib.sha256(document).hexdigest()[:HASH_LENGTH]


@cache
def raw_schema() -> pa.Schema:
    """Return the Arrow schema of a raw table, without `dlt_load_id`."""
    import pyarrow as pa

    types: dict[ColumnType, pa.DataType] = {
        "bigint": pa.int64(),
        "flag": pa.int64(),
        "timestamp": pa.timestamp("us"),
        "hash": pa.string(),
        "document": pa.string(),
    }
    return pa.schema([pa.field(column.name, types[column.type], column.nullable) for column in RAW_COLUMNS[:-1]])


def raw_columns() -> list[TColumnSchema]:
    """Return dlt's column hints for a raw table, in table order. Timestamps are UTC without zone, microseconds."""
    hints: dict[ColumnType, TColumnSchema] = {
        "bigint": {"data_type": "bigint"},
        "flag": {"data_type": "bigint"},
        "timestamp": {"data_type": "timestamp", "timezone": False, "precision": 6},
        "hash": {"data_type": "text", "precision": HASH_LENGTH},
        "load_id": {"data_type": "text", "precision": LOAD_ID_LENGTH},
        "document": {"data_type": "text"},
    }
    return [{"name": column.name, **hints[column.type], "nullable": column.nullable} for column in RAW_COLUMNS]


RUN = TableSpec(
    "elt_run",
    (
        *_columns("run_id", "name"),
        *_columns("schema_version", "bigint"),
        *_columns("started_at finished_at", "timestamp"),
        *_columns("status", "text"),
        *_columns("exit_code", "bigint"),
        *_columns("source target", "text"),
        *_columns("rows_read new_versions models_ok models_failed", "bigint"),
        *_columns("tests_passed tests_warned tests_failed rejected_rows", "bigint"),
        *_columns("quality_score duration_s", "double"),
        *_columns("command host release error_code", "name"),
        *_columns("refused_share", "double"),
        *_columns("built_from", "timestamp"),
    ),
    key=("run_id",),
)

LoadMode = Literal["initial", "incremental", "snapshot", "full", "backfill", "reconcile"]
"""How an entity is read: the values of load_mode."""

ENTITY_RUN = TableSpec(
    "elt_entity_run",
    (
        *_columns("run_id entity status load_mode", "name"),
        *_columns("window_from window_to", "timestamp"),
        *_columns("rows_read pages new_versions deleted_rows", "bigint"),
        *_columns("started_at finished_at", "timestamp"),
        *_columns("duration_s", "double"),
        *_columns("message", "text"),
        *_columns("quarantined", "bigint"),
        *_columns("read_to", "timestamp"),
    ),
    key=("run_id", "entity"),
)

DESCRIBED_FIELD = TableSpec(
    "elt_described_field",
    (*_columns("run_id entity field_name field_type", "name"), *_columns("described_at", "timestamp")),
    key=("run_id", "entity", "field_name"),
)

SCHEMA_CHANGE = TableSpec(
    "elt_schema_change",
    (
        *_columns("run_id entity field_name change_kind type_before type_after", "name"),
        *_columns("seen_at", "timestamp"),
    ),
    key=("run_id", "entity", "field_name"),
)

TEST_RESULT = TableSpec(
    "elt_test_result",
    (
        *_columns("run_id test_name", "name"),
        *_columns("started_at", "timestamp"),
        *_columns("status severity owner_group", "name"),
        *_columns("failures", "bigint"),
        *_columns("duration_s", "double"),
    ),
    key=("run_id", "test_name"),
)

NODE_RESULT = TableSpec(
    "elt_node_result",
    (
        *_columns("run_id node_name", "name"),
        *_columns("started_at", "timestamp"),
        *_columns("node_kind status owner_group", "name"),
        *_columns("duration_s", "double"),
    ),
    key=("run_id", "node_name"),
)

RECONCILIATION = TableSpec(
    "elt_reconciliation",
    (
        *_columns("run_id", "name"),
        *_columns("line_number", "bigint"),
        *_columns("compared_at", "timestamp"),
        *_columns("entity", "name"),
        *_columns("facility_id source_rows raw_rows", "bigint"),
        *_columns("pending_rows missing_rows stale_rows vanished_rows staging_behind", "bigint"),
        *_columns("message", "text"),
    ),
    key=("run_id", "line_number"),
)

ALERT = TableSpec(
    "elt_alert",
    (
        *_columns("alert_key", "name"),
        *_columns("opened_at", "timestamp"),
        *_columns("kind subject severity", "name"),
        *_columns("summary rows_query", "text"),
        *_columns("opened_run_id", "name"),
        *_columns("last_seen_at", "timestamp"),
        *_columns("last_seen_run_id", "name"),
        *_columns("closed_at", "timestamp"),
        *_columns("closed_run_id", "name"),
        *_columns("told_open_at told_closed_at", "timestamp"),
    ),
    key=("alert_key", "opened_at"),
)

LOCK = TableSpec(
    "elt_lock",
    (
        *_columns("lock_name run_id command host", "name"),
        *_columns("process_id", "bigint"),
        *_columns("os_user", "name"),
        *_columns("entities", "text"),
        *_columns("acquired_at heartbeat_at", "timestamp"),
    ),
    key=("lock_name",),
)

SCOPE = TableSpec(
    "elt_scope",
    (
        *_columns("pipeline_name entity", "name"),
        *_columns("read_scope", "text"),
        *_columns("claimed_at", "timestamp"),
    ),
    key=("pipeline_name", "entity"),
)

SOURCE = TableSpec(
    "elt_source",
    (
        # `slot` is a constant: as the key, it prevents a second row
        *_columns("slot kind", "name"),
        *_columns("identity", "text"),
        *_columns("first_seen_at confirmed_at", "timestamp"),
    ),
    key=("slot",),
)

SCHEMA_VERSION = TableSpec(
    "elt_schema_version",
    (
        *_columns("component", "name"),
        *_columns("schema_version", "bigint"),
        *_columns("release", "name"),
        *_columns("changed_at", "timestamp"),
    ),
    key=("component",),
)

QUARANTINE = TableSpec(
    "elt_quarantine",
    (
        *_columns("entity entity_id content_hash", "name"),
        *_columns("reason", "text"),
        *_columns("doc_bytes", "bytes"),
        *_columns("first_seen_at last_seen_at released_at", "timestamp"),
    ),
    key=("entity", "content_hash"),
)

BUILD_STATE = TableSpec(
    "elt_build_state",
    (
        *_columns("pipeline_name", "name"),
        *_columns("saved_at", "timestamp"),
        *_columns("state", "bytes"),
    ),
    key=("pipeline_name",),
)

RUN_TABLES = (
    RUN,
    ENTITY_RUN,
    TEST_RESULT,
    NODE_RESULT,
    DESCRIBED_FIELD,
    SCHEMA_CHANGE,
    RECONCILIATION,
    ALERT,
    LOCK,
    SCOPE,
    QUARANTINE,
    BUILD_STATE,
    SOURCE,
    SCHEMA_VERSION,
)
"""All run tables. Missing tables and columns are created before the first write."""
