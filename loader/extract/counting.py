"""Counts the rows of a scan independently of the scan: the server's count in paged mode."""

from __future__ import annotations

from dataclasses import dataclass, field

from loader.extract.paging import PageSizer
from loader.extract.scan_requests import Scan, ScanRequests
from loader.wms.client import WmsClient

TRIES = 3
"""Maximum number of scans while the count differs: rows may change during a scan."""
MISCOUNT = "its row count differed from the rows it returned"


def count_rows(client: WmsClient, scan: Scan) -> int | None:
    """Return the server's row count for the scan; None if the server doesn't count."""
    page = ScanRequests(client, scan, PageSizer(1)).some_after(None, None, "paged")
    if page.result_count is not None:
        return page.result_count
    return 0 if page.status != 200 else None


@dataclass(slots=True)
class Tally:
    """Compares the rows of repeated scans with a count after each scan.

    Concurrent inserts and deletes explain a difference only as far as the count changed between two scans.
    """

    shown: int = 0
    counts: list[int | None] = field(default_factory=list)

    def add(self, shown: int, counted: int | None) -> bool:
        """Add a scan and the count after it; return whether no further scan is needed."""
        self.shown = shown
        self.counts.append(counted)
        return self.agrees or len(self.counts) >= TRIES

    @property
    def counted(self) -> int | None:
        """The last count; None if the server doesn't count."""
        return self.counts[-1] if self.counts else None

    @property
    def agrees(self) -> bool:
        """Whether the last scan returned as many rows as the server counts. True if the server doesn't count."""
        around = self.counts[-2:]
        known = [count for count in around if count is not None]
        if self.counted is None or not known:
            return True
        return min(known) <= self.shown <= max(known)
