"""Converts values of DuckDB and Oracle to Python values; dbt contracts and the run tables guarantee the types."""

from __future__ import annotations

from datetime import UTC, date, datetime


def text(value: object) -> str:
    """Text; null, which is Oracle's empty text, becomes an empty string."""
    return "" if value is None else str(value)


def number(value: object) -> float | None:
    """A float from an integer, decimal or float; null stays null."""
    return None if value is None else float(str(value))


def whole(value: object) -> int:
    """An integer; null is 0."""
    return int(number(value) or 0)


def instant(value: object) -> datetime:
    """A naive UTC instant. Raises TypeError for anything else."""
    if not isinstance(value, datetime):
        raise TypeError(f"not an instant: {type(value).__name__}")
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def instant_or_none(value: object) -> datetime | None:
    """A naive UTC instant; null stays null."""
    return None if value is None else instant(value)


def day(value: object) -> date:
    """A date; Oracle's DATE carries a time. Raises TypeError for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, date):
        raise TypeError(f"not a date: {type(value).__name__}")
    return value
