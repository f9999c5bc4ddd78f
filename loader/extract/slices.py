"""Scans of entities that refuse `ordering` (wms-api 7.13, 8.4): id slices that each fit in one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from loader.wms.page import Page

Fetch = Callable[[int | None, int | None], Page]
"""Rows with ``after_id < id <= until_id``, at most a page of them, in any order; None = open."""


def sliced_pages(
    fetch: Fetch, after_id: int | None, until_id: int | None, page_size: Callable[[], int]
) -> Iterator[Page]:
    """All rows in ascending order of id, from a server that takes no order.

    A page that happens to ascend proves nothing: lower ids may have been left out. Only an answer that cannot be cut is
    trusted, so a slice is narrowed until it holds fewer rows than a page, or no more ids than rows. An empty slice
    doubles the width, because ids may have gaps of millions; the end is an open slice without rows.

    Args:
        page_size: rows asked for by the last fetch.
    """
    lo = -1 if after_id is None else after_id
    width = page_size()
    while until_id is None or lo < until_id:
        hi = lo + width if until_id is None else min(lo + width, until_id)
        page = fetch(lo, hi)
        if len(page.keys) >= page_size() and hi - lo > len(page.keys):
            width = (hi - lo) // 2
            continue
        if page.keys:
            yield _ascending(page)
        elif not fetch(hi, until_id).keys:
            return
        lo = hi
        width = page_size() if page.keys else width * 2


def _ascending(page: Page) -> Page:
    order = sorted(range(len(page.keys)), key=lambda index: page.keys[index].id)
    return replace(
        page, keys=[page.keys[index] for index in order], documents=[page.documents[index] for index in order]
    )
