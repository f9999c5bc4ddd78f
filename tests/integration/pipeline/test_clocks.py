"""A wrong clock loses no rows: rows that were read too early are read again (wms-api 7.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from loader.extract.context import RunContext
from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START
from tests.support.sampling import parameters

LONG_AGO = START - timedelta(days=3)
SKEWS = [timedelta(hours=6), timedelta(days=365), timedelta(minutes=50)]


class Clocks:
    """Runs loads. The server's clock is this machine's clock plus `apart` plus the skew of the run."""

    def __init__(self, loads: Loads, patch: pytest.MonkeyPatch, apart: timedelta) -> None:
        self.loads, self.apart, self.here = loads, apart, START
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


@pytest.mark.parametrize("skew", parameters(SKEWS, 2))
def test_row_after_run_with_clock_ahead_is_read(clocks: Clocks, skew: timedelta) -> None:
    clocks.run()
    clocks.here += timedelta(hours=2)
    clocks.run(skew)
    clocks.loads.wms.put("order_hdr", 2, clocks.there + timedelta(minutes=1))
    clocks.here += timedelta(hours=2)
    context = clocks.run()
    assert 2 in clocks.loads.current("order_hdr")
    assert "The WMS clock" in context.outcomes["order_hdr"].warnings[0].text


@pytest.mark.parametrize("skew", parameters(SKEWS, 2))
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


@pytest.mark.parametrize("skew", [timedelta(hours=-6), timedelta(days=-365)])
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
        assert context.outcomes["order_hdr"].warnings == ()
