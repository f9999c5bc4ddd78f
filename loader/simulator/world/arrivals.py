"""When orders arrive: a rate that grows towards `origin` and stays there, with the hours of a Brazilian working day.

The k-th arrival lies where the cumulative rate reaches k plus a small jitter (stratified sampling), so arrivals look
random and yet no gap is longer than 1.3 mean gaps: a warehouse that is watched for two minutes always moves.
"""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import numpy as np

from loader.simulator.world.dice import Dice
from loader.simulator.world.spec import HOUR, SECOND, Bools, Floats, Ints, WorldSpec, from_us

GROWTH_HOURS = 108.0  # the rate grows by e in this time, until origin
JITTER = 0.3
ZERO_FRACTION = 0.03  # share of arrivals on a whole second, as some hosts send them


class Arrivals:
    """Instants of arrival: `before_origin` of them in the history, and any number after it."""

    def __init__(self, spec: WorldSpec, before_origin: float) -> None:
        self._spec = spec
        self._dice = Dice(spec.seed)
        self._history_hours = spec.days * 24
        self._before_origin = before_origin
        self._per_unit = before_origin / math.fsum(_rates(spec, self._history_hours))

    def count(self, until: int) -> int:
        """The number of arrivals up to the instant, or a few more."""
        hours = max(0, -(-(until - self._spec.start_us) // HOUR))
        return math.ceil(math.fsum(_rates(self._spec, hours)) * self._per_unit) + 1

    def instants(self, count: int) -> Ints:
        """The first `count` arrivals, ascending, in microseconds."""
        index = np.arange(count, dtype=np.int64)
        cumulative = self._cumulative(count + 1.0)
        hours = np.arange(len(cumulative), dtype=np.float64) * HOUR
        target = index + self._dice.uniform("arrival", index, 0.0, JITTER)
        exact = self._spec.start_us + np.interp(target, cumulative, hours).astype(np.int64)
        return _round_some(exact, self._dice.chance("arrival.whole", index, ZERO_FRACTION))

    def _cumulative(self, target: float) -> Floats:
        hours = self._history_hours
        if target > self._before_origin:
            # after origin a day always brings the same number
            per_day = math.fsum(_rates(self._spec, hours + 24)[hours:]) * self._per_unit
            hours += 24 * math.ceil((target - self._before_origin) / per_day) + 24
        # a running sum adds from left to right: a longer grid repeats the values of a shorter one
        return np.cumsum([0.0, *(rate * self._per_unit for rate in _rates(self._spec, hours))])


def _rates(spec: WorldSpec, hours: int) -> list[float]:
    """Relative rate in each hour since the start of the history."""
    # plain floats: a vectorised exp may round the same number differently in arrays of different length
    local = from_us(spec.start_us).astimezone(ZoneInfo("America/Sao_Paulo"))
    first = local.hour + local.minute / 60 + 0.5
    growing = spec.days * 24
    return [
        math.exp(min(0.0, hour + 0.5 - growing) / GROWTH_HOURS) * _hour_of_day((first + hour) % 24)
        for hour in range(hours)
    ]


def _hour_of_day(clock: float) -> float:
    """Peaks about 10h and 15h; the quietest hour still has two thirds of the mean."""
    morning = 0.9 * math.exp(-(((clock - 10.0) / 2.2) ** 2))
    afternoon = 1.0 * math.exp(-(((clock - 15.0) / 2.5) ** 2))
    return 0.64 + morning + afternoon


def _round_some(exact: Ints, chosen: Bools) -> Ints:
    whole = exact - exact % SECOND
    previous = np.concatenate([[np.iinfo(np.int64).min], exact[:-1]])
    return np.where(chosen & (whole > previous), whole, exact)
