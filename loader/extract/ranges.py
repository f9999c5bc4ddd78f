"""Splits an entity into disjoint id ranges, so that several workers can read an initial load (wms-api 8)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from loader.extract.scan import Scan
from loader.extract.state import RangeState
from loader.wms.client import WmsClient
from loader.wms.response import BadRequestError

Span = tuple[int, int]
"""Lowest and highest id."""


def split_ids(span: Span, parts: int) -> list[RangeState]:
    """Return `parts` ranges of about equal width. The first has no lower and the last no upper bound."""
    smallest, largest = span
    width = (largest - smallest + 1) // parts
    edges = [smallest + width * number - 1 for number in range(1, parts)]
    bounds: list[int | None] = [None, *edges, None]
    return [{"after_id": lo, "until_id": hi} for lo, hi in pairwise(bounds)]


def initial_ranges(span: Span | None, page_size: int, workers: int) -> list[RangeState]:
    """Return the ranges of an initial load: a single one unless the ids clearly exceed the workers' first pages.

    Ids have gaps, so ranges may differ in rows. This affects only how evenly the work is distributed.
    """
    if span is None or workers == 1 or span[1] - span[0] < 4 * workers * page_size:
        return [{"after_id": None, "until_id": None}]
    return split_ids(span, workers)


def id_span(client: WmsClient, scan: Scan) -> Span | None:
    """Request the lowest and highest id. Return None for an entity that is empty or rejects `ordering`."""
    try:
        first, last = (_edge(client, scan, ordering) for ordering in ("id", "-id"))
    except BadRequestError:
        return None
    return None if first is None or last is None else (first, last)


def progress_fraction(span: Span, ranges: Sequence[RangeState]) -> float:
    """Return the fraction of the span's ids that has been read, 0 to 1."""
    edges = [part["until_id"] for part in ranges]
    starts = [span[0] - 1, *edges[:-1]]
    unread = 0
    for start, part in zip(starts, ranges, strict=True):
        mark = part["after_id"] if part["after_id"] is not None else start
        end = part["until_id"] if part["until_id"] is not None else span[1]
        unread += max(0, end - (mark if mark is not None else span[0] - 1))
    return min(1.0, max(0.0, 1 - unread / (span[1] - span[0] + 1)))


def _edge(client: WmsClient, scan: Scan, ordering: str) -> int | None:
    page = client.page(scan.entity, [*scan.parameters(None, None, 1), ("ordering", ordering)])
    return page.keys[0].id if page.keys else None
