"""Reads the age of each entity from dbt's mart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loader.site.convert import read_rows
from loader.site.view_model import FreshnessRow
from loader.warehouse import Warehouse

_STATUS: Final = {"ok": "ok", "warn": "warn", "error": "failed"}
_FRESHNESS: Final = """
    select entity, freshness_state, age_seconds, warn_after_seconds, error_after_seconds, checked_at
    from {data_freshness}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Age:
    entity: str
    state: str
    age_s: float | None
    warn_after_s: float | None
    error_after_s: float | None
    checked_at: datetime


def read_freshness(target: Warehouse, since: datetime | None) -> tuple[FreshnessRow, ...] | None:
    """Returns the age of each entity at the last build; None without a mart of `since` (naive UTC) or later."""
    ages = read_rows(target, _Age, _FRESHNESS)
    if not ages or (since is not None and max(age.checked_at for age in ages) < since):
        return None
    return tuple(
        FreshnessRow(
            source=age.entity,
            status=_STATUS.get(age.state, "skipped"),
            age_s=age.age_s,
            warn_after_s=age.warn_after_s,
            error_after_s=age.error_after_s,
            message="" if age.state in _STATUS else "not loaded by any run yet",
        )
        for age in ages
    )
