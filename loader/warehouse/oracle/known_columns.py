"""Columns of the user's tables and views, read from the data dictionary in one query and kept for a run."""

from __future__ import annotations

import threading
from collections.abc import Set
from typing import Any, Final

_ALL: Final = "select lower(table_name), lower(column_name) from user_tab_columns"
_ONE: Final = "select lower(column_name) from user_tab_columns where table_name = :name"
_ROWS_PER_TRIP: Final = 5_000


class KnownColumns:
    """What the dictionary said. Only relations that exist are remembered; a missing one is looked up again.

    Attributes:
        has_run_tables: whether this run has created missing run tables and columns.
    """

    def __init__(self) -> None:
        self.has_run_tables = False
        self._by_relation: dict[str, set[object]] | None = None
        # entities are read in several threads
        self._lock = threading.Lock()

    def of(self, name: str, cursor: Any) -> Set[object]:
        """Return the column names of a relation, in lower case; empty if it doesn't exist."""
        relation = name.lower()
        with self._lock:
            if self._by_relation is None:
                self._by_relation = _read(cursor)
            found = self._by_relation.get(relation)
            if found is None:
                found = {column for (column,) in cursor.execute(_ONE, name=name.upper())}
                if found:
                    self._by_relation[relation] = found
            return found

    def forget(self) -> None:
        """Read again: after a definition, and after dbt has built."""
        self._by_relation, self.has_run_tables = None, False


def _read(cursor: Any) -> dict[str, set[object]]:
    cursor.arraysize = _ROWS_PER_TRIP
    found: dict[str, set[object]] = {}
    for relation, column in cursor.execute(_ALL):
        found.setdefault(relation, set()).add(column)
    return found
