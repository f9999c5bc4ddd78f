"""Reads freshness and quality scores from dbt's marts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from loader.site.convert import day, instant, number, text, whole
from loader.site.view_model import FreshnessRow, QualityPoint
from loader.warehouse import Row, Warehouse

_STATUS = {"ok": "ok", "warn": "warn", "error": "failed"}
_FRESHNESS = """
    select entity, freshness_state, age_seconds, warn_after_seconds, error_after_seconds, checked_at
    from {freshness}
"""
_SCORES = """
    select entity, created_date, sum(checked_count) as checked, sum(rejected_count) as rejected
    from {scores} where created_date > ? and created_date <= ?
    group by entity, created_date order by entity, created_date
"""


def read_freshness(target: Warehouse, since: datetime | None) -> tuple[FreshnessRow, ...] | None:
    """Returns the age of each entity at the last build; None without a mart of `since` (naive UTC) or later."""
    table = target.model("data_freshness")
    if not target.exists(table):
        return None
    rows = target.fetch(_FRESHNESS.format(freshness=table))
    if not rows or (since is not None and max(instant(row[5]) for row in rows) < since):
        return None
    return tuple(_fresh(row) for row in rows)


def read_quality(target: Warehouse, today: date, days: int) -> tuple[QualityPoint, ...] | None:
    """Returns scores by entity and creation date for the last `days` days; None if the mart doesn't exist."""
    table = target.model("quality_score")
    if not target.exists(table):
        return None
    rows = target.fetch(_SCORES.format(scores=table), (today - timedelta(days=days), today))
    return tuple(_point(row) for row in rows if whole(row[2]))


def _fresh(row: Row) -> FreshnessRow:
    entity, state, age, warn_after, error_after, _ = row
    return FreshnessRow(
        source=text(entity),
        status=_STATUS.get(text(state), "skipped"),
        age_s=number(age),
        warn_after_s=number(warn_after),
        error_after_s=number(error_after),
        message="not loaded by any run yet" if text(state) not in _STATUS else "",
    )


def _point(row: Row) -> QualityPoint:
    entity, created, checked, rejected = row
    return QualityPoint(
        entity=text(entity),
        day=day(created),
        checked=whole(checked),
        score=1 - whole(rejected) / whole(checked),
    )
