"""Limits concurrent requests to the tenant and adapts the limit to overload (wms-api 1, limits; 8.14, circuit)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

OVERLOAD: Final = frozenset({429, 503})
"""HTTP statuses of an overloaded server."""
TRIP_AFTER: Final = 3
"""Overload responses in a row that reduce the limit to one request."""
GROW_AFTER: Final = 10
"""Successful responses in a row that raise a reduced limit by one."""


class AdaptiveLimiter:
    """A semaphore whose limit drops to 1 when the server is overloaded and recovers slowly; thread-safe.

    Args:
        cap: maximum number of requests in flight.
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
        """Maximum number of requests in flight at present."""
        return self._limit

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a free slot and hold it while the block runs."""
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
        """Count a successful response."""
        with self._changed:
            self._overloads = 0
            self._successes += 1
            if self._limit < self.cap and self._successes >= GROW_AFTER:
                self._limit += 1
                self._successes = 0
                self._changed.notify()

    def overloaded(self) -> None:
        """Count a 429 or 503."""
        with self._changed:
            self._successes = 0
            self._overloads += 1
            if self._overloads >= TRIP_AFTER:
                self._limit = 1
