"""Scans entities that reject `ordering`, in id slices that are each proved complete (wms-api 7.13, 8.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from loader.extract.scan_end import ScanEnd
from loader.extract.scan_requests import PageMode, RequestedPage, ScanRequests
from loader.wms.page import Page

FIRST_ID: Final = -1
"""Where slices begin unless there are rows at or below it; lookups have a row with id 0."""
LOWEST_ID: Final = -(2**63)
FEW_ROWS: Final = 10
"""Fewer rows than the smallest page size of a WMS user (wms-api 2)."""
GOOD_SLICES_TO_GROW: Final = 20


def sliced_pages(requests: ScanRequests, scan_end: ScanEnd, after_id: int | None) -> Iterator[Page]:
    """Yield pages of all rows in id order, from a server that rejects `ordering`.

    Ascending ids in a page prove nothing, because lower ids may be missing. So a slice is narrowed until its page is
    proved complete. Empty slices double the width, because ids may have gaps of millions. A gap is requested once more
    as a whole, in the other page mode.
    """
    return _Slices(requests, scan_end, after_id).pages()


class _Slices:
    def __init__(self, requests: ScanRequests, scan_end: ScanEnd, after_id: int | None) -> None:
        self._requests = requests
        self._scan_end = scan_end
        self._until = requests.scan.until_id
        self._lo = self._below_first() if after_id is None else after_id
        self._width = requests.page_size
        self._fitting = requests.page_size
        self._most = self._cut_to = self._good = 0
        self._gap_from: int | None = None

    def _below_first(self) -> int:
        """An id below that of every row: negative ids are rare, and two questions rule them out."""
        lo = FIRST_ID
        while lo > LOWEST_ID and self._has_rows_up_to(lo if self._until is None else min(lo, self._until)):
            lo *= 2
        return lo

    def _has_rows_up_to(self, until_id: int) -> bool:
        modes: tuple[PageMode, ...] = ("paged", "sequenced")
        return any(self._requests.some_after(None, until_id, mode).row_count for mode in modes)

    def pages(self) -> Iterator[Page]:
        while self._until is None or self._lo < self._until:
            hi = self._lo + self._width if self._until is None else min(self._lo + self._width, self._until)
            answer = self._requests.ask(self._lo, hi, mode="paged")
            rows = answer.page.row_count
            if not rows and not answer.page.next_page:
                if self._is_end(answer.page, hi):
                    return
            elif not self._is_whole(answer, hi):
                self._narrow(rows, hi)
            elif self._gap_holds(self._lo):
                page = ascending(answer.page)
                if page.keys:
                    yield page
                    self._scan_end.read(page.keys[-1].id)
                self._advance(rows, hi)

    def _is_end(self, empty: Page, hi: int) -> bool:
        """Skip an empty slice; return whether no rows are left."""
        start = self._lo if self._gap_from is None else self._gap_from
        beyond = self._requests.some_after(self._lo, self._until, "paged")
        if not beyond.row_count and not beyond.next_page:
            if self._scan_end.is_confirmed(empty, start, ordered=False):
                return True
            self._lo, self._gap_from = start, None
        elif any(key.id <= hi for key in beyond.keys):
            self._scan_end.wait_to_repeat()
        else:
            self._gap_from = start
            self._lo = hi
            self._width *= 2
        return False

    def _gap_holds(self, hi: int) -> bool:
        """Whether a second request confirms the gap before `hi`. If not, its slices are read again."""
        start, self._gap_from = self._gap_from, None
        if start is None or not self._requests.some_after(start, hi, "sequenced").row_count:
            return True
        self._scan_end.wait_to_repeat()
        self._lo, self._width = start, self._fitting
        return False

    def _is_whole(self, answer: RequestedPage, hi: int) -> bool:
        """Whether the page certainly has every row of the slice.

        If the server limits pages to a size of its own, a page shorter than an earlier one was not limited.
        """
        page, rows = answer.page, answer.page.row_count
        most, self._most = self._most, max(self._most, rows)
        if rows >= hi - self._lo:
            return True
        if page.next_page or rows >= answer.asked:
            return False
        if page.result_count is not None:
            return rows == page.result_count and (rows < most or rows < FEW_ROWS)
        if rows < FEW_ROWS:
            return self._has_nothing_between(page, hi)
        return rows < most and self._shows_the_same(page, hi)

    def _has_nothing_between(self, page: Page, hi: int) -> bool:
        """Whether no rows are missing before, between and after the few rows of a page."""
        ids = sorted(key.id for key in page.keys)
        bounds = zip([self._lo, *ids], [*(row_id - 1 for row_id in ids), hi], strict=True)
        return all(self._requests.shows_none(lo, until) for lo, until in bounds if lo < until)

    def _shows_the_same(self, page: Page, hi: int) -> bool:
        again = self._requests.ask(self._lo, hi).page
        return not again.next_page and {key.id for key in again.keys} <= {key.id for key in page.keys}

    def _narrow(self, rows: int, hi: int) -> None:
        """Halve the slice. Two incomplete pages with the same number of rows show the server's page size limit."""
        ids = hi - self._lo
        if ids <= 1:
            self._scan_end.wait_to_repeat()
        self._width = max(1, ids // 2)
        if rows and rows == self._cut_to:
            self._fitting = rows
            self._width = min(self._width, rows)
        self._cut_to, self._good = rows, 0

    def _advance(self, rows: int, hi: int) -> None:
        width = hi - self._lo
        self._lo = hi
        self._good += 1
        if self._good >= GOOD_SLICES_TO_GROW:
            self._fitting, self._good, self._cut_to = self._fitting * 2, 0, 0
        # without gaps, a slice as wide as the page size fits into one page
        self._fitting = min(self._fitting, self._requests.page_size)
        self._width = width * 2 if rows * 4 <= self._fitting else max(self._fitting, width)


def ascending(page: Page) -> Page:
    """Return the page with its rows in id order."""
    order = sorted(range(len(page.keys)), key=lambda index: page.keys[index].id)
    return replace(
        page, keys=[page.keys[index] for index in order], documents=[page.documents[index] for index in order]
    )
