"""Keyset scans by id (wms-api 8.4): each request asks for the first page after the last id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from loader.errors import ProtocolError
from loader.extract.paging import PageSizer
from loader.extract.scan_end import ScanEnd
from loader.extract.scan_requests import BY_ID, Filters, Scan, ScanRequests
from loader.extract.unordered_scan import sliced_pages
from loader.wms.client import WmsClient
from loader.wms.instants import read_instants
from loader.wms.page import Key, Page
from loader.wms.response import BadRequestError, is_ordering_refused

__all__ = ["Filters", "Scan", "check_created", "check_order", "check_window", "pages"]


def pages(client: WmsClient, scan: Scan, sizer: PageSizer, rest: list[Page] | None = None) -> Iterator[Page]:
    """Yield checked pages of a scan in id order.

    The scan ends at its last id, or when two different requests agree that no rows are left.

    Args:
        rest: receives the last page if none of its rows has a usable id.

    Raises:
        ProtocolError: WMS_PROTO_001, the server ignored the order or a filter; WMS_PROTO_003, its responses contradict
            each other.
        SourceError: see `WmsClient.page`.
    """
    requests = ScanRequests(client, scan, sizer)
    scan_end = ScanEnd(requests)
    after_id = scan.after_id
    while scan.until_id is None or after_id is None or after_id < scan.until_id:
        try:
            page = requests.ask(after_id, scan.until_id, BY_ID).page
        except BadRequestError as refused:
            if not is_ordering_refused(refused):
                raise
            yield from _checked(scan, sliced_pages(requests, scan_end, after_id), after_id)
            return
        if page.keys:
            check_order(scan, page, after_id)
            yield page
            after_id = page.keys[-1].id
            scan_end.read(after_id)
            # a page is megabytes, and the next request may take long
            del page
        elif scan_end.is_confirmed(page, after_id, ordered=True):
            if rest is not None:
                rest.append(page)
            return


def _checked(scan: Scan, found: Iterator[Page], after_id: int | None) -> Iterator[Page]:
    for page in found:
        check_order(scan, page, after_id)
        yield page
        after_id = page.keys[-1].id
        del page


def check_order(scan: Scan, page: Page, after_id: int | None) -> None:
    """Check that the page's ids strictly ascend within the bounds of the scan.

    Raises:
        ProtocolError: WMS_PROTO_001, they don't. Continuing could skip rows.
    """
    ids = np.fromiter((key.id for key in page.keys), dtype=np.int64, count=len(page.keys))
    above = after_id is None or ids[0] > after_id
    below = scan.until_id is None or ids[-1] <= scan.until_id
    if not (above and below and bool((np.diff(ids) > 0).all())):
        raise _breach(scan, "ids do not strictly ascend after the last id read", ids)


def check_window(scan: Scan, mod_ts: npt.NDArray[np.datetime64], ids: Sequence[int]) -> None:
    """Check that every mod_ts of a page is in the requested window.

    Args:
        mod_ts: microseconds UTC, one per row; NaT for null.
        ids: of the same rows.

    Raises:
        ProtocolError: WMS_PROTO_001, one is not. The server ignored the filter, so the scan would read all rows.
    """
    if scan.window is None:
        return
    outside = ~((mod_ts >= _utc64(scan.window.lo)) & (mod_ts < _utc64(scan.window.hi)))
    if outside.any():
        raise _breach(scan, "rows are outside the requested mod_ts window", np.asarray(ids)[outside])


def check_created(scan: Scan, keys: Sequence[Key], start: datetime) -> None:
    """No row says that it was created before the start date that the scan asks for.

    Raises:
        ProtocolError: otherwise: the filter was ignored. A row whose create_ts cannot be read proves nothing.
    """
    if not any(name == "create_ts__gte" for name, _ in scan.filters):
        return
    try:
        created = read_instants([key.create_ts for key in keys]).values.to_numpy(zero_copy_only=False)
    except ProtocolError:
        return
    before = created < _utc64(start)
    if before.any():
        ids = np.asarray([key.id for key in keys], dtype=np.int64)
        raise _breach(scan, "rows were created before the start date asked for", ids[before])


def _utc64(instant: datetime) -> np.datetime64:
    return np.datetime64(instant.replace(tzinfo=None), "us")


def _breach(scan: Scan, what: str, ids: npt.NDArray[np.int64]) -> ProtocolError:
    return ProtocolError(
        "WMS_PROTO_001",
        f"Can't continue reading {scan.entity}: the response contradicts the request, {what}.",
        hint="Run it again: only the pages before this response were kept. If the error persists, report it with the "
        "entity's description.",
        context={"entity": scan.entity, "first ids": ", ".join(map(str, ids[:3]))},
    )
