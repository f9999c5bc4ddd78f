"""The server clock, and timestamps as the WMS writes them (wms-api 2, 3, 7.7, 8.2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

CLOCK_TOLERANCE: Final = timedelta(minutes=15)
"""Largest difference between two clocks before one of them is considered wrong."""


def local_now() -> datetime:
    """Return this machine's time (UTC, whole seconds)."""
    return datetime.now(UTC).replace(microsecond=0)


def parse_ts(text: str) -> datetime:
    """Convert a timestamp such as ``2025-05-31T19:57:42.738709-03:00`` to UTC.

    Raises:
        ValueError: the text is not ISO 8601, has no offset, or is outside the years 1 to 9999.
    """
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError("a timestamp without offset has no known time zone")
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a timestamp outside the years 1 to 9999") from error


def utc_text(instant: datetime) -> str:
    """Format an instant for a filter: UTC, whole seconds, ``Z``. The WMS may reject or cut fractions (wms-api 2).

    Raises:
        ValueError: the instant is naive or has a fraction. The caller decides how to round.
    """
    if instant.tzinfo is None or instant.microsecond:
        raise ValueError(f"a filter needs a time zone and whole seconds, not {instant.isoformat()}")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_http_date(text: str | None) -> datetime | None:
    """Parse an HTTP date to UTC. Return None for missing or invalid text."""
    if not text:
        return None
    try:
        instant = parsedate_to_datetime(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class ServerClock:
    """Server time between responses; thread-safe.

    A ``Date`` that is ahead of this machine's clock by more than the tolerance would move watermarks into the future.
    This machine's clock then replaces it: a clock that is too early only causes rows to be read twice.

    Args:
        monotonic: monotonic clock, in seconds.
        wall: this machine's clock; `local_now` by default.
    """

    def __init__(self, monotonic: Callable[[], float], wall: Callable[[], datetime] | None = None) -> None:
        self._monotonic = monotonic
        self._wall = wall or (lambda: local_now())
        self._lock = threading.Lock()
        self._seen: tuple[datetime, float] | None = None
        self._skew: timedelta | None = None
        self._largest: timedelta | None = None

    def saw(self, date: datetime) -> None:
        """Record the ``Date`` of a response that has just arrived."""
        skew = date - self._wall()
        with self._lock:
            self._seen = (self.trusted(date), self._monotonic())
            self._skew = skew
            if skew > CLOCK_TOLERANCE and (self._largest is None or skew > self._largest):
                self._largest = skew

    def trusted(self, date: datetime) -> datetime:
        """Return the ``Date`` of a response, or this machine's time if the date is too far ahead."""
        here = self._wall()
        return here if date - here > CLOCK_TOLERANCE else date

    @property
    def skew(self) -> timedelta | None:
        """How far the last ``Date`` was ahead of this machine's clock; None before the first response."""
        return self._skew

    @property
    def distrusted(self) -> timedelta | None:
        """How far ahead the largest rejected ``Date`` was; None if every ``Date`` was accepted."""
        return self._largest

    def now(self) -> datetime | None:
        """Return the server time (UTC, rounded down to whole seconds); None before the first response."""
        with self._lock:
            if self._seen is None:
                return None
            date, at = self._seen
            return (date + timedelta(seconds=self._monotonic() - at)).replace(microsecond=0)
