"""Values of documents, as the marts store them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.dbt.marts.kpi_truth import ZONES

Document = dict[str, Any]
DEFAULT_ZONE = ZoneInfo("UTC")


def instant(text: str | None) -> datetime | None:
    """Return an instant in UTC, without zone."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) if text else None


def seconds(start: datetime | None, end: datetime | None) -> int | None:
    """Return whole seconds between two instants; None if one is missing."""
    return int((end - start).total_seconds()) if start and end else None


def related(row: Document, field: str) -> int | None:
    """Return the id of a relation."""
    relation = row[field]
    return relation["id"] if relation else None


def local_day(text: str | None, facility: int | None) -> date | None:
    """Return the day of an instant in the facility's local time."""
    zone = ZONES.get(facility or 0, DEFAULT_ZONE)
    return datetime.fromisoformat(text).astimezone(zone).date() if text else None
