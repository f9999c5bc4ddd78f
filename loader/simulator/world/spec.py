"""Specification of a warehouse, and units: instants inside the world are int64 microseconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from loader.errors import ConfigError
from loader.simulator.world.hazards import Hazards

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
NEVER: Final = int(np.iinfo(np.int64).max)

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)


Statuses = Literal["standard", "renumbered"]


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """Specification of a warehouse. The same values give the same rows at every instant.

    Args:
        seed: any integer.
        scale: order lines that exist at `origin`, within a few percent; 1e3 to 1e6.
        days: days of history before `origin`, at least 2.
        origin: end of the history and start of the constant rate, aware.
        stop_at: end of all changes, aware.
        statuses: renumbered = a tenant with other status ids and Portuguese descriptions.
        growth_hours: the rate of orders grows by factor e in this time, until `origin`; short = most rows are recent.

    Raises:
        ConfigError: WMS_SIM_010, a value is out of its range.
    """

    origin: datetime
    seed: int = 7
    scale: int = 20_000
    days: int = 30
    hazards: Hazards = field(default_factory=Hazards)
    stop_at: datetime | None = None
    statuses: Statuses = "standard"
    growth_hours: float = 108.0

    def __post_init__(self) -> None:
        checks = {
            "scale must be between 100 and 10000000": 100 <= self.scale <= 10_000_000,
            "days must be between 2 and 3650": 2 <= self.days <= 3650,
            "origin must have a time zone": self.origin.tzinfo is not None,
            "stop_at must have a time zone": self.stop_at is None or self.stop_at.tzinfo is not None,
        }
        for rule, holds in checks.items():
            if not holds:
                raise ConfigError("WMS_SIM_010", f"Can't build the simulated warehouse: {rule}.")

    @property
    def origin_us(self) -> int:
        """`origin` in microseconds."""
        return to_us(self.origin)

    @property
    def start_us(self) -> int:
        """First valid instant, in microseconds."""
        return self.origin_us - self.days * DAY


def to_us(instant: datetime) -> int:
    """Convert an aware instant to microseconds since 1970."""
    return (instant - EPOCH) // TICK


def from_us(microseconds: int) -> datetime:
    """Convert microseconds since 1970 to UTC."""
    return EPOCH + timedelta(microseconds=microseconds)
