"""Half-open windows of mod_ts (wms-api 8.3). Pure functions; all instants are aware UTC whole seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NARROWEST = timedelta(minutes=1)
"""Minimum width of a window that is halved because the server is too slow."""


@dataclass(frozen=True, slots=True)
class Window:
    """``lo <= t < hi``, in whole seconds: some tenants cut or reject fractions in filters (wms-api 2)."""

    lo: datetime
    hi: datetime

    @property
    def lower_half(self) -> Window | None:
        """The earlier half; None for a window of minimum width."""
        if self.hi - self.lo <= NARROWEST:
            return None
        return Window(self.lo, whole_second(self.lo + (self.hi - self.lo) / 2))


def next_window(watermark: datetime, end: datetime, *, lookback: timedelta, width: timedelta) -> Window | None:
    """Return the next window: from the watermark less the lookback, up to `width` after the mark.

    Args:
        watermark: every earlier mod_ts has been read.
        end: end of the read, normally the server's clock less the settle time.
        lookback: period to read again, for late commits; zero after the first window of a run.

    Returns:
        None if nothing is left to read. The window never ends before `watermark`, because a server clock that went
        back must not move the mark back.
    """
    window = Window(watermark - lookback, max(watermark, min(watermark + width, end)))
    return window if window.lo < window.hi else None


def whole_second(instant: datetime) -> datetime:
    """Return the instant without its fraction of a second."""
    return instant.replace(microsecond=0)


def from_text(text: str) -> datetime:
    """Parse text written by `utc_text`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
