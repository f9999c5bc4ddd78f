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
_COMPUTED: Final = ("succeeded_at", "load_succeeded_at", "window_end", "nth_newest", "nth_load")
_NULLABLE: Final = frozenset({"window_from", "window_to", "read_to", *_COMPUTED})
_NO_FIELDS: Final = frozenset({"run_id", *_COMPUTED[1:]})

_OF_RUN: Final = "select {columns} from {table} where run_id = ? order by started_at, entity"
# two rows of an entity whose last result is that of a backfill
_LAST: Final = """
    select {columns}, succeeded_at, load_succeeded_at, window_end, nth_newest, nth_load from (
        select
            runs.*,
            row_number() over (partition by entity order by finished_at desc, run_id desc) as nth_newest,
            row_number() over (
                partition by entity, {is_load} order by finished_at desc, run_id desc
            ) * {is_load} as nth_load,
            max(case when status = 'ok' then finished_at end) over (partition by entity) as succeeded_at,
            max(case when status = 'ok' and {is_load} = 1 then finished_at end)
                over (partition by entity) as load_succeeded_at,
            max(case when status = 'ok' and {is_load} = 1 then window_to end) over (partition by entity) as window_end
        from {table} runs
    ) newest
    where nth_newest = 1 or nth_load = 1
    order by duration_s desc, entity
"""
_IS_LOAD: Final = "case when load_mode <> 'backfill' then 1 else 0 end"
# the end of a backfill is user input
_READ_UNTIL: Final = """
    select entity, max(window_to), max(coalesce({ends}, started_at)), max(finished_at) from {table}
    where status = 'ok' and load_mode <> 'backfill' group by entity
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResult(EntityResult):
    """Last result of an entity, with the end of its last successful load, aware UTC."""

    succeeded_at: datetime | None


class LatestResults(NamedTuple):
    """Last results of the entities.

    Args:
        of_any: each entity's last result, slowest first.
        of_loads: the same without backfills.
        window_end: the newest end of a window that was read, aware UTC; None before the first.
    """

    of_any: tuple[LastResult, ...]
    of_loads: tuple[LastResult, ...]
    window_end: datetime | None


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
    target.insert(ENTITY_RUN, [_row(report.run_id, entity) for entity in report.entities])


def entities_of_run(target: Warehouse, run_id: str) -> list[EntityResult]:
    """Returns the results of a run in the order of their start."""
    return [EntityResult(**_without(row)) for row in _read(target, _OF_RUN, (run_id,))]


def last_results(target: Warehouse) -> LatestResults:
    """Returns the last results of the entities, and how far they have been read."""
    found = _read(target, _LAST, is_load=_IS_LOAD)
    of_any = [row for row in found if row["nth_newest"] == 1]
    of_loads = [{**row, "succeeded_at": row["load_succeeded_at"]} for row in found if row["nth_load"] == 1]
    ends = [row["window_end"] for row in of_loads if row["window_end"]]
    return LatestResults(
        tuple(LastResult(**_without(row)) for row in of_any),
        tuple(LastResult(**_without(row)) for row in of_loads),
        max(ends, default=None),
    )


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


def _read(target: Warehouse, sql: str, params: Params = (), **parts: str) -> list[dict[str, Any]]:
    table = target.raw(ENTITY_RUN.name)
    present = target.columns(table)
    # a target that an earlier release wrote lacks some until the next run
    columns = [name for name in ENTITY_RUN.column_names if name in present]
    if not columns:
        return []
    rows = target.fetch(sql.format(columns=", ".join(columns), table=table, **parts), params)
    return [_fields(dict(zip([*columns, *_COMPUTED], row, strict=False))) for row in rows]


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """Converts a row: null text becomes empty, and columns of a newer release get defaults."""
    row["mode"] = row.pop("load_mode")
    kept = {name: value for name, value in row.items() if value is not None or name in _NULLABLE}
    aware = {name: value.replace(tzinfo=UTC) for name, value in kept.items() if isinstance(value, datetime)}
    return kept | aware


def _without(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a result."""
    return {name: value for name, value in row.items() if name not in _NO_FIELDS}
