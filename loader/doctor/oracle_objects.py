"""Checks of Oracle objects: the indexes of raw and staging tables, and leftovers of failed builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from loader.dbt.relations import relation_names
from loader.doctor.check import Check
from loader.errors import TargetError
from loader.settings import TargetSettings
from loader.settings.project import project_directories
from loader.warehouse import LOCK
from loader.warehouse.oracle.connect import OracleWarehouse
from loader.warehouse.oracle.ddl import raw_indexes
from loader.warehouse.oracle.leftovers import TABLES, leftovers

_STAGING: Final = "stg_wms__"
_VERSIONS: Final = "_versions"
_SHOWN: Final = 5
_INDEXES: Final = """
select lower(index_name), lower(table_name), uniqueness, status from user_indexes order by index_name
"""
_RAW_TABLES: Final = """
select lower(table_name) from user_tab_columns where column_name = 'READ_ORDER'
intersect
select lower(table_name) from user_tab_columns where column_name = 'DOC'
"""


def check_indexes(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    """Report unusable indexes, and raw or staging tables that lack one."""
    rows = [tuple(map(str, row)) for row in target.fetch(_INDEXES)]
    if unusable := [index for index, _, _, status in rows if status == "UNUSABLE"]:
        commands = " ".join(f"alter index {settings.oracle_user}.{index} rebuild;" for index in unusable)
        message = f"Unusable after a failed direct path load or a moved table: {', '.join(unusable)}."
        return Check(name, "failed", message, f"Run: {commands}", TargetError.exit_code)
    tables = {str(table) for (table,) in target.fetch(TABLES)}
    raw = {str(table) for (table,) in target.fetch(_RAW_TABLES) if not str(table).startswith("elt_")} & tables
    owners = {index: table for index, table, _, _ in rows}
    unique = {table for _, table, uniqueness, _ in rows if uniqueness == "UNIQUE"}
    missing = [*_missing_of_raw(raw, owners), *_missing_of_staging(tables, owners, unique)]
    if not missing:
        return Check(name, "ok", "all exist and are usable")
    shown = ", ".join(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")
    hint = "Run `make elt` to create the missing indexes. If they are still missing, check the dbt log."
    return Check(name, "warn", f"Missing: {shown}.", hint)


def check_leftovers(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    """Report leftover tables of failed builds, unless a run is in progress."""
    lock = target.raw(LOCK.name)
    if target.exists(lock) and target.fetch(f"select lock_name from {lock}"):  # noqa: S608
        return Check(name, "ok", "not checked, because a run is in progress")
    tables = {str(table) for (table,) in target.fetch(TABLES)}
    found = [table for table, _ in leftovers(tables, relation_names(*project_directories(settings)))]
    if not found:
        return Check(name, "ok", "no tables of failed builds")
    shown = ", ".join(found[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
    return Check(name, "warn", f"Leftover tables of a failed build: {shown}.", "Run `make dbt` to clean them up.")


def _missing_of_raw(tables: set[str], owners: Mapping[str, str]) -> Iterator[str]:
    for table in sorted(tables):
        for index, _ in raw_indexes(table):
            if owners.get(index) != table:
                yield f"{index} on {table}"


def _missing_of_staging(tables: set[str], owners: Mapping[str, str], unique: set[str]) -> Iterator[str]:
    """Yield missing indexes: one on `read_order`, and a unique one for merges unless the table is append-only."""
    for table in sorted(table for table in tables if table.startswith(_STAGING) and "__dbt_" not in table):
        if owners.get(f"ix_{table}__read_order") != table:
            yield f"ix_{table}__read_order on {table}"
        if table not in unique and not table.endswith(_VERSIONS):
            yield f"a unique index on {table}"
