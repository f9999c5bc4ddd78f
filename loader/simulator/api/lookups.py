"""Filter lookups (wms-api 2) as pure predicates of one value.

A null matches only ``isnull=true``. An empty string is a null, as in the Oracle database of the WMS.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from loader.simulator.api.literals import Dialect, boolean
from loader.simulator.contract import Kind, Value

Test = Callable[[Value], bool]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda value, wanted: wanted in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "iexact": lambda value, wanted: value.lower() == wanted.lower(),
    "icontains": lambda value, wanted: wanted.lower() in value.lower(),
    "istartswith": lambda value, wanted: value.lower().startswith(wanted.lower()),
    "iendswith": lambda value, wanted: value.lower().endswith(wanted.lower()),
}
_DAY_PARTS: Mapping[str, Callable[[Any], int]] = {
    "year": operator.attrgetter("year"),
    "month": operator.attrgetter("month"),
    "day": operator.attrgetter("day"),
    "week_day": lambda value: value.isoweekday() % 7 + 1,
}
_TIME_PARTS: Mapping[str, Callable[[Any], int]] = {
    "hour": operator.attrgetter("hour"),
    "minute": operator.attrgetter("minute"),
}
_SCALARS = frozenset({"integer", "decimal", "string", "boolean", "date", "datetime", "relation"})


def build(lookup: str, kind: Kind, text: str, dialect: Dialect) -> Test:
    """Build the predicate of a lookup with a literal.

    Raises:
        LookupError: the kind of field has no such lookup.
        ValueError: invalid literal; the caller sees the message.
    """
    if lookup == "isnull":
        wanted_null = boolean(text)
        return lambda value: is_null(value) == wanted_null
    if kind not in _SCALARS:
        raise LookupError(lookup)
    if lookup in ("exact", "iexact") and kind == "string" and text == "":
        return is_null
    if lookup in _TEXT and kind == "string":
        return _text(_TEXT[lookup], text)
    return _comparison(lookup, kind, text, dialect) or _part(lookup, kind, text, dialect)


def bounds(kind: Kind, text: str, dialect: Dialect) -> tuple[Any, Any]:
    """Parse both inclusive ends of a ``range`` literal ``a,b``. Raises ValueError."""
    ends = text.split(",")
    if len(ends) != 2:
        raise ValueError(f"'{text}' must be two values separated by a comma.")
    return dialect.parse(kind, ends[0]), dialect.parse(kind, ends[1])


def is_null(value: Value) -> bool:
    """Return whether the database stores the value as null."""
    return value is None or value == ""


def _comparison(lookup: str, kind: Kind, text: str, dialect: Dialect) -> Test | None:
    """Build the predicate of a comparison, ``in`` or ``range``; None for other lookups."""
    if lookup in _COMPARE:
        compare, wanted = _COMPARE[lookup], dialect.parse(kind, text)
        return lambda value: not is_null(value) and compare(value, wanted)
    if lookup == "in":
        members = frozenset(dialect.parse(kind, part) for part in text.split(","))
        return lambda value: not is_null(value) and value in members
    if lookup == "range":
        low, high = bounds(kind, text, dialect)
        return lambda value: not is_null(value) and low <= value and bool(value <= high)
    return None


def _text(matches: Callable[[str, str], bool], wanted: str) -> Test:
    return lambda value: isinstance(value, str) and value != "" and matches(value, wanted)


def _part(lookup: str, kind: Kind, text: str, dialect: Dialect) -> Test:
    part = _DAY_PARTS.get(lookup) if kind in ("date", "datetime") else None
    if kind == "datetime":
        part = part or _TIME_PARTS.get(lookup)
    if part is None:
        raise LookupError(lookup)
    wanted = dialect.parse("integer", text)
    extract = part

    def test(value: Value) -> bool:
        if isinstance(value, datetime):
            value = value.astimezone(dialect.zone)
        return isinstance(value, date) and extract(value) == wanted

    return test
