"""The WMS's clock and the ways it writes instants (wms-api 2, 3, 7.7, 8.2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

CLOCK_TOLERANCE: Final = timedelta(minutes=15)
"""How far two clocks may differ before one of them must be wrong."""


def local_now() -> datetime:
    """This machine's clock, UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def parse_ts(text: str) -> datetime:
    """A timestamp of a document, such as ``2025-05-31T19:57:42.738709-03:00``, in UTC.

    Raises:
        ValueError: not ISO 8601, or without an offset, or outside the years 1 to 9999.
    """
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError("a timestamp without offset could be in any facility's zone")
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a timestamp outside the years 1 to 9999") from error


def utc_text(instant: datetime) -> str:
    """An instant for a filter: UTC, whole seconds, ``Z``; WMS may refuse or cut fractions (wms-api 2).

    Raises:
        ValueError: the instant is naive or has a fraction; the caller knows which way to round.
    """
    if instant.tzinfo is None or instant.microsecond:
        raise ValueError(f"a filter needs a zone and whole seconds, not {instant.isoformat()}")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_http_date(text: str | None) -> datetime | None:
    """An HTTP date in UTC, None when there is none or it is not one."""
    if not text:
        return None
    try:
        instant = parsedate_to_datetime(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class ServerClock:
    """The server's time between two answers; thread-safe.

    No clock is trusted alone. A ``Date`` that is ahead of this machine's clock by more than the tolerance would move
    marks into the future, so this machine's clock is used instead: a clock that is too early only reads rows twice.

    Args:
        monotonic: seconds, never going back.
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
        """Takes the ``Date`` of an answer that has just come."""
        skew = date - self._wall()
        with self._lock:
            self._seen = (self.trusted(date), self._monotonic())
            self._skew = skew
            if skew > CLOCK_TOLERANCE and (self._largest is None or skew > self._largest):
                self._largest = skew

    def trusted(self, date: datetime) -> datetime:
        """The ``Date`` of an answer, or this machine's time when the date is too far ahead of it."""
        here = self._wall()
        return here if date - here > CLOCK_TOLERANCE else date

    @property
    def skew(self) -> timedelta | None:
        """How far the last ``Date`` was ahead of this machine's clock; None before the first answer."""
        return self._skew

    @property
    def distrusted(self) -> timedelta | None:
        """How far ahead a ``Date`` was that was not trusted, the furthest of all answers; None when all were."""
        return self._largest

    def now(self) -> datetime | None:
        """UTC, whole seconds, rounded down; None before the first answer."""
        with self._lock:
            if self._seen is None:
                return None
            date, at = self._seen
            return (date + timedelta(seconds=self._monotonic() - at)).replace(microsecond=0)
