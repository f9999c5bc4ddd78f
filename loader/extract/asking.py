"""Questions to the WMS: one page of a scan, in the size that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from loader.extract.paging import PageSizer
from loader.extract.window import Window
from loader.wms.client import WmsClient
from loader.wms.page import Page
from loader.wms.retry import PageTooSlow
from loader.wms.times import utc_text
from loader.wms.values import values_page

Filters = tuple[tuple[str, str], ...]
PageMode = Literal["sequenced", "paged"]
BY_ID: Final[Filters] = (("ordering", "id"),)
BY_ID_DOWN: Final[Filters] = (("ordering", "-id"),)


@dataclass(frozen=True, slots=True)
class Scan:
    """What one scan reads: rows of an entity with ``after_id < id <= until_id`` that pass the filters, by id.

    Args:
        entity: WMS entity.
        filters: query parameters beside the window's, such as the scope's.
        window: bounds of mod_ts, checked against every row of the answer; None when mod_ts is not filtered.
        after_id: the last id already read; None to start at the first row (lookups have a row with id 0).
        until_id: the last id wanted; None for all.
        fields: the fields to ask for; empty for all.
        values: columns of a ``values_list`` answer instead of documents; empty for documents.
        known_ids: ids of rows that existed when the scan was planned.
    """

    entity: str
    filters: Filters = ()
    window: Window | None = None
    after_id: int | None = None
    until_id: int | None = None
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    known_ids: tuple[int, ...] = field(default=(), compare=False)

    @property
    def is_stable(self) -> bool:
        """Whether rows that were read stay in the scan; a change moves rows out of a window of mod_ts."""
        return self.window is None and not any(name.startswith("mod_ts") for name, _ in self.filters)

    def parameters(
        self, after_id: int | None, until_id: int | None, page_size: int, mode: PageMode = "sequenced"
    ) -> list[tuple[str, str]]:
        """The query of the next page, without an order."""
        query = list(self.filters)
        if self.window:
            query += [("mod_ts__gte", utc_text(self.window.lo)), ("mod_ts__lt", utc_text(self.window.hi))]
        if after_id is not None:
            query.append(("id__gt", str(after_id)))
        if until_id is not None:
            query.append(("id__lte", str(until_id)))
        if self.fields:
            query.append(("fields", ",".join(self.fields)))
        if self.values:
            query.append(("values_list", ",".join(self.values)))
        return [*query, ("page_mode", mode), ("page_size", str(page_size))]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page and the number of rows that were asked for: what makes it short or full."""

    page: Page
    asked: int


class Asker:
    """Asks the questions of one scan.

    Args:
        sizer: the page size, shared by the scans of an entity; it may change between a question and its answer.
    """

    def __init__(self, client: WmsClient, scan: Scan, sizer: PageSizer) -> None:
        self.client = client
        self.scan = scan
        self._sizer = sizer

    @property
    def page_size(self) -> int:
        """Rows the next question asks for."""
        return self._sizer.size

    def ask(
        self,
        after_id: int | None,
        until_id: int | None,
        order: Filters = (),
        mode: PageMode = "sequenced",
    ) -> Answer:
        """Rows with ``after_id < id <= until_id``, as many as the page size; fewer when the server is too slow.

        Raises:
            PageTooSlow: the smallest page is too slow as well.
            SourceError: what the client raises.
        """
        while True:
            size = self._sizer.size
            try:
                page = self._page([*self.scan.parameters(after_id, until_id, size, mode), *order])
            except PageTooSlow as slow:
                self._sizer.shrink(size, slow)
            else:
                self._sizer.grow()
                return Answer(page, size)

    def highest(self) -> Page:
        """The row with the highest id of the scan, whatever has been read."""
        return self._ids(lambda scan: [*scan.parameters(None, scan.until_id, 1), *BY_ID_DOWN])

    def some_after(self, after_id: int | None, until_id: int | None, mode: PageMode) -> Page:
        """One row after an id, if there is any."""
        return self._ids(lambda scan: scan.parameters(after_id, until_id, 1, mode))

    def shows_none(self, after_id: int, until_id: int) -> bool:
        """Whether no row lies in ``after_id < id <= until_id``. A 404 is asked for again once the entity is readable.

        Raises:
            SourceError: WMS_PERM_002, the user may not read the entity.
        """
        page = self.some_after(after_id, until_id, "sequenced")
        if page.status == 404:
            self.client.check_readable(self.scan.entity)
            page = self.some_after(after_id, until_id, "sequenced")
        return not page.row_count

    def are_all(self, rows: int, after_id: int | None) -> bool:
        """Whether no more than so many rows are left after an id, whether their ids can be read or not."""
        page = self._ids(lambda scan: scan.parameters(after_id, scan.until_id, rows + 1))
        return 0 < page.row_count <= rows and not page.next_page

    def from_row(self, row_id: int, until_id: int | None) -> Page:
        """Two rows from an id on, that id included."""
        return self._ids(lambda scan: [("id__gte", str(row_id)), *scan.parameters(None, until_id, 2)])

    def shows_any(self, ids: Sequence[int]) -> bool:
        """Whether the source still has any of these rows, wherever their mod_ts may be by now."""
        lasting = tuple(item for item in self.scan.filters if not item[0].startswith(("mod_ts", "id__in")))
        wanted = (*lasting, ("id__in", ",".join(map(str, ids))))
        page = self._ids(lambda scan: replace(scan, filters=wanted, window=None).parameters(None, None, len(ids)))
        return any(key.id in ids for key in page.keys)

    def doubt(self, fault: str) -> None:
        """Records that the source gave a wrong answer."""
        self.client.faults.note(self.scan.entity, fault)

    def _ids(self, parameters: Callable[[Scan], list[tuple[str, str]]]) -> Page:
        """A question about ids."""
        return self._page(parameters(replace(self.scan, fields=(), values=("id",))))

    def _page(self, query: Sequence[tuple[str, str]]) -> Page:
        return values_page(self.client, self.scan.entity, query)
