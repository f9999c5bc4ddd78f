"""An entity is as fresh as what was read of it, not as the run that read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loader.report.entity_runs import LastResult
from loader.report.evidence import _state

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
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
    last = LastResult(
        entity="order_hdr",
        status="ok",
        mode="incremental",
        started_at=JUST_NOW,
        finished_at=JUST_NOW,
        duration_s=1.0,
        succeeded_at=JUST_NOW,
        read_to=read_to,
    )
    assert _state(last, LIMITS, NOW) == expected
