"""Applies a selection to the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from loader.simulator.api import windows
from loader.simulator.api.catalog import Table
from loader.simulator.api.reader import Reader
from loader.simulator.api.selection import Selection
from loader.simulator.contract import Ids, Window

# every row with a mod_ts lies in this window; the complement has none
_ANY_MOD = Window(mod_from=datetime(1, 1, 1, tzinfo=UTC))
_BATCH = 2500


@dataclass(slots=True)
class Finder:
    """Applies selections at one instant and counts the rows it reads (wms-api 9.21)."""

    reader: Reader
    scanned: int = 0

    def first(self, selection: Selection, limit: int) -> list[int]:
        """Return the `limit` smallest matching ids."""
        if selection.is_window and not windows.is_empty(selection.window):
            return self._tested(selection, self._ids(selection, limit).tolist())
        return self._some(selection, self._candidates(selection), limit)

    def last(self, selection: Selection, limit: int) -> list[int]:
        """Return the `limit` greatest matching ids, descending."""
        return self._some(selection, self._candidates(selection)[::-1], limit)

    def ascending(self, selection: Selection) -> Ids:
        """Return all matching ids."""
        return self._passing(selection, self._candidates(selection))

    def heap(self, selection: Selection) -> Ids:
        """Return all matching ids in heap order, the order of a query without ``ordering`` (wms-api 9.5)."""
        candidates = self._candidates(selection)
        heap = self.reader.world.heap(selection.table.name, self.reader.at)
        return self._passing(selection, heap if len(heap) == len(candidates) else heap[np.isin(heap, candidates)])

    def table_size(self, table: Table) -> int:
        """Return the number of rows in the table, which a count reads."""
        return len(self.reader.world.ids(table.name, self.reader.at))

    def _passing(self, selection: Selection, candidates: Ids) -> Ids:
        if not selection.conditions:
            self.scanned += len(candidates)
            return candidates
        return np.array(self._some(selection, candidates, len(candidates)), dtype=np.int64)

    def _some(self, selection: Selection, candidates: Ids, limit: int) -> list[int]:
        """Return the first `limit` candidates that pass. Batches grow, so it reads few more than needed."""
        passed: list[int] = []
        start, step = 0, max(limit, 1)
        while start < len(candidates) and len(passed) < limit:
            passed += self._tested(selection, candidates[start : start + step].tolist())
            start, step = start + step, min(step * 2, _BATCH)
        return passed[:limit]

    def _tested(self, selection: Selection, batch: list[int]) -> list[int]:
        self.scanned += len(batch)
        for condition in selection.conditions:
            values = self.reader.values(selection.table, condition.path, batch)
            tested = zip(batch, values, strict=True)
            batch = [row_id for row_id, value in tested if condition.test(value) != condition.negated]
        return batch

    def _ids(self, selection: Selection, limit: int | None = None) -> Ids:
        return self.reader.world.ids(selection.table.name, self.reader.at, selection.window, limit)

    def _candidates(self, selection: Selection) -> Ids:
        """Return candidates after the conditions that the world and set operations can apply, ascending."""
        if windows.is_empty(selection.window):
            return np.empty(0, dtype=np.int64)
        found = self._ids(selection)
        if selection.members is not None:
            found = np.intersect1d(found, np.array(sorted(selection.members), dtype=np.int64))
        if selection.mod_null is not None:
            dated = self.reader.world.ids(selection.table.name, self.reader.at, _ANY_MOD)
            found = found[np.isin(found, dated, invert=selection.mod_null)]
        return found
