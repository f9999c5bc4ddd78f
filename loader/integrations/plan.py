"""What the engines share: who works on what, under which name, and when (docs/how-to/orchestrate.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from loader.settings import Settings

POOL: Final = "wms_tenant"
"""Pool of the work that asks the WMS: its slots times GRUPONOS_WMS__CONCURRENCY are the tenant's requests in flight."""

SCHEDULES: Final[Mapping[str, str]] = MappingProxyType(
    {"wms_elt": "15 */2 * * *", "wms_reconcile": "40 4 * * *", "wms_full": "30 5 * * 0"}
)
"""Cron lines, UTC, by job: those of docs/how-to/schedule.md."""

FIRST_DAY: Final = date(2024, 1, 1)
"""The first day that can be read again where no start date is configured."""


def worker_settings(settings: Settings, entity: str) -> Settings:
    """The settings of a worker that reads one entity, as ``<pipeline>_<entity>``.

    The name carries the state, the lock and the folder of pending packages, so workers of different entities share
    nothing but the target. Two pipelines must not read one entity into one target at the same time: `read_order` would
    be given out twice. So a split by facility is one target (on Oracle one user) per group of facilities, each with a
    GRUPONOS_PIPELINE__NAME of its own, of which these names are made.
    """
    alone = {"name": f"{settings.pipeline.name}_{entity}", "entities": (entity,), "extra_entities": ()}
    return settings.model_copy(update={"pipeline": settings.pipeline.model_copy(update=alone)})


def asset_key(entity: str) -> str:
    """The key under which an entity's dbt source expects it (meta.dagster of the sources)."""
    return f"dlt_wms_{entity}"


def first_day(settings: Settings) -> date:
    """The first day that a backfill may ask for."""
    return settings.pipeline.start_date or FIRST_DAY


def split_at_today(start: datetime, end: datetime, now: datetime) -> tuple[tuple[datetime, datetime] | None, bool]:
    """Days to read again, and whether the range reaches into today, which an incremental run reads.

    Args:
        start, end: half-open, aware.
        now: aware.

    Returns:
        The past part, None when there is none; True when today is in the range.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    past = (start, min(end, today))
    return (past if past[0] < past[1] else None), end > today
