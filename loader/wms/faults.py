"""Faults of the source in one run. While an entity has faults, none of its rows is marked as deleted."""

from __future__ import annotations

import threading
from typing import Final

ALL_ENTITIES: Final = ""


class SourceFaults:
    """Wrong responses of one run, by entity; thread-safe.

    A fault is a wrong response, such as "no rows" for an entity that has rows. An overloaded or unreachable server is
    no fault, because it gives no response that could be wrong.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, dict[str, int]] = {}

    def note(self, entity: str, fault: str) -> None:
        """Record a fault, as a short phrase. Use `ALL_ENTITIES` for a fault of the whole server."""
        with self._lock:
            counts = self._found.setdefault(entity, {})
            counts[fault] = counts.get(fault, 0) + 1

    def of(self, entity: str) -> tuple[str, ...]:
        """Return the distinct faults of the entity and of the whole server."""
        with self._lock:
            found = {**self._found.get(ALL_ENTITIES, {}), **self._found.get(entity, {})}
            return tuple(found)
