"""How many requests may be in flight at once, tenant-wide (wms-api 1, limits; 8.14, circuit)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

OVERLOAD: Final = frozenset({429, 503})
"""Statuses that say the server has too much to do."""
TRIP_AFTER: Final = 3
"""Refusals for overload in a row that drop the limit to one request."""
GROW_AFTER: Final = 10
"""Good answers in a row that raise a dropped limit by one."""


class AdaptiveLimiter:
    """A semaphore whose limit falls to 1 when the server is overloaded and grows back slowly; thread-safe.

    Args:
        cap: requests in flight; never exceeded.
    """

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self._limit = cap
        self._in_flight = 0
        self._overloads = 0
        self._successes = 0
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return self._limit

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Waits until a request may be sent, and holds its place."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight < self._limit)
            self._in_flight += 1
        try:
            yield
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify()

    def succeeded(self) -> None:
        """Counts a good answer."""
        with self._changed:
            self._overloads = 0
            self._successes += 1
            if self._limit < self.cap and self._successes >= GROW_AFTER:
                self._limit += 1
                self._successes = 0
                self._changed.notify()

    def overloaded(self) -> None:
        """Counts a 429 or 503."""
        with self._changed:
            self._successes = 0
            self._overloads += 1
            if self._overloads >= TRIP_AFTER:
                self._limit = 1
