"""Responds to list requests in both page modes (wms-api 2 and 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import gt, itemgetter, lt
from typing import Any

import msgspec
import numpy as np

from loader.simulator.api import cursors
from loader.simulator.api.catalog import Table
from loader.simulator.api.cursors import Cursor, Row
from loader.simulator.api.errors import not_found
from loader.simulator.api.finder import Finder
from loader.simulator.api.literals import Dialect
from loader.simulator.api.lookups import is_null
from loader.simulator.api.params import ListQuery, Order, Params, link
from loader.simulator.api.selection import Selection
from loader.simulator.contract import Ids, Value

# ids -> the JSON objects of a page
Render = Callable[[Sequence[int]], list[bytes]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a response.

    Args:
        counted: rows of the table read by ``count(*)``; 0 without a count.
    """

    results: list[bytes]
    envelope: dict[str, object]
    counted: int = 0

    def body(self) -> bytes:
        """Return the envelope with its keys in order and ``results`` last."""
        head = msgspec.json.encode(self.envelope)[:-1]
        return head + b',"results":[' + b",".join(self.results) + b"]}"


@dataclass(frozen=True, slots=True)
class Lister:
    """Pages of one request.

    Args:
        url: of the list, absolute, for the links.
        params: as sent, repeated in the links.
    """

    finder: Finder
    dialect: Dialect
    url: str
    params: Params

    def page(self, query: ListQuery, selection: Selection, render: Render) -> Page:
        """Return the requested page. Raises ApiError 404 for a page or cursor that doesn't exist."""
        if query.mode == "sequenced":
            return self._sequenced(query, selection, render)
        return self._paged(query, selection, render)

    def any(self, selection: Selection) -> bool:
        """Return whether the selection has a row, for HEAD."""
        return bool(self.finder.first(selection, 1))

    def _paged(self, query: ListQuery, selection: Selection, render: Render) -> Page:
        size = query.page_size
        number = int(query.page[:9]) if query.page.isascii() and query.page.isdigit() else 0
        part = slice((number - 1) * size, number * size) if number else slice(0)
        matching = self._ordered(selection, query.ordering)
        if query.distinct:
            unique = list(dict.fromkeys(render(matching.tolist())))
            count, results = len(unique), unique[part]
        else:
            count, results = len(matching), render(matching[part].tolist())
        pages = max(1, -(-count // size))
        if not 1 <= number <= pages:
            raise not_found()
        envelope: dict[str, object] = {
            "result_count": count,
            "page_count": pages,
            "page_nbr": number,
            "next_page": link(self.url, self.params, page=str(number + 1)) if number < pages else None,
            "previous_page": link(self.url, self.params, page=_page(number - 1)) if number > 1 else None,
        }
        return Page(results, envelope, counted=self.finder.table_size(selection.table))

    def _sequenced(self, query: ListQuery, selection: Selection, render: Render) -> Page:
        leading = query.ordering[0] if query.ordering else None
        if leading is None or leading.is_id:
            fetch = self._by_id(selection, descending=leading is not None and leading.descending)
        else:
            fetch = self._by_value(selection, query.ordering)
        try:
            page = cursors.paginate(fetch, Cursor.decode(query.cursor or ""), query.page_size)
        except ValueError:
            raise not_found() from None
        results = render(page.ids)
        return Page(
            list(dict.fromkeys(results)) if query.distinct else results,
            {"next_page": self._at(page.next), "previous_page": self._at(page.previous)},
        )

    def _at(self, cursor: Cursor | None) -> str | None:
        return link(self.url, self.params, cursor=cursor.encode()) if cursor else None

    def _by_id(self, selection: Selection, *, descending: bool) -> cursors.Fetch:
        """Read by id: the position narrows the window, so the world returns only the page."""

        def fetch(cursor: Cursor, count: int) -> list[Row]:
            backwards = cursor.reverse != descending
            rest = selection
            if cursor.position is not None:
                position = int(cursor.position[:18])
                rest = selection.before(position) if backwards else selection.after(position)
            read = self.finder.last if backwards else self.finder.first
            return [Row(row_id, str(row_id)) for row_id in read(rest, cursor.offset + count)[cursor.offset :]]

        return fetch

    def _by_value(self, selection: Selection, ordering: Sequence[Order]) -> cursors.Fetch:
        """Read by another field, strictly beyond the position of the first one, so nulls are skipped (wms-api 3)."""
        first, table = ordering[0], selection.table

        def fetch(cursor: Cursor, count: int) -> list[Row]:
            ids = self._ordered(selection, ordering)[:: -1 if cursor.reverse else 1].tolist()
            values = self.finder.reader.values(table, first.path, ids)
            rows = list(zip(ids, values, strict=True))
            if cursor.position is not None:
                edge: Any = self.dialect.parse(first.path.field.kind, cursor.position)
                smaller = cursor.reverse != first.descending
                beyond: Callable[[Any, Any], bool] = lt if smaller else gt
                rows = [row for row in rows if not is_null(row[1]) and beyond(row[1], edge)]
            page = rows[cursor.offset : cursor.offset + count]
            return [Row(row_id, None if value is None else str(value)) for row_id, value in page]

        return fetch

    def _ordered(self, selection: Selection, ordering: Sequence[Order]) -> Ids:
        """Return all matching ids; ties, and ids without an ordering, are in heap order."""
        if ordering and ordering[0].is_id:
            return self.finder.ascending(selection)[:: -1 if ordering[0].descending else 1]
        ids = self.finder.heap(selection)
        return np.array(self._sort(selection.table, ids.tolist(), ordering), dtype=np.int64) if ordering else ids

    def _sort(self, table: Table, ids: list[int], ordering: Sequence[Order]) -> list[int]:
        """Sort nulls last (first if descending), as in Oracle."""
        for order in reversed(ordering):
            values = self.finder.reader.values(table, order.path, ids)
            keyed = sorted(zip(map(_sort_key, values), ids, strict=True), key=itemgetter(0), reverse=order.descending)
            ids = [row_id for _, row_id in keyed]
        return ids


def _sort_key(value: Value) -> tuple[bool, Any]:
    return is_null(value), 0 if is_null(value) else value


def _page(number: int) -> str | None:
    """Return the page parameter of a link; the first page has none."""
    return None if number == 1 else str(number)
