"""Functions that compute a field for many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from loader.simulator.contract import Field, Value
from loader.simulator.world.family import Column, Moment
from loader.simulator.world.spec import DAY, EPOCH, Bools, Ints, from_us

_FIRST_DAY = EPOCH.toordinal()


def constant(value: Value) -> Column:
    """The same value for all rows."""
    return lambda moment: [value] * len(moment.index)


def number(values: Ints) -> Column:
    """Whole numbers, or ids of related rows."""
    return lambda moment: values[moment.index].tolist()


def decimal(values: Ints) -> Column:
    """Whole quantities as decimals."""
    return lambda moment: [Decimal(value) for value in values[moment.index].tolist()]


def scaled(values: Ints, digits: int) -> Column:
    """Decimals from whole numbers of their last digit: cents are scaled by 2."""
    return lambda moment: [Decimal(value).scaleb(-digits) for value in values[moment.index].tolist()]


def word(options: Sequence[Value], values: Ints | None = None) -> Column:
    """One of a few words; without `values`, one for each row."""
    if values is None:
        return lambda moment: [options[position] for position in moment.index.tolist()]
    return lambda moment: [options[value] for value in values[moment.index].tolist()]


def serial(pattern: str, first: int, step: int = 1) -> Column:
    """A running number in a text."""
    return lambda moment: [pattern % (first + step * position) for position in moment.index.tolist()]


def named(name: Callable[[int], str], values: Ints | None = None) -> Column:
    """A natural key made from a number of another row, or from the row's own position."""
    if values is None:
        return lambda moment: [name(position) for position in moment.index.tolist()]
    return lambda moment: [name(value) for value in values[moment.index].tolist()]


def label(pattern: str, values: Ints) -> Column:
    """A number in a text, such as ``PV%d``."""
    return lambda moment: [pattern % value for value in values[moment.index].tolist()]


def flag(values: Ints | Bools) -> Column:
    """Booleans."""
    return lambda moment: [bool(value) for value in values[moment.index].tolist()]


def converted(field: Field, value: object) -> Value:
    """Return a value of a data file as the kind of the field."""
    if field.kind == "decimal":
        return Decimal(str(value))
    return value  # type: ignore[return-value]


def status(codes: tuple[int, ...]) -> Column:
    """The status after the last event."""
    table = np.array(codes)
    return lambda moment: table[moment.last].tolist()


def by_event(*columns: Column) -> Column:
    """The column that belongs to the last event."""

    def compute(moment: Moment) -> Sequence[Value]:
        computed = [column(moment) for column in columns]
        return [computed[event][row] for row, event in enumerate(moment.last.tolist())]

    return compute


def instant(event: int) -> Column:
    """When the event happened; null before."""
    return lambda moment: [
        from_us(at) if done else None
        for at, done in zip(moment.at[:, event].tolist(), moment.done[:, event].tolist(), strict=True)
    ]


def moments(values: Ints) -> Column:
    """Instants that are not events."""
    return lambda moment: [from_us(value) for value in values[moment.index].tolist()]


def day(local: Ints) -> Column:
    """The calendar day of instants that were shifted to local time."""
    days = local // DAY + _FIRST_DAY
    return lambda moment: [date.fromordinal(value) for value in days[moment.index].tolist()]


def since(event: int, column: Column, before: Value = None, until: int | None = None) -> Column:
    """The column after the event and until another one; otherwise `before`."""

    def compute(moment: Moment) -> Sequence[Value]:
        holds = moment.done[:, event]
        if until is not None:
            holds = holds & ~moment.done[:, until]
        return [value if held else before for value, held in zip(column(moment), holds.tolist(), strict=True)]

    return compute


def where(chosen: Bools, column: Column, other: Column) -> Column:
    """One column for the chosen rows, another for the rest."""

    def compute(moment: Moment) -> Sequence[Value]:
        values = zip(chosen[moment.index].tolist(), column(moment), other(moment), strict=True)
        return [yes if choice else no for choice, yes, no in values]

    return compute
