"""Adaptive page size (wms-api 8.5): halved when the server is too slow, then increased slowly."""

from __future__ import annotations

from loader.wms.retry import SMALLEST_PAGE, PageTooSlow

GOOD_PAGES_TO_GROW = 20


class PageSizer:
    """Page size of the scans of one entity, in rows.

    Args:
        largest: initial and maximum size.
    """

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self.size = largest
        self._good = 0

    def shrink(self, failed_size: int, cause: PageTooSlow) -> None:
        """Halve the size after a request for `failed_size` rows was too slow.

        Raises:
            PageTooSlow: even the smallest page is too slow.
        """
        if failed_size <= SMALLEST_PAGE:
            raise cause
        self.size = max(SMALLEST_PAGE, failed_size // 2)
        self._good = 0

    def grow(self) -> None:
        """Count a successful page; double the size after enough of them."""
        self._good += 1
        if self._good >= GOOD_PAGES_TO_GROW and self.size < self.largest:
            self.size = min(self.largest, self.size * 2)
            self._good = 0
