"""Shared by the orchestrators: worker settings, names and schedules (docs/how-to/orchestrate.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from loader.settings import Settings

POOL: Final = "wms_tenant"
"""Pool of tasks that request the WMS. Slots times GRUPONOS_WMS__CONCURRENCY = concurrent requests to the tenant."""

SCHEDULES: Final[Mapping[str, str]] = MappingProxyType(
    {"wms_elt": "15 */2 * * *", "wms_reconcile": "40 4 * * *", "wms_full": "30 5 * * 0"}
)
"""Job -> cron schedule in UTC, the same as in docs/how-to/schedule.md."""

FIRST_DAY: Final = date(2024, 1, 1)
"""First day that a backfill can read if no start date is configured."""


def worker_settings(settings: Settings, entity: str) -> Settings:
    """Return the settings of a worker that reads one entity as pipeline ``<pipeline>_<entity>``.

    The pipeline name identifies the state, the lock and the directory of pending packages, so workers of different
    entities share only the target. Two pipelines must not read one entity into one target at the same time, because
    both would assign the same `read_order`. To split by facility, use one target (on Oracle, one user) and one
    GRUPONOS_PIPELINE__NAME per group of facilities.
    """
    name = f"{settings.pipeline.name}_{entity}"
    alone = {"name": name, "entities": (entity,), "extra_entities": (), "exclude_entities": (), "read_parents": False}
    return settings.model_copy(update={"pipeline": settings.pipeline.model_copy(update=alone)})


def asset_key(entity: str) -> str:
    """Return the Dagster asset key of an entity, the same as `meta.dagster` of its dbt source."""
    return f"dlt_wms_{entity}"


def first_day(settings: Settings) -> date:
    """Return the first day that a backfill can read (UTC)."""
    return settings.pipeline.start_date or FIRST_DAY


def split_at_today(start: datetime, end: datetime, now: datetime) -> tuple[tuple[datetime, datetime] | None, bool]:
    """Split a range into past days, which a backfill reads, and today, which an incremental run reads.

    Args:
        start, end: half-open range, aware.
        now: aware.

    Returns:
        The past part or None, and whether the range includes today.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    past = (start, min(end, today))
    return (past if past[0] < past[1] else None), end > today
