"""Requests of a scan: its pages, and the checks that confirm its end."""

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
    """A scan: the rows of an entity with ``after_id < id <= until_id`` that pass the filters, in id order.

    Args:
        entity: WMS entity.
        filters: query parameters other than the window, such as the scope.
        window: bounds of mod_ts, checked for every row of a page. None for no filter on mod_ts.
        after_id: last id already read; None to start at the first row (lookups have a row with id 0).
        until_id: last id to read; None for all.
        fields: fields to request; empty for all.
        values: columns of a ``values_list`` response; empty for documents.
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
        """Whether rows stay in the scan when they change; a filter on mod_ts lets them leave it."""
        return self.window is None and not any(name.startswith("mod_ts") for name, _ in self.filters)

    def parameters(
        self, after_id: int | None, until_id: int | None, page_size: int, mode: PageMode = "sequenced"
    ) -> list[tuple[str, str]]:
        """Return the query parameters of the next page, without `ordering`."""
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
class RequestedPage:
    """A page and the number of rows requested."""

    page: Page
    asked: int


class ScanRequests:
    """Sends the requests of one scan.

    Args:
        sizer: page size, shared by the scans of an entity. It may change while a request is in flight.
    """

    def __init__(self, client: WmsClient, scan: Scan, sizer: PageSizer) -> None:
        self.client = client
        self.scan = scan
        self._sizer = sizer

    @property
    def page_size(self) -> int:
        """Rows that the next request asks for."""
        return self._sizer.size

    def ask(
        self,
        after_id: int | None,
        until_id: int | None,
        order: Filters = (),
        mode: PageMode = "sequenced",
    ) -> RequestedPage:
        """Request rows with ``after_id < id <= until_id``. A page that is too slow is repeated with fewer rows.

        Raises:
            PageTooSlow: even the smallest page is too slow.
            SourceError: see `WmsClient.page`.
        """
        while True:
            size = self._sizer.size
            try:
                page = self._page([*self.scan.parameters(after_id, until_id, size, mode), *order])
            except PageTooSlow as slow:
                self._sizer.shrink(size, slow)
            else:
                self._sizer.grow()
                return RequestedPage(page, size)

    def highest(self) -> Page:
        """Request the row with the highest id of the scan, regardless of what has been read."""
        return self._ids(lambda scan: [*scan.parameters(None, scan.until_id, 1), *BY_ID_DOWN])

    def some_after(self, after_id: int | None, until_id: int | None, mode: PageMode) -> Page:
        """Request one row after an id."""
        return self._ids(lambda scan: scan.parameters(after_id, until_id, 1, mode))

    def shows_none(self, after_id: int, until_id: int) -> bool:
        """Whether the source shows no row with ``after_id < id <= until_id``.

        After a 404, the permission on the entity is checked and the request repeated.

        Raises:
            SourceError: WMS_PERM_002, the user can't read the entity.
        """
        page = self.some_after(after_id, until_id, "sequenced")
        if page.status == 404:
            self.client.check_readable(self.scan.entity)
            page = self.some_after(after_id, until_id, "sequenced")
        return not page.row_count

    def are_all(self, rows: int, after_id: int | None) -> bool:
        """Whether at most `rows` rows are left after an id, including rows without a usable id."""
        page = self._ids(lambda scan: scan.parameters(after_id, scan.until_id, rows + 1))
        return 0 < page.row_count <= rows and not page.next_page

    def from_row(self, row_id: int, until_id: int | None) -> Page:
        """Request two rows from an id on, including that id."""
        return self._ids(lambda scan: [("id__gte", str(row_id)), *scan.parameters(None, until_id, 2)])

    def shows_any(self, ids: Sequence[int]) -> bool:
        """Whether the source still has any of these rows, whatever their current mod_ts."""
        lasting = tuple(item for item in self.scan.filters if not item[0].startswith(("mod_ts", "id__in")))
        wanted = (*lasting, ("id__in", ",".join(map(str, ids))))
        page = self._ids(lambda scan: replace(scan, filters=wanted, window=None).parameters(None, None, len(ids)))
        return any(key.id in ids for key in page.keys)

    def record_fault(self, fault: str) -> None:
        """Record a wrong response of the source."""
        self.client.faults.note(self.scan.entity, fault)

    def _ids(self, parameters: Callable[[Scan], list[tuple[str, str]]]) -> Page:
        """Request ids only."""
        return self._page(parameters(replace(self.scan, fields=(), values=("id",))))

    def _page(self, query: Sequence[tuple[str, str]]) -> Page:
        return values_page(self.client, self.scan.entity, query)
