from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loader.extract.window import Window, from_text, incremental_window
from loader.wms.times import utc_text

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SECONDS = st.integers(0, 100_000).map(lambda value: timedelta(seconds=value))


@given(INSTANTS, INSTANTS, st.integers(60, 10**6).map(lambda value: timedelta(seconds=value)))
def test_slices_cover_the_window_without_gap_or_overlap(one: datetime, other: datetime, width: timedelta) -> None:
    lo, hi = sorted([one, other])
    lo = max(lo, hi - 500 * width)
    slices = Window(lo, hi).slices(width)
    edges = [lo, *(piece.hi for piece in slices)]
    assert [piece.lo for piece in slices] == edges[:-1]
    assert edges[-1] == hi
    assert all(timedelta(0) < piece.hi - piece.lo <= width for piece in slices)


@given(INSTANTS, INSTANTS, SECONDS, SECONDS)
def test_consecutive_windows_leave_no_gap_and_the_mark_never_moves_back(
    high: datetime, now: datetime, lookback: timedelta, settle: timedelta
) -> None:
    high = high.replace(microsecond=0)
    window = incremental_window(high, now, lookback, settle)
    assert window.lo <= high <= window.hi
    assert high - window.lo <= lookback + timedelta(seconds=1)
    assert window.hi in (high, (now - settle).replace(microsecond=0))


@given(INSTANTS)
def test_the_text_of_an_instant_is_read_back(instant: datetime) -> None:
    whole = instant.replace(microsecond=0)
    assert from_text(utc_text(whole)) == whole
