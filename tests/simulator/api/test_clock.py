"""The virtual clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

from loader.simulator import Clock

from .conftest import START


def test_real_clock_is_the_machines() -> None:
    assert abs(Clock().now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_frozen_clock_keeps_its_time() -> None:
    clock = Clock(START, speed=0)
    time.sleep(0.01)
    assert clock.now() == START
    assert clock.advance(timedelta(hours=-1)) == START - timedelta(hours=1)


def test_clock_speed_and_freeze() -> None:
    clock = Clock(START, speed=3600)
    time.sleep(0.05)
    frozen = clock.freeze()
    assert timedelta(minutes=3) <= frozen - START < timedelta(hours=2)
    assert clock.now() == frozen
    clock.run(1)
    assert clock.now() - frozen < timedelta(seconds=1)


def test_set_clock_keeps_speed_and_converts_to_utc() -> None:
    clock = Clock(START, speed=0)
    clock.set(datetime(2025, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=-3))))
    assert (clock.now(), clock.now().tzinfo, clock.speed) == (START, UTC, 0)


def test_skew_changes_only_the_date_header() -> None:
    clock = Clock(START, speed=0, skew=timedelta(minutes=10))
    assert clock.http_date() == "Sun, 01 Jun 2025 12:10:00 GMT"
    assert clock.now() == START
