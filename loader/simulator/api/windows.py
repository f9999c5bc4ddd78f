"""Converts filters on id, mod_ts and create_ts to windows, which the world applies; pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from loader.simulator.api import lookups
from loader.simulator.api.literals import Dialect
from loader.simulator.contract import Kind, Window

_ENDS: Mapping[str, tuple[str, str, Kind]] = {
    "id": ("id_from", "id_to", "integer"),
    "mod_ts": ("mod_from", "mod_to", "datetime"),
    "create_ts": ("create_from", "create_to", "datetime"),
}
_INTERVAL_LOOKUPS = frozenset({"exact", "gt", "gte", "lt", "lte", "range"})


def narrows(column: str, lookup: str) -> bool:
    """Return whether a window can express a filter."""
    return column in _ENDS and lookup in _INTERVAL_LOOKUPS


def narrow(window: Window, column: str, lookup: str, text: str, dialect: Dialect) -> Window:
    """Narrow the window by one more filter. Raises ValueError for an invalid literal."""
    low_name, high_name, kind = _ENDS[column]
    low, high = _interval(lookup, kind, text, dialect)
    old_low, old_high = getattr(window, low_name), getattr(window, high_name)
    ends = {low_name: _pick(max, old_low, low), high_name: _pick(min, old_high, high)}
    return replace(window, **ends)


def is_empty(window: Window) -> bool:
    """Return whether an upper bound is at or below its lower bound, so that nothing matches."""
    for low_name, high_name, _ in _ENDS.values():
        low, high = getattr(window, low_name), getattr(window, high_name)
        if low is not None and high is not None and low >= high:
            return True
    return False


def _interval(lookup: str, kind: Kind, text: str, dialect: Dialect) -> tuple[Any, Any]:
    """Return half-open bounds; the step converts exclusive lower and inclusive upper bounds."""
    low, high = lookups.bounds(kind, text, dialect) if lookup == "range" else (dialect.parse(kind, text),) * 2
    if lookup in ("gt", "gte"):
        return (_next(low) if lookup == "gt" else low), None
    if lookup in ("lt", "lte"):
        return None, (_next(high) if lookup == "lte" else high)
    return low, _next(high)


def _next(value: Any) -> Any:
    if isinstance(value, datetime):
        return min(value, datetime.max.replace(tzinfo=value.tzinfo) - timedelta(days=1)) + timedelta(microseconds=1)
    return value + 1


def _pick(choose: Any, old: Any, new: Any) -> Any:
    known = [value for value in (old, new) if value is not None]
    return choose(known) if known else None
