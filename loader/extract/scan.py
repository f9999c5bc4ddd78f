"""Keyset scans by id (wms-api 8.4): always the first page after the last id, until an answer is really empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from loader.errors import ProtocolBreach
from loader.extract.paging import PageSizer
from loader.extract.slices import sliced_pages
from loader.extract.window import Window
from loader.wms.answer import RequestRefused, is_ordering_refused
from loader.wms.client import WmsClient
from loader.wms.page import Page
from loader.wms.retry import PageTooSlow
from loader.wms.times import utc_text

Filters = tuple[tuple[str, str], ...]
BY_ID: Final[Filters] = (("ordering", "id"),)


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
    """

    entity: str
    filters: Filters = ()
    window: Window | None = None
    after_id: int | None = None
    until_id: int | None = None
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    def parameters(self, after_id: int | None, until_id: int | None, page_size: int) -> list[tuple[str, str]]:
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
        return [*query, ("page_mode", "sequenced"), ("page_size", str(page_size))]


def pages(client: WmsClient, scan: Scan, sizer: PageSizer) -> Iterator[Page]:
    """Pages of the scan in ascending order of id, every one checked; ends only at an answer without rows.

    Raises:
        ProtocolBreach: WMS_PROTO_001, the server ignored the order or a filter.
        SourceError: what the client raises.
    """
    after_id = scan.after_id
    while scan.until_id is None or after_id is None or after_id < scan.until_id:
        try:
            page = _fetch(client, scan, sizer, after_id, scan.until_id, BY_ID)
        except RequestRefused as refused:
            if not is_ordering_refused(refused):
                raise
            fetch = partial(_fetch, client, scan, sizer)
            yield from sliced_pages(fetch, after_id, scan.until_id, lambda: sizer.size)
            return
        if not page.keys:
            return
        check_order(scan, page, after_id)
        yield page
        after_id = page.keys[-1].id


def _fetch(
    client: WmsClient, scan: Scan, sizer: PageSizer, after_id: int | None, until_id: int | None, order: Filters = ()
) -> Page:
    while True:
        size = sizer.size
        try:
            page = client.page(scan.entity, [*scan.parameters(after_id, until_id, size), *order])
        except PageTooSlow as slow:
            sizer.shrink(size, slow)
        else:
            sizer.grow()
            return page


def check_order(scan: Scan, page: Page, after_id: int | None) -> None:
    """Ids strictly ascend and lie within the scan's bounds.

    Raises:
        ProtocolBreach: otherwise. Reading on would lose rows without a trace.
    """
    ids = np.fromiter((key.id for key in page.keys), dtype=np.int64, count=len(page.keys))
    above = after_id is None or ids[0] > after_id
    below = scan.until_id is None or ids[-1] <= scan.until_id
    if not (above and below and bool((np.diff(ids) > 0).all())):
        raise _breach(scan, "ids are not strictly ascending after the last one read", ids)


def check_window(scan: Scan, mod_ts: npt.NDArray[np.datetime64], ids: Sequence[int]) -> None:
    """Every mod_ts of a page lies in the window asked for.

    Args:
        mod_ts: microseconds UTC, one per row, NaT where null.
        ids: of the same rows.

    Raises:
        ProtocolBreach: otherwise: the filter was ignored, and the scan would read the whole table.
    """
    if scan.window is None:
        return
    outside = ~((mod_ts >= _utc64(scan.window.lo)) & (mod_ts < _utc64(scan.window.hi)))
    if outside.any():
        raise _breach(scan, "rows lie outside the mod_ts window asked for", np.asarray(ids)[outside])


def _utc64(instant: datetime) -> np.datetime64:
    return np.datetime64(instant.replace(tzinfo=None), "us")


def _breach(scan: Scan, what: str, ids: npt.NDArray[np.int64]) -> ProtocolBreach:
    return ProtocolBreach(
        "WMS_PROTO_001",
        f"the answer contradicts the request: {what}",
        hint="only pages before it were kept; run again, and if it repeats report it with the entity's describe",
        context={"entity": scan.entity, "first ids": ", ".join(map(str, ids[:3]))},
    )
