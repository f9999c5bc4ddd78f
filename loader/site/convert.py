"""Reads rows of DuckDB and Oracle into dataclasses; dbt contracts and the run tables guarantee the types."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from functools import cache
from string import Formatter
from typing import Any, Final, TypeVar, cast, get_type_hints

from loader.warehouse import Warehouse

_Row = TypeVar("_Row")


def read_rows(target: Warehouse, kind: type[_Row], sql: str, *params: object) -> tuple[_Row, ...] | None:
    """Returns the rows of a query over marts; None if one of them doesn't exist.

    Args:
        kind: dataclass whose fields without a default are the columns of the query, in this order.
        sql: query with the names of marts in braces.
    """
    tables = {name: target.model(name) for _, name, _, _ in Formatter().parse(sql) if name}
    if not all(target.exists(table) for table in tables.values()):
        return None
    converters = _converters(cast(Hashable, kind))
    return tuple(
        kind(**{name: convert(value) for (name, convert), value in zip(converters.items(), row, strict=True)})
        for row in target.fetch(sql.format(**tables), params)
    )


@cache
def _converters(kind: Any) -> Mapping[str, Callable[[object], object]]:
    hints = get_type_hints(kind)
    required = (field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING)
    return {name: _CONVERTERS[hints[name]] for name in required}


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


_CONVERTERS: Final[Mapping[object, Callable[[object], object]]] = {
    str: text,
    int: whole,
    bool: lambda value: whole(value) == 1,
    float: lambda value: number(value) or 0.0,
    float | None: number,
    datetime: instant,
    datetime | None: instant_or_none,
    date: day,
}
