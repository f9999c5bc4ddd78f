"""Reads past runs from the run tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loader.report.entity_runs import entities_of_run
from loader.report.model import EntityResult
from loader.warehouse import NODE_RESULT, RUN, TEST_RESULT, TableSpec, Warehouse

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
    entities: Sequence[EntityResult]
    tests: Sequence[Record]
    slowest: Sequence[Record]


def last_runs(target: Warehouse, count: int) -> list[Record]:
    """Returns the last runs, newest first."""
    return _rows(target, RUN, f"order by started_at desc, run_id desc fetch first {int(count)} rows only")


def last_measured(target: Warehouse, column: str) -> float | None:
    """Returns the latest value of a column of elt_run, or None if no run has measured it."""
    rest = f"where {column} is not null order by started_at desc, run_id desc fetch first 1 rows only"
    known = column in target.columns(target.raw(RUN.name))
    return next((float(run[column]) for run in _rows(target, RUN, rest)), None) if known else None


def run_record(target: Warehouse, run_id: str) -> RunRecord | None:
    """Returns a run by its id; None if it isn't stored."""
    found = _rows(target, RUN, "where run_id = ?", run_id)
    if not found:
        return None
    nodes = _rows(target, NODE_RESULT, "where run_id = ? order by duration_s desc, node_name", run_id)
    return RunRecord(
        run=found[0],
        entities=entities_of_run(target, run_id),
        tests=_rows(target, TEST_RESULT, "where run_id = ? and status <> 'ok' order by status, test_name", run_id),
        slowest=nodes[:SLOWEST],
    )


def _rows(target: Warehouse, spec: TableSpec, rest: str, *params: object) -> list[Record]:
    table = target.raw(spec.name)
    present = target.columns(table)
    if not present:
        return []
    # a target that an earlier release wrote lacks some until the next run, and reading changes nothing
    columns = ", ".join(name if name in present else f"null as {name}" for name in spec.column_names)
    sql = f"select {columns} from {table} {rest}"  # noqa: S608
    return [dict(zip(spec.column_names, row, strict=True)) for row in target.fetch(sql, params)]
