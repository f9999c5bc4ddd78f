"""The run tables as facts: what ran, and how it went for each entity."""

from __future__ import annotations

from loader.site.convert import instant, instant_or_none, number, text, whole, whole_or_none
from loader.site.view_model import EntityRow, RunRow
from loader.warehouse import ENTITY_RUN, RUN, Row, Warehouse

_RUNS = """
    select run_id, started_at, status, duration_s, rows_read, new_versions, models_failed, tests_failed, quality_score
    from {runs} order by started_at desc fetch first 30 rows only
"""
_ENTITIES = """
    select entity, status, load_mode, rows_read, new_versions, duration_s, finished_at, succeeded_at, message
    from (
        select
            runs.*,
            row_number() over (partition by entity order by finished_at desc) as nth_newest,
            max(case when status = 'ok' then finished_at end) over (partition by entity) as succeeded_at
        from {entity_runs} runs
    ) newest
    where nth_newest = 1
    order by duration_s desc, entity
"""


def read_runs(target: Warehouse) -> tuple[RunRow, ...] | None:
    """The last 30 runs, oldest first; None when there is no run table."""
    table = target.raw(RUN.name)
    if not target.exists(table):
        return None
    return tuple(_run(row) for row in reversed(target.fetch(_RUNS.format(runs=table))))


def read_entities(target: Warehouse) -> tuple[EntityRow, ...] | None:
    """The last result of each entity, the slowest first; None when there is no run table."""
    table = target.raw(ENTITY_RUN.name)
    if not target.exists(table):
        return None
    return tuple(_entity(row) for row in target.fetch(_ENTITIES.format(entity_runs=table)))


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


def _entity(row: Row) -> EntityRow:
    entity, status, mode, rows_read, new, duration, finished_at, succeeded_at, message = row
    return EntityRow(
        entity=text(entity),
        status=text(status),
        mode=text(mode),
        rows_read=whole(rows_read),
        new_versions=whole(new),
        duration_s=number(duration) or 0.0,
        finished_at=instant(finished_at),
        succeeded_at=instant_or_none(succeeded_at),
        message=text(message),
    )
