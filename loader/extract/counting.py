"""How many rows a scan should show, by a way that shares nothing with the scan: the count of the paged mode."""

from __future__ import annotations

from dataclasses import dataclass, field

from loader.extract.asking import Asker, Scan
from loader.extract.paging import PageSizer
from loader.wms.client import WmsClient

TRIES = 3
"""Times a scan is repeated while the count disagrees: rows may change while they are read."""
MISCOUNT = "its count of rows disagreed with the rows it showed"


def count_rows(client: WmsClient, scan: Scan) -> int | None:
    """Rows of the scan by the server's own count; None when it does not count."""
    page = Asker(client, scan, PageSizer(1)).some_after(None, None, "paged")
    if page.result_count is not None:
        return page.result_count
    return 0 if page.status != 200 else None


@dataclass(slots=True)
class Tally:
    """Rows shown by repeated scans, held against a count after each.

    Rows that come or go during a scan explain a difference only as far as the count changed meanwhile.
    """

    shown: int = 0
    counts: list[int | None] = field(default_factory=list)

    def add(self, shown: int, counted: int | None) -> bool:
        """Takes a scan and the count after it; True when no other scan is needed."""
        self.shown = shown
        self.counts.append(counted)
        return self.agrees or len(self.counts) >= TRIES

    @property
    def counted(self) -> int | None:
        """The last count; None when the server does not count."""
        return self.counts[-1] if self.counts else None

    @property
    def agrees(self) -> bool:
        """Whether the last scan showed as many rows as there are; also when the server does not count."""
        around = self.counts[-2:]
        known = [count for count in around if count is not None]
        if self.counted is None or not known:
            return True
        return min(known) <= self.shown <= max(known)
