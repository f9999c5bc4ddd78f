from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.wms.times import ServerClock, parse_http_date, parse_ts, utc_text

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_utc_text_formats_whole_seconds_in_utc() -> None:
    assert utc_text(NOON.astimezone(timezone(timedelta(hours=-3)))) == "2026-05-04T12:00:00Z"


@pytest.mark.parametrize("instant", [NOON.replace(tzinfo=None), NOON.replace(microsecond=1)])
def test_utc_text_rejects_naive_or_fractional_instant(instant: datetime) -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        utc_text(instant)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)))  # noqa: DTZ001
def test_utc_text_round_trips_through_parse_ts(instant: datetime) -> None:
    second = instant.replace(microsecond=0)
    assert parse_ts(utc_text(second)) == second


@given(st.text(max_size=40))
def test_parse_ts_arbitrary_text_parses_or_value_error(text: str) -> None:
    with suppress(ValueError):
        assert parse_ts(text).tzinfo is UTC


def test_parse_ts_out_of_range_is_value_error() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        parse_ts("9999-12-31T23:59:59-03:00")


@pytest.mark.parametrize(
    "text", ["Mon, 04 May 2026 12:00:00 GMT", "Monday, 04-May-26 12:00:00 GMT", "Mon May  4 12:00:00 2026"]
)
def test_parse_http_date_accepts_three_formats(text: str) -> None:
    assert parse_http_date(text) == NOON


@given(
    st.text(max_size=40) | st.just(None) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,5} May \d{1,6} \d+:\d+:\d+ [-+]?\w{1,6}")
)
def test_parse_http_date_arbitrary_text_parses_or_none(text: str | None) -> None:
    date = parse_http_date(text)
    assert date is None or date.tzinfo is UTC


class Ticks:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_server_clock_continues_between_responses() -> None:
    ticks = Ticks()
    clock = ServerClock(ticks)
    assert clock.now() is None
    clock.saw(NOON)
    ticks.now += 61.9
    assert clock.now() == NOON + timedelta(seconds=61)
    clock.saw(NOON + timedelta(minutes=10))
    assert clock.now() == NOON + timedelta(minutes=10)


@pytest.mark.parametrize("ahead", [timedelta(minutes=16), timedelta(hours=6), timedelta(days=365)])
def test_server_clock_rejects_date_far_ahead(ahead: timedelta) -> None:
    ticks = Ticks()
    clock = ServerClock(ticks, lambda: NOON)
    clock.saw(NOON + ahead)
    ticks.now += 60
    assert clock.now() == NOON + timedelta(minutes=1)
    assert clock.trusted(NOON + ahead) == NOON
    assert clock.skew == clock.distrusted == ahead
    clock.saw(NOON)
    assert (clock.skew, clock.distrusted) == (timedelta(0), ahead)


@pytest.mark.parametrize("apart", [timedelta(minutes=10), timedelta(hours=-6), timedelta(days=-200)])
def test_server_clock_accepts_date_near_or_behind(apart: timedelta) -> None:
    clock = ServerClock(Ticks(), lambda: NOON)
    clock.saw(NOON + apart)
    assert clock.now() == clock.trusted(NOON + apart) == NOON + apart
    assert clock.distrusted is None
