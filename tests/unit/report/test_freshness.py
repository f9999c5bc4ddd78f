"""An entity is as fresh as what was read of it, not as the run that read it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from loader.report.evidence import _state

NOW = datetime.fromisoformat("2026-11-30 12:00:00")
JUST_NOW = NOW - timedelta(minutes=5)
LIMITS = (86_400.0, 172_800.0)


@pytest.mark.parametrize(
    ("read_to", "expected"),
    [
        (JUST_NOW, "fresh"),
        (None, "fresh"),
        (NOW + timedelta(days=400), "fresh"),
        (NOW - timedelta(days=1.5), "late"),
        (NOW - timedelta(days=3), "stale"),
    ],
)
def test_state_window_that_ended_long_ago_is_not_fresh(read_to: datetime | None, expected: str) -> None:
    assert _state(("order_hdr", "ok", 1, JUST_NOW, read_to), LIMITS, NOW) == expected
