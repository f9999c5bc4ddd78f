"""Keyset scans by id (wms-api 8.4): always the first page after the last id, until the end is confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from loader.errors import ProtocolError
from loader.extract.asking import BY_ID, Asker, Filters, Scan
from loader.extract.ending import Ending
from loader.extract.paging import PageSizer
from loader.extract.unordered_scan import sliced_pages
from loader.wms.client import WmsClient
from loader.wms.instants import read_instants
from loader.wms.page import Key, Page
from loader.wms.response import BadRequestError, is_ordering_refused

__all__ = ["Filters", "Scan", "check_created", "check_order", "check_window", "pages"]


def pages(client: WmsClient, scan: Scan, sizer: PageSizer, rest: list[Page] | None = None) -> Iterator[Page]:
    """Pages of the scan in ascending order of id, every one checked. They end when two different questions agree that
    nothing is left, or at the last id wanted.

    Args:
        rest: gets the last page when none of its rows has a usable id.

    Raises:
        ProtocolError: WMS_PROTO_001, the server ignored the order or a filter; WMS_PROTO_003, its answers contradict
            each other.
        SourceError: what the client raises.
    """
    asker = Asker(client, scan, sizer)
    ending = Ending(asker)
    after_id = scan.after_id
    while scan.until_id is None or after_id is None or after_id < scan.until_id:
        try:
            page = asker.ask(after_id, scan.until_id, BY_ID).page
        except BadRequestError as refused:
            if not is_ordering_refused(refused):
                raise
            yield from _checked(scan, sliced_pages(asker, ending, after_id), after_id)
            return
        if page.keys:
            check_order(scan, page, after_id)
            yield page
            after_id = page.keys[-1].id
            ending.read(after_id)
        elif ending.is_confirmed(page, after_id, ordered=True):
            if rest is not None:
                rest.append(page)
            return


def _checked(scan: Scan, found: Iterator[Page], after_id: int | None) -> Iterator[Page]:
    for page in found:
        check_order(scan, page, after_id)
        yield page
        after_id = page.keys[-1].id


def check_order(scan: Scan, page: Page, after_id: int | None) -> None:
    """Ids strictly ascend and lie within the scan's bounds.

    Raises:
        ProtocolError: otherwise. Reading on would lose rows without a trace.
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
        ProtocolError: otherwise: the filter was ignored, and the scan would read the whole table.
    """
    if scan.window is None:
        return
    outside = ~((mod_ts >= _utc64(scan.window.lo)) & (mod_ts < _utc64(scan.window.hi)))
    if outside.any():
        raise _breach(scan, "rows lie outside the mod_ts window asked for", np.asarray(ids)[outside])


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
        f"the answer contradicts the request: {what}",
        hint="only pages before it were kept; run again, and if it repeats report it with the entity's describe",
        context={"entity": scan.entity, "first ids": ", ".join(map(str, ids[:3]))},
    )
