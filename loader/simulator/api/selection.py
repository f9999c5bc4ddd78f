"""Which rows a list answers with: filters become a selection, and a finder applies it to the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from loader.simulator.api import lookups, windows
from loader.simulator.api.catalog import Catalog, Path, Table
from loader.simulator.api.errors import validation_error
from loader.simulator.api.literals import Dialect, boolean
from loader.simulator.api.reader import Reader
from loader.simulator.contract import Ids, Window

# Every row with a mod_ts lies in this window; the complement has none.
_ANY_MOD = Window(mod_from=datetime(1, 1, 1, tzinfo=UTC))
_BATCH = 2500


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of the value at the end of a path; `negated` for ``!=``, which keeps nulls as Django's exclude does."""

    path: Path
    test: lookups.Test
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of a table that pass every filter.

    Args:
        window: what the world applies quickly.
        members: ids of an ``id__in``; None = any.
        mod_null: True = only rows without mod_ts, False = only rows with it.
        conditions: the rest, tested row by row.
    """

    table: Table
    window: Window = field(default_factory=Window)
    members: frozenset[int] | None = None
    mod_null: bool | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def is_window(self) -> bool:
        """Whether the window alone decides."""
        return self.members is None and self.mod_null is None and not self.conditions

    def after(self, row_id: int) -> Selection:
        """The rows with a greater id."""
        low = self.window.id_from
        return replace(self, window=replace(self.window, id_from=max(low or row_id + 1, row_id + 1)))

    def before(self, row_id: int) -> Selection:
        """The rows with a smaller id."""
        high = self.window.id_to
        return replace(self, window=replace(self.window, id_to=row_id if high is None else min(high, row_id)))


def select(
    catalog: Catalog, table: Table, filters: Mapping[str, str], dialect: Dialect, *, ignore_unknown: bool = False
) -> Selection:
    """Compile filters (name with its lookup, and ``!`` for negation -> literal) into a selection.

    Raises:
        ApiError: 400 naming every filter that is unknown or has a bad literal.
    """
    selection = Selection(table)
    problems: dict[str, str] = {}
    for name, text in filters.items():
        try:
            selection = _add(catalog, selection, name, text, dialect)
        except LookupError:
            if not ignore_unknown:
                problems[name] = "Unknown filter."
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise validation_error(problems)
    return selection


def _add(catalog: Catalog, selection: Selection, name: str, text: str, dialect: Dialect) -> Selection:
    table, negated, name = selection.table, name.endswith("!"), name.removesuffix("!")
    child, _, child_lookup = name.partition("__")
    if child_lookup == "isnull" and child in table.children():
        path, lookup = Path((), table.children()[child]), "isnull"
    else:
        path, rest = catalog.resolve(table, name)
        lookup = rest or "exact"
    column = path.field.name if not path.hops else ""
    if windows.narrows(column, lookup) and not negated:
        return replace(selection, window=windows.narrow(selection.window, column, lookup, text, dialect))
    if column == "mod_ts" and lookup == "isnull" and selection.mod_null is None:
        return replace(selection, mod_null=boolean(text) != negated)
    if column == "id" and lookup == "in" and not negated and selection.members is None:
        members = [dialect.parse("integer", part) for part in text.split(",")]
        return replace(selection, members=frozenset(value for value in members if isinstance(value, int)))
    if path.field.kind in ("set", "inline"):
        test = _has_no_children(lookup, text)
    else:
        test = lookups.build(lookup, path.field.kind, text, dialect)
    return replace(selection, conditions=(*selection.conditions, Condition(path, test, negated)))


def _has_no_children(lookup: str, text: str) -> lookups.Test:
    if lookup != "isnull":
        raise LookupError(lookup)
    wanted = boolean(text)
    return lambda value: (not value) == wanted


@dataclass(slots=True)
class Finder:
    """Applies selections at one instant and counts the rows it had to look at (wms-api 9.21)."""

    reader: Reader
    scanned: int = 0

    def first(self, selection: Selection, limit: int) -> list[int]:
        """The `limit` smallest matching ids."""
        if selection.is_window and not windows.is_empty(selection.window):
            found: list[int] = self._ids(selection, limit).tolist()
            self.scanned += len(found)
            return found
        matching: list[int] = []
        for batch in self._batches(selection, self._candidates(selection)):
            matching += batch
            if len(matching) >= limit:
                break
        return matching[:limit]

    def last(self, selection: Selection, limit: int) -> list[int]:
        """The `limit` greatest matching ids, descending."""
        matching: list[int] = []
        for batch in self._batches(selection, self._candidates(selection)[::-1]):
            matching += batch
            if len(matching) >= limit:
                break
        return matching[:limit]

    def ascending(self, selection: Selection) -> Ids:
        """All matching ids."""
        return self._passing(selection, self._candidates(selection))

    def heap(self, selection: Selection) -> Ids:
        """All matching ids in heap order: the order of a query without ``ordering`` (wms-api 9.5)."""
        candidates = self._candidates(selection)
        heap = self.reader.world.heap(selection.table.name, self.reader.at)
        return self._passing(selection, heap if len(heap) == len(candidates) else heap[np.isin(heap, candidates)])

    def table_size(self, table: Table) -> int:
        """Rows of the whole table: what a count goes through."""
        return len(self.reader.world.ids(table.name, self.reader.at))

    def _passing(self, selection: Selection, candidates: Ids) -> Ids:
        if not selection.conditions:
            self.scanned += len(candidates)
            return candidates
        passed = [row_id for batch in self._batches(selection, candidates) for row_id in batch]
        return np.array(passed, dtype=np.int64)

    def _ids(self, selection: Selection, limit: int | None = None) -> Ids:
        return self.reader.world.ids(selection.table.name, self.reader.at, selection.window, limit)

    def _candidates(self, selection: Selection) -> Ids:
        """All that the world and set operations can decide, ascending."""
        if windows.is_empty(selection.window):
            return np.empty(0, dtype=np.int64)
        found = self._ids(selection)
        if selection.members is not None:
            found = np.intersect1d(found, np.array(sorted(selection.members), dtype=np.int64))
        if selection.mod_null is not None:
            dated = self.reader.world.ids(selection.table.name, self.reader.at, _ANY_MOD)
            found = found[np.isin(found, dated, invert=selection.mod_null)]
        return found

    def _batches(self, selection: Selection, candidates: Ids) -> Iterator[list[int]]:
        for start in range(0, len(candidates), _BATCH):
            batch: list[int] = candidates[start : start + _BATCH].tolist()
            self.scanned += len(batch)
            for condition in selection.conditions:
                values = self.reader.values(selection.table, condition.path, batch)
                passed = zip(batch, values, strict=True)
                batch = [row_id for row_id, value in passed if condition.test(value) != condition.negated]
            yield batch
