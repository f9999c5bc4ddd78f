"""Disjoint id ranges of an entity, so that an initial load can be read by several workers (wms-api 8)."""

from __future__ import annotations

from itertools import pairwise

from loader.extract.scan import Scan
from loader.extract.state import RangeState
from loader.wms.answer import RequestRefused
from loader.wms.client import WmsClient


def split_ids(smallest: int, largest: int, parts: int) -> list[RangeState]:
    """`parts` ranges of about equal width; the first is open below and the last above, so none can fall outside."""
    width = (largest - smallest + 1) // parts
    edges = [smallest + width * number - 1 for number in range(1, parts)]
    bounds: list[int | None] = [None, *edges, None]
    return [{"after_id": lo, "until_id": hi} for lo, hi in pairwise(bounds)]


def initial_ranges(client: WmsClient, scan: Scan, page_size: int, workers: int) -> list[RangeState]:
    """Ranges for an initial load: one unless there are clearly more rows than the workers' first pages hold.

    Costs two requests of one row; an entity that refuses an order is one range. Ids have gaps, so ranges differ in
    rows: that only costs balance.
    """
    whole: list[RangeState] = [{"after_id": None, "until_id": None}]
    if workers == 1:
        return whole
    try:
        first, last = (_edge(client, scan, ordering) for ordering in ("id", "-id"))
    except RequestRefused:
        return whole
    if first is None or last is None or last - first < 4 * workers * page_size:
        return whole
    return split_ids(first, last, workers)


def _edge(client: WmsClient, scan: Scan, ordering: str) -> int | None:
    page = client.page(scan.entity, [*scan.parameters(None, None, 1), ("ordering", ordering)])
    return page.keys[0].id if page.keys else None
