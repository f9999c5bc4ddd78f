"""What the source did wrong in one run. Rows are not marked as deleted on the word of such a source."""

from __future__ import annotations

import threading
from typing import Final

ALL_ENTITIES: Final = ""


class SourceFaults:
    """Wrong answers of one run, by entity; thread-safe.

    An overloaded or unreachable server is not at fault: it says that it has no answer. A fault is an answer that is
    wrong, such as "no rows" where there are rows.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, dict[str, int]] = {}

    def note(self, entity: str, fault: str) -> None:
        """Records a fault, in a few words; `ALL_ENTITIES` when it concerns the whole server."""
        with self._lock:
            counts = self._found.setdefault(entity, {})
            counts[fault] = counts.get(fault, 0) + 1

    def of(self, entity: str) -> tuple[str, ...]:
        """The faults that concern the entity, each once."""
        with self._lock:
            found = {**self._found.get(ALL_ENTITIES, {}), **self._found.get(entity, {})}
            return tuple(found)
