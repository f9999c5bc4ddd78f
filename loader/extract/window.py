"""Half-open windows of mod_ts (wms-api 8.3). Pure functions; all instants are aware UTC whole seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NARROWEST = timedelta(minutes=1)
"""A window that is not halved any further when the server is too slow."""


@dataclass(frozen=True, slots=True)
class Window:
    """``lo <= t < hi``. Whole seconds, because some tenants cut or refuse fractions in filters (wms-api 2)."""

    lo: datetime
    hi: datetime

    @property
    def lower_half(self) -> Window | None:
        """The earlier half; None when the window is as narrow as it may get."""
        if self.hi - self.lo <= NARROWEST:
            return None
        return Window(self.lo, whole_second(self.lo + (self.hi - self.lo) / 2))


def next_window(high_water: datetime, end: datetime, *, lookback: timedelta, width: timedelta) -> Window | None:
    """The next window to read: from the high-water mark less the lookback, at most `width` beyond the mark.

    Args:
        high_water: everything before it has been read.
        end: where reading is to end, normally the server's clock less the settle time.
        lookback: read again, for late commits; zero for the windows that follow the first of a run.

    Returns:
        None when there is nothing left. The window never ends before `high_water`: a server clock that went back must
        not move the mark back.
    """
    window = Window(high_water - lookback, max(high_water, min(high_water + width, end)))
    return window if window.lo < window.hi else None


def whole_second(instant: datetime) -> datetime:
    """The instant without its fraction."""
    return instant.replace(microsecond=0)


def from_text(text: str) -> datetime:
    """Reads what `utc_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
