"""Reads and writes elt_entity_run, which has one row per entity and run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, cast

from loader.report.model import EntityResult, RunReport
from loader.warehouse import ENTITY_RUN, Params, Warehouse

_MESSAGE_LENGTH: Final = 1000
"""Maximum characters: at four bytes each they fit in Oracle's 4,000 bytes."""
_NULLABLE: Final = frozenset({"window_from", "window_to", "read_to", "succeeded_at"})

_OF_RUN: Final = "select {columns} from {table} where run_id = ? order by started_at, entity"
_LAST: Final = """
    select {columns}, succeeded_at from (
        select
            runs.*,
            row_number() over (partition by entity order by finished_at desc, run_id desc) as nth_newest,
            max(case when status = 'ok' then finished_at end) over (partition by entity) as succeeded_at
        from {table} runs{condition}
    ) newest
    where nth_newest = 1
    order by duration_s desc, entity
"""
# the end of a backfill is user input
_READ_UNTIL: Final = """
    select entity, max(window_to), max(coalesce({ends}, started_at)), max(finished_at) from {table}
    where status = 'ok' and load_mode <> 'backfill' group by entity
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResult(EntityResult):
    """Last result of an entity, with the end of its last successful load, aware UTC."""

    succeeded_at: datetime | None


class ReadUntil(NamedTuple):
    """Instant up to which an entity has been read; naive UTC.

    Args:
        window_end: the end of its last window; None when it is read whole.
        until: the same, later while the clocks differ (`EntityResult.read_to`); else the start of its last good read.
        ended_at: when that reading ended.
    """

    window_end: datetime | None
    until: datetime
    ended_at: datetime


def save_entities(report: RunReport, target: Warehouse) -> None:
    """Adds the run's entities to elt_entity_run, which source freshness reads. Raises TargetError."""
    target.ensure_run_tables()
    with target.transaction():
        target.insert(ENTITY_RUN, [_row(report.run_id, entity) for entity in report.entities])


def entities_of_run(target: Warehouse, run_id: str) -> list[EntityResult]:
    """Returns the results of a run in the order of their start."""
    return [EntityResult(**row) for row in _read(target, _OF_RUN, (run_id,))]


def last_results(target: Warehouse, *, backfills: bool = True) -> list[LastResult]:
    """Returns the last result of each entity, slowest first; backfills can be ignored."""
    condition = "" if backfills else " where load_mode <> 'backfill'"
    return [LastResult(**row) for row in _read(target, _LAST, condition=condition)]


def read_until(target: Warehouse) -> Mapping[str, ReadUntil]:
    """Returns by entity how far it has been read."""
    table = target.raw(ENTITY_RUN.name)
    if not target.exists(table):
        return {}
    # a table of an earlier release lacks the column until the next run
    ends = "read_to, window_to" if "read_to" in target.columns(table) else "window_to"
    rows = target.fetch(_READ_UNTIL.format(table=table, ends=ends))
    return {str(entity): ReadUntil(*cast(tuple[Any, Any, Any], instants)) for entity, *instants in rows}


def _row(run_id: str, entity: EntityResult) -> Mapping[str, object]:
    # MODE is a reserved word on Oracle
    own = {"run_id": run_id, "load_mode": entity.mode, "message": entity.message[:_MESSAGE_LENGTH]}
    return {**asdict(entity), **own}


def _read(target: Warehouse, sql: str, params: Params = (), condition: str = "") -> list[dict[str, Any]]:
    table = target.raw(ENTITY_RUN.name)
    present = target.columns(table)
    # a target that an earlier release wrote lacks some until the next run
    columns = [name for name in ENTITY_RUN.column_names if name in present]
    if not columns:
        return []
    rows = target.fetch(sql.format(columns=", ".join(columns), table=table, condition=condition), params)
    return [_fields(dict(zip([*columns, "succeeded_at"], row, strict=False))) for row in rows]


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """Converts a row: null text becomes empty, and columns of a newer release get defaults."""
    row["mode"] = row.pop("load_mode")
    kept = {name: value for name, value in row.items() if value is not None or name in _NULLABLE}
    aware = {name: value.replace(tzinfo=UTC) for name, value in kept.items() if isinstance(value, datetime)}
    return {name: value for name, value in (kept | aware).items() if name != "run_id"}
