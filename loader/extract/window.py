"""Half-open windows of mod_ts (wms-api 8.3). Pure functions; all instants are aware UTC whole seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """``lo <= t < hi``. Whole seconds, because some tenants cut or refuse fractions in filters (wms-api 2)."""

    lo: datetime
    hi: datetime

    def slices(self, width: timedelta) -> list[Window]:
        """The window cut into consecutive windows of at most `width`; empty when there is nothing to cover."""
        slices: list[Window] = []
        lo = self.lo
        while lo < self.hi:
            hi = min(lo + width, self.hi)
            slices.append(Window(lo, hi))
            lo = hi
        return slices


def incremental_window(high_water: datetime, server_now: datetime, lookback: timedelta, settle: timedelta) -> Window:
    """From the last high-water mark less the lookback to the server's clock less the settle time.

    The upper end is never below `high_water`: a server clock that went back must not move the mark back.
    """
    lo = whole_second(high_water - lookback)
    return Window(lo, max(whole_second(server_now - settle), whole_second(high_water)))


def whole_second(instant: datetime) -> datetime:
    """The instant without its fraction."""
    return instant.replace(microsecond=0)


def from_text(text: str) -> datetime:
    """Reads what `utc_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
