"""Computes round tick values for a chart axis."""

from __future__ import annotations

import math
from collections.abc import Iterable

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(values: Iterable[float], *, from_zero: bool = False, intervals: int = 4) -> list[float]:
    """Returns at most `intervals` + 1 round numbers that enclose the values, or 0 and 1 if there are no values."""
    present = list(values) or [0.0, 1.0]
    low, high = min(present), max(present)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        low, high = (low, low + 1) if low == 0 else (low - abs(low) * 0.05, high + abs(high) * 0.05)
    step = _step((high - low) / (intervals - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(step for step in _STEPS if step * power >= rough - 1e-12) * power)
