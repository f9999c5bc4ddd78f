"""Columns and indexes of the user's relations, read from the data dictionary in one query and kept for a run."""

from __future__ import annotations

import threading
from collections.abc import Set
from typing import Any, Final

_ALL: Final = """
select 'column', lower(table_name), lower(column_name) from user_tab_columns
union all
select 'index', lower(table_name), lower(index_name) from user_indexes
"""
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
        self._indexes: set[tuple[str, str]] = set()
        # entities are read in several threads
        self._lock = threading.Lock()

    def of(self, name: str, cursor: Any) -> Set[object]:
        """Return the column names of a relation, in lower case; empty if it doesn't exist."""
        relation = name.lower()
        with self._lock:
            by_relation = self._read(cursor)
            found = by_relation.get(relation)
            if found is None:
                found = {column for (column,) in cursor.execute(_ONE, name=name.upper())}
                if found:
                    by_relation[relation] = found
            return found

    def indexes(self, cursor: Any, *, again: bool = False) -> Set[tuple[str, str]]:
        """Return table and name of each index, in lower case.

        Args:
            again: whether to read the dictionary again, because another program may have created one.
        """
        with self._lock:
            if again:
                self._by_relation = None
            self._read(cursor)
            return self._indexes

    def forget(self) -> None:
        """Read again: after a definition, and after dbt has built."""
        self._by_relation, self.has_run_tables = None, False

    def _read(self, cursor: Any) -> dict[str, set[object]]:
        if self._by_relation is None:
            cursor.arraysize = _ROWS_PER_TRIP
            columns: dict[str, set[object]] = {}
            indexes = set()
            for kind, relation, name in cursor.execute(_ALL):
                if kind == "index":
                    indexes.add((relation, name))
                else:
                    columns.setdefault(relation, set()).add(name)
            self._by_relation, self._indexes = columns, indexes
        return self._by_relation
