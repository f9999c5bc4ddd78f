"""Freshness of the sources from elt_entity_run, as ``dbt source freshness`` finds it, without dbt."""

from __future__ import annotations

import time
from collections.abc import Iterable, Set
from datetime import UTC, datetime
from typing import Final

from loader.dbt.declarations import DeclaredSource
from loader.dbt.results import FreshnessResult, FreshnessStatus, SourceFreshness
from loader.warehouse import ENTITY_RUN, Warehouse

# as in dbt_project/macros/freshness/last_successful_read.sql
_READS: Final = "select entity, max(case when status = 'ok' then finished_at end) from {table} group by entity"


def source_freshness(
    target: Warehouse, declared: Iterable[DeclaredSource], entities: Set[str], now: datetime
) -> FreshnessResult:
    """Returns the age of each source of the WMS with the thresholds that dbt's sources declare.

    Args:
        entities: entities that are read; others are left out.
        now: aware UTC.

    Raises:
        TargetError: the target can't be read.
    """
    started, table = time.monotonic(), target.raw(ENTITY_RUN.name)
    reads = {str(entity): at for entity, at in target.fetch(_READS.format(table=table))} if target.exists(table) else {}
    sources = tuple(
        _verdict(source, reads, now)
        for source in declared
        if source.source == "wms" and (source.warn_after or source.error_after) and source.table in entities
    )
    return FreshnessResult(sources=sources, seconds=time.monotonic() - started)


def _verdict(source: DeclaredSource, reads: dict[str, object], now: datetime) -> SourceFreshness:
    # an entity that the loader was never asked for is not stale
    found = reads.get(source.table, now)
    loaded_at = found.replace(tzinfo=UTC) if isinstance(found, datetime) else None
    age = (now - loaded_at).total_seconds() if loaded_at else None
    return SourceFreshness(
        source=source.name,
        status=_status(source, age),
        loaded_at=loaded_at,
        age_seconds=age,
        warn_after_seconds=source.warn_after,
        error_after_seconds=source.error_after,
        message="" if loaded_at else "never loaded",
    )


def _status(source: DeclaredSource, age: float | None) -> FreshnessStatus:
    """Never read is older than any threshold."""
    if source.error_after is not None and (age is None or age > source.error_after):
        return "failed"
    if source.warn_after is not None and (age is None or age > source.warn_after):
        return "warn"
    return "ok"
