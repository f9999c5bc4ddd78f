"""The runs of the past as facts."""

from __future__ import annotations

from loader.site.convert import instant, number, text, whole, whole_or_none
from loader.site.view_model import RunRow
from loader.warehouse import RUN, Row, Warehouse

_RUNS = """
    select run_id, started_at, status, duration_s, rows_read, new_versions, models_failed, tests_failed, quality_score
    from {runs} order by started_at desc fetch first 30 rows only
"""


def read_runs(target: Warehouse) -> tuple[RunRow, ...] | None:
    """The last 30 runs, oldest first; None when there is no run table."""
    table = target.raw(RUN.name)
    if not target.exists(table):
        return None
    return tuple(_run(row) for row in reversed(target.fetch(_RUNS.format(runs=table))))


def _run(row: Row) -> RunRow:
    run_id, started_at, status, duration, rows_read, new, models_failed, tests_failed, score = row
    return RunRow(
        run_id=text(run_id),
        started_at=instant(started_at),
        status=text(status),
        duration_s=number(duration) or 0.0,
        rows_read=whole(rows_read),
        new_versions=whole(new),
        models_failed=whole_or_none(models_failed),
        tests_failed=whole_or_none(tests_failed),
        quality_score=number(score),
    )
