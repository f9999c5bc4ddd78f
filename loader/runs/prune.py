"""Deletes superseded raw versions that are old and staged (docs/how-to/prune.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from loader.locking import this_process
from loader.pipeline.name_conflicts import refused_entities
from loader.report import Progress, Silent
from loader.report.entity_runs import last_results
from loader.report.retention import days_ago
from loader.runs.locks import acquire_locks
from loader.runs.run_session import new_run_id
from loader.settings import Settings
from loader.warehouse import Warehouse, count, open_warehouse
from loader.warehouse.source_guard import check_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """Result for one raw table.

    Args:
        versions: versions before pruning.
        superseded: versions that can be deleted; deleted unless it was a dry run.
        kept_because: why nothing can be deleted, such as ``not staged``; else empty.
    """

    entity: str
    versions: int
    superseded: int
    kept_because: str = ""


def prune(settings: Settings, *, apply: bool = False, progress: Progress | None = None) -> list[Pruned]:
    """Counts, or with `apply` deletes, versions that were replaced more than `prune_days` days ago.

    Current versions are kept. Versions are also kept until every staging table of the entity has read both the version
    and the one that replaced it.

    Raises:
        LockedError: ``WMS_RUN_002``, a run is in progress.
        ForeignTarget: the data in the target comes from another source.
        TargetError: the target can't be opened or written; earlier entities stay pruned.
    """
    watched = progress or Silent()
    now, entities = datetime.now(UTC), settings.pipeline.all_entities
    with (
        acquire_locks(settings, this_process(new_run_id(now), "prune", entities), lambda: None),
        open_warehouse(settings, say=watched.note) as target,
    ):
        check_source(target, settings)
        target.ensure_run_tables()
        before = days_ago(last_results(target).window_end, now, settings.operations.prune_days).replace(tzinfo=None)
        watched.step("Removing superseded versions" if apply else "Counting superseded versions")
        refused = refused_entities(settings.target, entities)
        return list(_each(target, [entity for entity in entities if entity not in refused], before, apply=apply))


def _each(target: Warehouse, entities: Sequence[str], before: datetime, *, apply: bool) -> Iterator[Pruned]:
    for entity in entities:
        raw = target.raw(entity)
        if not target.exists(raw):
            continue
        versions = count(target, f"select count(*) from {raw}")  # noqa: S608
        staged = _staged_until(target, entity)
        if staged is None:
            yield Pruned(entity=entity, versions=versions, superseded=0, kept_because="not staged")
            continue
        # the count equals the deleted rows, because the lock blocks other runs
        old = _OLD.format(raw=raw)
        superseded = count(target, f"select count(*) from ({old}) old", (staged, before))  # noqa: S608
        if apply and superseded:
            with target.transaction():
                target.execute(f"delete from {raw} where read_order in ({old})", (staged, before))  # noqa: S608
        yield Pruned(entity=entity, versions=versions, superseded=superseded)


def _staged_until(target: Warehouse, entity: str) -> int | None:
    """Returns the `read_order` up to which all staging tables of the entity have read; None if it isn't staged."""
    tables = [target.model(f"stg_wms__{entity}"), target.model(f"stg_wms__{entity}_versions")]
    if not target.exists(tables[0]):
        return None
    marks = [
        count(target, f"select coalesce(max(read_order), 0) from {table}")  # noqa: S608
        for table in tables
        if target.exists(table)
    ]
    return min(marks)


_OLD: Final = """
    select read_order from (
        select
            read_order,
            lead(read_order) over (partition by entity_id order by read_order) as next_order,
            lead(read_at) over (partition by entity_id order by read_order) as next_read_at
        from {raw}
    ) versions
    where next_order <= ? and next_read_at < ?
"""
