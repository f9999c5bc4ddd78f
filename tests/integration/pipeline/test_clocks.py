"""A wrong clock loses no rows: rows that were read too early are read again (wms-api 7.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from loader.extract.context import RunContext
from loader.extract.state import EntityState, begin_scan, finish_scan, halve_scan
from loader.extract.window import Window, from_text
from loader.wms.times import CLOCK_TOLERANCE
from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START
from tests.support.sampling import parameters

LONG_AGO = START - timedelta(days=3)
SKEWS = [timedelta(hours=6), timedelta(days=365), timedelta(minutes=50)]
BEHIND = [timedelta(days=-3), timedelta(days=-400), timedelta(hours=-1)]


class Clocks:
    """Runs loads. The server's clock is this machine's clock plus `apart` plus the skew of the run."""

    def __init__(self, loads: Loads, patch: pytest.MonkeyPatch, apart: timedelta) -> None:
        self.loads, self.apart, self.here = loads, apart, START
        loads.wms.skew = None
        patch.setattr("loader.extract.context.local_now", lambda: self.here)

    @property
    def there(self) -> datetime:
        return self.here + self.apart

    def run(self, skew: timedelta = timedelta(0)) -> RunContext:
        self.loads.wms.now = self.there + skew
        return self.loads.run()


@pytest.fixture(params=[timedelta(0), timedelta(days=-200), timedelta(minutes=-50)], ids=["agree", "virtual", "behind"])
def clocks(loads: Loads, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Clocks:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    return Clocks(loads, monkeypatch, request.param)


@pytest.mark.parametrize("skew", parameters(SKEWS, 1))
def test_row_after_run_with_clock_ahead_is_read(clocks: Clocks, skew: timedelta) -> None:
    clocks.run()
    clocks.here += timedelta(hours=2)
    clocks.run(skew)
    clocks.loads.wms.put("order_hdr", 2, clocks.there + timedelta(minutes=1))
    clocks.here += timedelta(hours=2)
    context = clocks.run()
    assert 2 in clocks.loads.current("order_hdr")
    assert "The WMS clock" in context.outcomes["order_hdr"].warnings[0].text


@pytest.mark.parametrize("skew", parameters(SKEWS, 1))
def test_first_load_with_clock_ahead_is_repaired(clocks: Clocks, skew: timedelta) -> None:
    clocks.run(skew)
    clocks.loads.wms.put("order_hdr", 2, clocks.there + timedelta(minutes=1))
    clocks.here += timedelta(hours=1)
    clocks.run()
    assert 2 in clocks.loads.current("order_hdr")
    clocks.here += timedelta(hours=30)
    clocks.loads.wms.requests.clear()
    clocks.run()
    assert [query for _, query in clocks.loads.wms.requests if "mod_ts__isnull" in query], "no pass was due"


@pytest.mark.parametrize("skew", parameters([timedelta(hours=-6), timedelta(days=-365)], 1))
def test_run_with_clock_behind_loses_nothing(clocks: Clocks, skew: timedelta) -> None:
    clocks.run()
    clocks.here += timedelta(hours=2)
    clocks.loads.wms.put("order_hdr", 2, clocks.there - timedelta(minutes=10))
    clocks.run(skew)
    clocks.here += timedelta(hours=2)
    clocks.run()
    assert 2 in clocks.loads.current("order_hdr")


def test_server_clock_set_back_loses_nothing(clocks: Clocks) -> None:
    clocks.run()
    clocks.here += timedelta(hours=2)
    clocks.run()
    clocks.here += timedelta(minutes=10)
    back = timedelta(hours=-3)
    clocks.loads.wms.put("order_hdr", 2, clocks.there + back)
    clocks.here += timedelta(hours=1)
    clocks.run(back)
    assert 2 in clocks.loads.current("order_hdr")
    clocks.loads.wms.put("order_hdr", 3, clocks.there + back + timedelta(minutes=1))
    clocks.here += timedelta(hours=1)
    clocks.run(back)
    assert 3 in clocks.loads.current("order_hdr")


def test_ordinary_skew_moves_no_mark(clocks: Clocks) -> None:
    for minutes in (0, 10, -4, 0):
        clocks.here += timedelta(hours=1)
        context = clocks.run(timedelta(minutes=minutes))
        warnings = context.outcomes["order_hdr"].warnings
        assert len(warnings) == (abs(context.local_now - context.server_now) > CLOCK_TOLERANCE), warnings


@pytest.mark.parametrize("first", [True, False], ids=["from-the-first-load", "later"])
@pytest.mark.parametrize(
    "skew", parameters([timedelta(days=-3), timedelta(days=-400), timedelta(hours=-1)], 2), ids=str
)
def test_row_stamped_by_the_later_clock_is_read(
    loads: Loads, monkeypatch: pytest.MonkeyPatch, skew: timedelta, first: bool
) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.options["GRUPONOS_PIPELINE__SLICE_HOURS"] = "744"
    clocks = Clocks(loads, monkeypatch, timedelta(0))
    clocks.run(skew if first else timedelta(0))
    for row_id in (2, 3, 4):
        clocks.here += timedelta(hours=5)
        loads.wms.put("order_hdr", row_id, clocks.here - timedelta(minutes=10))
        outcome = clocks.run(skew).outcomes["order_hdr"]
        assert row_id in loads.current("order_hdr")
        assert any("minutes behind this machine's" in warning.text for warning in outcome.warnings)
        assert outcome.read_to == clocks.here - timedelta(minutes=2)
    # the watermark waits for the earlier clock
    assert outcome.read_until is not None
    assert outcome.read_until <= max(clocks.here + skew, START)


def test_clock_ahead_by_years_costs_one_window(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    clocks = Clocks(loads, monkeypatch, timedelta(0))
    clocks.run()
    loads.wms.put("order_hdr", 2, START + timedelta(days=300))
    loads.wms.now, loads.wms.skew = START, timedelta(days=400)
    loads.wms.requests.clear()
    outcome = loads.run().outcomes["order_hdr"]
    assert 2 in loads.current("order_hdr")
    assert outcome.read_until == outcome.read_to == START - timedelta(minutes=2)
    windows = {query["mod_ts__gte"] for _, query in loads.wms.requests if "mod_ts__gte" in query}
    assert len(windows) <= 2, windows


def test_halved_window_beyond_the_earlier_clock_keeps_the_mark() -> None:
    state: EntityState = {"hw": "2026-05-01T00:00:00Z"}
    window = Window(from_text("2026-05-01T00:00:00Z"), from_text("2026-05-09T00:00:00Z"))
    begin_scan(state, window, window.hi)
    state["scan"]["mark"] = "2026-05-02T00:00:00Z"
    for _ in range(3):
        assert halve_scan(state)
    while "scan" in state:
        finish_scan(state)
        assert state["hw"] <= "2026-05-02T00:00:00Z"
    assert state["hw"] == "2026-05-02T00:00:00Z"


def test_reconcile_calls_pending_only_what_the_next_run_reads(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    clocks = Clocks(loads, monkeypatch, timedelta(0))
    skew = timedelta(days=-3)
    clocks.run(skew)
    loads.wms.put("order_hdr", 2, clocks.here - timedelta(minutes=1))
    loads.wms.put("order_hdr", 3, clocks.here + timedelta(days=2))
    [found] = loads.compare("order_hdr", read_until=(clocks.here + skew).replace(tzinfo=None))
    assert (found.pending, found.missing, found.examples) == (1, 1, (3,))


def test_pass_that_ended_in_the_future_is_due(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    clocks = Clocks(loads, monkeypatch, timedelta(0))
    clocks.run()
    clocks.here += timedelta(hours=1)
    clocks.run()
    loads.wms.requests.clear()
    clocks.here += timedelta(hours=1)
    clocks.run(timedelta(days=-3))
    assert [query for _, query in loads.wms.requests if "mod_ts__isnull" in query], "no pass was due"


def test_history_is_read_to_the_later_clock(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    skew, settle = timedelta(days=-3), timedelta(minutes=2)
    loads.wms.put("company", 1, code="GNOS")
    loads.wms.put("facility", 1, code="DC01")
    relations = {"company_id": {"id": 1, "key": "GNOS"}, "facility_id": {"id": 1, "key": "DC01"}}
    loads.wms.put("inventory_history", 1, create_ts=LONG_AGO.isoformat(), **relations)
    clocks = Clocks(loads, monkeypatch, timedelta(0))
    clocks.run(skew)
    for row_id in (2, 3):
        clocks.here += timedelta(hours=5)
        created = clocks.here - timedelta(minutes=10)
        loads.wms.put("inventory_history", row_id, create_ts=created.isoformat(), **relations)
        outcome = clocks.run(skew).outcomes["inventory_history"]
        assert row_id in loads.current("inventory_history")
        assert (outcome.read_until, outcome.read_to) == (clocks.here + skew - settle, clocks.here - settle)
