"""Reads past runs from the run tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from loader.warehouse import ENTITY_RUN, NODE_RESULT, RUN, TEST_RESULT, TableSpec, Warehouse

Record = Mapping[str, Any]
"""One row by column name; instants are naive UTC."""

SLOWEST: Final = 10


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A past run with its entities, tests and slowest nodes.

    Args:
        tests: tests that are not ok, failures first.
        slowest: models, snapshots and seeds with the longest build time.
    """

    run: Record
    entities: Sequence[Record]
    tests: Sequence[Record]
    slowest: Sequence[Record]


def last_runs(target: Warehouse, count: int) -> list[Record]:
    """Returns the last runs, newest first."""
    return _rows(target, RUN, "order by started_at desc, run_id desc")[:count]


def run_record(target: Warehouse, run_id: str) -> RunRecord | None:
    """Returns a run by its id; None if it isn't stored."""
    found = _rows(target, RUN, "where run_id = ?", run_id)
    if not found:
        return None
    nodes = _rows(target, NODE_RESULT, "where run_id = ? order by duration_s desc, node_name", run_id)
    return RunRecord(
        run=found[0],
        entities=_rows(target, ENTITY_RUN, "where run_id = ? order by started_at, entity", run_id),
        tests=_rows(target, TEST_RESULT, "where run_id = ? and status <> 'ok' order by status, test_name", run_id),
        slowest=nodes[:SLOWEST],
    )


def read_until(target: Warehouse) -> Mapping[str, tuple[datetime, datetime]]:
    """By entity: up to which instant of the WMS it has been read, and when that reading ended; naive UTC.

    An entity that is read whole, without a window, has been read up to the start of its last good reading.
    """
    table = target.raw(ENTITY_RUN.name)
    if not target.exists(table):
        return {}
    sql = f"""
        select entity, max(coalesce(window_to, started_at)), max(finished_at) from {table}
        where status = 'ok' and load_mode <> 'backfill' group by entity
    """  # noqa: S608
    return {str(entity): (cast(datetime, until), cast(datetime, at)) for entity, until, at in target.fetch(sql)}


def _rows(target: Warehouse, spec: TableSpec, rest: str, *params: object) -> list[Record]:
    table = target.raw(spec.name)
    present = target.columns(table)
    if not present:
        return []
    # a target that an earlier release wrote lacks some until the next run, and reading changes nothing
    columns = ", ".join(name if name in present else f"null as {name}" for name in spec.column_names)
    sql = f"select {columns} from {table} {rest}"  # noqa: S608
    return [dict(zip(spec.column_names, row, strict=True)) for row in target.fetch(sql, params)]
