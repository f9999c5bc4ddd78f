"""Arrival times of orders: the rate grows until `origin`, then stays constant, and follows a Brazilian working day.

The k-th arrival is where the cumulative rate reaches k plus a small jitter (stratified sampling). Arrivals look random,
but no gap exceeds 1.3 mean gaps, so any two minutes contain a change.
"""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import numpy as np

from loader.simulator.world.dice import Dice
from loader.simulator.world.spec import HOUR, SECOND, Bools, Floats, Ints, WorldSpec, from_us

JITTER = 0.3
ZERO_FRACTION = 0.03  # share of arrivals on a whole second, as from some hosts


class Arrivals:
    """Arrival instants: `before_origin` in the history, and any number after it."""

    def __init__(self, spec: WorldSpec, before_origin: float) -> None:
        self._spec = spec
        self._dice = Dice(spec.seed)
        self._history_hours = spec.days * 24
        self._before_origin = before_origin
        self._per_unit = before_origin / math.fsum(_rates(spec, self._history_hours))

    def count(self, until: int) -> int:
        """Return the number of arrivals up to the instant, or slightly more."""
        hours = max(0, -(-(until - self._spec.start_us) // HOUR))
        return math.ceil(math.fsum(_rates(self._spec, hours)) * self._per_unit) + 1

    def instants(self, count: int) -> Ints:
        """Return the first `count` arrivals, ascending, in microseconds."""
        index = np.arange(count, dtype=np.int64)
        cumulative = self._cumulative(count + 1.0)
        hours = np.arange(len(cumulative), dtype=np.float64) * HOUR
        target = index + self._dice.uniform("arrival", index, 0.0, JITTER)
        exact = self._spec.start_us + np.interp(target, cumulative, hours).astype(np.int64)
        return _round_some(exact, self._dice.chance("arrival.whole", index, ZERO_FRACTION))

    def _cumulative(self, target: float) -> Floats:
        hours = self._history_hours
        if target > self._before_origin:
            # after origin, each day has the same number of arrivals
            per_day = math.fsum(_rates(self._spec, hours + 24)[hours:]) * self._per_unit
            hours += 24 * math.ceil((target - self._before_origin) / per_day) + 24
        # cumsum adds from left to right, so a longer grid starts with the values of a shorter one
        return np.cumsum([0.0, *(rate * self._per_unit for rate in _rates(self._spec, hours))])


def _rates(spec: WorldSpec, hours: int) -> list[float]:
    """Return the relative rate of each hour since the start of the history."""
    # plain floats: vectorised exp may round differently in arrays of different length
    local = from_us(spec.start_us).astimezone(ZoneInfo("America/Sao_Paulo"))
    first = local.hour + local.minute / 60 + 0.5
    growing = spec.days * 24
    return [
        math.exp(min(0.0, hour + 0.5 - growing) / spec.growth_hours) * _hour_of_day((first + hour) % 24)
        for hour in range(hours)
    ]


def _hour_of_day(clock: float) -> float:
    """Return weights with peaks at about 10h and 15h; the minimum is two thirds of the mean."""
    morning = 0.9 * math.exp(-(((clock - 10.0) / 2.2) ** 2))
    afternoon = 1.0 * math.exp(-(((clock - 15.0) / 2.5) ** 2))
    return 0.64 + morning + afternoon


def _round_some(exact: Ints, chosen: Bools) -> Ints:
    whole = exact - exact % SECOND
    previous = np.concatenate([[np.iinfo(np.int64).min], exact[:-1]])
    return np.where(chosen & (whole > previous), whole, exact)
