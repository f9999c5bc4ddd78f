"""Virtual clock: real, frozen or accelerated time in UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


class Clock:
    """A virtual clock. The world is asked for its `now`; the ``Date`` header shows `now` plus `skew`.

    Args:
        start: the instant it starts at, timezone-aware; None = the machine's time.
        speed: virtual seconds per real second; 0 = frozen.
        skew: error of the ``Date`` header.
    """

    def __init__(self, start: datetime | None = None, *, speed: float = 1.0, skew: timedelta = timedelta(0)) -> None:
        self._anchor = (start or datetime.now(UTC)).astimezone(UTC), time.monotonic(), speed
        self.skew = skew

    @property
    def speed(self) -> float:
        """Virtual seconds per real second."""
        return self._anchor[2]

    def now(self) -> datetime:
        """The current virtual instant, UTC."""
        start, since, speed = self._anchor
        return start + timedelta(seconds=(time.monotonic() - since) * speed) if speed else start

    def set(self, instant: datetime) -> None:
        """Jump to an instant and continue at the same speed."""
        self._anchor = instant.astimezone(UTC), time.monotonic(), self.speed

    def advance(self, step: timedelta) -> datetime:
        """Jump forward or back by a step and return the new time."""
        self.set(self.now() + step)
        return self.now()

    def run(self, speed: float) -> None:
        """Change the speed from now on; 0 freezes the clock."""
        self._anchor = self.now(), time.monotonic(), speed

    def freeze(self) -> datetime:
        """Stop the clock and return its time."""
        self.run(0.0)
        return self.now()

    def http_date(self, skew: timedelta = timedelta(0)) -> str:
        """Return the ``Date`` header (RFC 9110) with the clock's skew plus another one."""
        return format_datetime(self.now() + self.skew + skew, usegmt=True)
