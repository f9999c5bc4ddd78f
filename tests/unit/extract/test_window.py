from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from loader.extract.window import NARROWEST, Window, from_text, next_window
from loader.wms.times import utc_text

INSTANTS = st.integers(0, 400 * 86_400).map(lambda value: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=value))
SECONDS = st.integers(0, 200_000).map(lambda value: timedelta(seconds=value))
WIDTHS = st.integers(3600, 10**6).map(lambda value: timedelta(seconds=value))


def windows_of_a_run(high: datetime, end: datetime, lookback: timedelta, width: timedelta) -> list[Window]:
    windows: list[Window] = []
    while window := next_window(high, end, lookback=lookback if not windows else timedelta(0), width=width):
        windows.append(window)
        high = max(high, window.hi)
    return windows


@given(INSTANTS, SECONDS, SECONDS, WIDTHS)
def test_next_window_covers_lookback_to_end_without_gap(
    high: datetime, gap: timedelta, lookback: timedelta, width: timedelta
) -> None:
    end = high + gap
    windows = windows_of_a_run(high, end, lookback, width)
    if not windows:
        assert lookback == gap == timedelta(0)
        return
    assert windows[0].lo == high - lookback
    assert windows[-1].hi == end
    assert all(before.hi == after.lo for before, after in pairwise(windows))
    assert all(window.hi - max(window.lo, high) <= width for window in windows)


@given(INSTANTS, SECONDS, SECONDS, WIDTHS)
def test_next_window_clock_back_does_not_move_mark_back(
    high: datetime, back: timedelta, lookback: timedelta, width: timedelta
) -> None:
    window = next_window(high, high - back, lookback=lookback, width=width)
    assert window == (Window(high - lookback, high) if lookback else None)


@given(INSTANTS, SECONDS)
def test_lower_half_ends_at_minimum_width(lo: datetime, width: timedelta) -> None:
    window: Window | None = Window(lo, lo + width)
    for _ in range(20):
        half = window.lower_half if window else None
        if window is None or half is None:
            break
        assert half.lo == window.lo
        assert half.lo < half.hi < window.hi
        window = half
    assert window is not None
    assert window.hi - window.lo <= max(NARROWEST, timedelta(0))


@given(INSTANTS)
def test_from_text_round_trips(instant: datetime) -> None:
    assert from_text(utc_text(instant)) == instant
