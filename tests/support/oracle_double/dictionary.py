"""Data dictionary views read by the loader and dbt-oracle, generated from the catalogue on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import pyarrow as pa

from tests.support.oracle_double.catalogue import Catalogue
from tests.support.oracle_double.names import shown
from tests.support.oracle_double.types import OracleType

_EMPTY_COLUMN_NAMES = """
    DATA_TYPE_MOD DATA_TYPE_OWNER DEFAULT_LENGTH DATA_DEFAULT NUM_DISTINCT LOW_VALUE HIGH_VALUE DENSITY NUM_NULLS
    NUM_BUCKETS LAST_ANALYZED SAMPLE_SIZE CHARACTER_SET_NAME CHAR_COL_DECL_LENGTH GLOBAL_STATS USER_STATS AVG_COL_LEN
    V80_FMT_IMAGE DATA_UPGRADED HISTOGRAM
"""
_EMPTY_COLUMNS = frozenset(_EMPTY_COLUMN_NAMES.split())
Rows = list[dict[str, Any]]


def _tables(catalogue: Catalogue) -> Rows:
    return [
        {
            "OWNER": table.owner,
            "TABLE_NAME": shown(table.name),
            "IOT_TYPE": None,
            "TEMPORARY": "Y" if table.is_temporary else "N",
            "PARTITIONED": "NO",
        }
        for table in catalogue.relations.values()
        if table.kind != "view"
    ]


def _views(catalogue: Catalogue) -> Rows:
    return [
        {"OWNER": view.owner, "VIEW_NAME": shown(view.name), "TEXT_VC": (view.text or "")[:4000]}
        for view in catalogue.relations.values()
        if view.kind == "view"
    ]


def _columns(catalogue: Catalogue) -> Rows:
    return [
        {"OWNER": table.owner, "TABLE_NAME": shown(table.name), **_column(name, position, column.nullable, column.type)}
        for table in catalogue.relations.values()
        for position, (name, column) in enumerate(table.columns.items(), 1)
    ]


@lru_cache(maxsize=5000)
def _column(name: str, position: int, nullable: bool, kind: OracleType) -> Mapping[str, Any]:
    """Columns that are the same for all tables. The dictionary is read again after every definition."""
    return {
        "COLUMN_NAME": shown(name),
        "COLUMN_ID": position,
        "NULLABLE": "Y" if nullable else "N",
        "DATA_TYPE": kind.name,
        "DATA_LENGTH": _bytes(kind),
        "DATA_PRECISION": kind.precision if kind.name == "NUMBER" else None,
        "DATA_SCALE": kind.scale if kind.name == "NUMBER" else 6 if kind.name.startswith("TIMESTAMP") else None,
        "CHAR_LENGTH": kind.length if kind.name in {"VARCHAR2", "CHAR"} else 0,
        "CHAR_USED": ("C" if kind.in_chars else "B") if kind.name in {"VARCHAR2", "CHAR"} else None,
    }


def _bytes(kind: OracleType) -> int:
    if kind.name in {"VARCHAR2", "CHAR", "RAW"}:
        return min((kind.length or 1) * (4 if kind.in_chars else 1), 4000)
    return {"NUMBER": 22, "DATE": 7, "TIMESTAMP(6)": 11, "TIMESTAMP(6) WITH TIME ZONE": 13}.get(kind.name, 4000)


def _indexes(catalogue: Catalogue) -> Rows:
    return [
        {
            "OWNER": index.owner,
            "INDEX_NAME": index.name,
            "TABLE_OWNER": index.owner,
            "TABLE_NAME": index.table,
            "UNIQUENESS": "UNIQUE" if index.unique else "NONUNIQUE",
            "STATUS": "VALID" if index.usable else "UNUSABLE",
        }
        for index in catalogue.indexes.values()
    ]


def _comments(catalogue: Catalogue) -> Rows:
    return [
        {
            "OWNER": table.owner,
            "TABLE_NAME": shown(table.name),
            "TABLE_TYPE": "VIEW" if table.kind == "view" else "TABLE",
            "COMMENTS": table.comment,
        }
        for table in catalogue.relations.values()
    ]


def _column_comments(catalogue: Catalogue) -> Rows:
    return [
        {
            "OWNER": table.owner,
            "TABLE_NAME": shown(table.name),
            "COLUMN_NAME": shown(column.name),
            "COMMENTS": column.comment,
        }
        for table in catalogue.relations.values()
        for column in table.columns.values()
    ]


def _time_zones(catalogue: Catalogue) -> Rows:
    return [{"TZNAME": name, "TZABBREV": "LMT"} for name in sorted(available_timezones())]


def _privileges(catalogue: Catalogue) -> Rows:
    return [
        {"TABLE_SCHEMA": owner, "TABLE_NAME": table, "GRANTEE": grantee, "PRIVILEGE": privilege, "GRANTOR": owner}
        for owner, table, grantee, privilege in catalogue.grants
    ]


def _privileges_made(catalogue: Catalogue) -> Rows:
    return [
        {"OWNER": owner, "TABLE_NAME": table, "GRANTEE": grantee, "PRIVILEGE": privilege, "GRANTOR": owner}
        for owner, table, grantee, privilege in catalogue.grants
    ]


def _statistics(catalogue: Catalogue) -> Rows:
    """Number of rows: 1 stands for any, because only whether there are statistics is emulated."""
    return [
        {
            "OWNER": table.owner,
            "TABLE_NAME": shown(table.name),
            "OBJECT_TYPE": "TABLE",
            "PARTITION_NAME": None,
            "NUM_ROWS": 1 if table.analyzed else None,
            "STALE_STATS": "NO" if table.analyzed else None,
        }
        for table in catalogue.relations.values()
        if table.kind != "view"
    ]


_TEXT = pa.string()
_NUMBER = pa.int64()
_NUMBERS = {
    "COLUMN_ID",
    "DATA_LENGTH",
    "DATA_PRECISION",
    "DATA_SCALE",
    "CHAR_LENGTH",
    "DENSITY",
    "NUM_DISTINCT",
    "NUM_ROWS",
}
_VIEWS: Mapping[str, tuple[str, Callable[[Catalogue], Rows]]] = {
    "ALL_TABLES": ("OWNER TABLE_NAME IOT_TYPE TEMPORARY PARTITIONED", _tables),
    "ALL_VIEWS": ("OWNER VIEW_NAME TEXT_VC", _views),
    "ALL_MVIEWS": ("OWNER MVIEW_NAME", lambda catalogue: []),
    "ALL_TAB_COLUMNS": (
        "OWNER TABLE_NAME COLUMN_NAME COLUMN_ID NULLABLE DATA_TYPE DATA_LENGTH DATA_PRECISION DATA_SCALE CHAR_LENGTH "
        "CHAR_USED " + _EMPTY_COLUMN_NAMES,
        _columns,
    ),
    "ALL_INDEXES": ("OWNER INDEX_NAME TABLE_OWNER TABLE_NAME UNIQUENESS STATUS", _indexes),
    "ALL_TAB_COMMENTS": ("OWNER TABLE_NAME TABLE_TYPE COMMENTS", _comments),
    "ALL_COL_COMMENTS": ("OWNER TABLE_NAME COLUMN_NAME COMMENTS", _column_comments),
    "ALL_TAB_STATISTICS": ("OWNER TABLE_NAME PARTITION_NAME OBJECT_TYPE NUM_ROWS STALE_STATS", _statistics),
    "ALL_TAB_PRIVS_MADE": ("GRANTEE OWNER TABLE_NAME GRANTOR PRIVILEGE", _privileges_made),
    "ALL_TAB_PRIVS": ("GRANTOR GRANTEE TABLE_SCHEMA TABLE_NAME PRIVILEGE", _privileges),
    "V$TIMEZONE_NAMES": ("TZNAME TZABBREV", _time_zones),
    "ALL_USERS": ("USERNAME", lambda catalogue: [{"USERNAME": user} for user in catalogue.users]),
}


def view(name: str, catalogue: Catalogue, user: str) -> pa.Table | None:
    """Return the rows of a dictionary view, or None if unsupported, such as most V$ views, which need a grant."""
    source = name.replace("USER_", "ALL_", 1) if name.startswith("USER_") else name
    if source not in _VIEWS:
        return None
    columns, rows_of = _VIEWS[source]
    rows, names = rows_of(catalogue), columns.split()
    if source != name:
        rows = [row for row in rows if row.get("OWNER") == user]
        # views of the user's own objects have no such column
        names = [column for column in names if column != "OWNER" or source == "ALL_TAB_PRIVS_MADE"]
    return pa.table({column: _array(rows, column) for column in names})


def _array(rows: Rows, column: str) -> pa.Array:
    kind = _NUMBER if column in _NUMBERS else _TEXT
    if column in _EMPTY_COLUMNS:
        return pa.nulls(len(rows), kind)
    return pa.array([row[column] for row in rows], kind)
