"""Formats numbers, times and units."""

from __future__ import annotations

from datetime import date, datetime

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
NOTHING = "\N{EN DASH}"


def count(value: float | None) -> str:
    """12345 -> ``12,345``."""
    return NOTHING if value is None else f"{value:,.0f}"


def duration(seconds: float | None) -> str:
    """At most two units: ``0.4 s``, ``48 s``, ``3 min 20 s``, ``5 h 12 min``, ``3 d 4 h``."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    for unit, name, smaller, smaller_name in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1.0, "s"),
    ):
        if seconds >= unit:
            rest = int(seconds % unit // smaller)
            return f"{int(seconds // unit)} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return NOTHING


def instant(value: datetime | None) -> str:
    """``24 Nov 2026, 05:42 UTC``."""
    return NOTHING if value is None else f"{value.day} {value:%b %Y, %H:%M} UTC"


def day(value: date) -> str:
    """``24 Nov``."""
    return f"{value.day} {value:%b}"


def share(value: float | None) -> str:
    """0.98722 -> ``98.72 %``."""
    return NOTHING if value is None else f"{value * 100:.2f} %"


def amount(value: float | None, unit: str) -> str:
    """A value without its unit: a share as a percentage, a number below 100 with at most one decimal."""
    if value is None:
        return NOTHING
    if unit == "share":
        return f"{value * 100:.1f} %"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"


def measure(value: float | None, unit: str) -> str:
    """An amount with its unit: ``96.4 %``, ``14.2 hours``."""
    return amount(value, unit) if unit == "share" or value is None else f"{amount(value, unit)} {unit}"


def plural(number: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
