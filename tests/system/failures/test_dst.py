"""When daylight saving time starts or ends, no hour is lost or misread, and the schedule has no gap."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from loader.runs import run_load
from loader.simulator import Clock, SimulatorConfig, User, UserProfile, serve_in_thread
from loader.simulator.world import WorldSpec
from tests.support.machine import ENTITIES, ROOT, Machine
from tests.support.sampling import EXHAUSTIVE
from tests.system.runs.conftest import Tenant

ZONE = "America/New_York"
NIGHTS = {
    # 02:00 EST is followed by 03:00 EDT; 01:59 EDT by 01:00 EST
    "short": datetime(2026, 3, 8, 4, 0, tzinfo=UTC),
    "long": datetime(2026, 11, 1, 3, 0, tzinfo=UTC),
}
SCHEDULE = ROOT / "loader" / "scaffold" / "files" / "schedule"
TIMER = re.findall(r"OnCalendar=(.+)", (SCHEDULE / "wms-elt-elt.timer").read_text())


@pytest.fixture(params=NIGHTS)
def night(request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    begin = NIGHTS[request.param]
    config = SimulatorConfig(
        world=WorldSpec(scale=1500, days=3, origin=begin), users=(User(profile=UserProfile(time_zone=ZONE)),)
    )
    with serve_in_thread(config, clock=Clock(begin, speed=0)) as simulator:
        yield Machine(Tenant(simulator, home), tmp_path_factory.getbasetemp() / "dbt")
    time.tzset()


def test_loads_across_dst_change_lose_and_repeat_nothing(
    night: Machine, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """User, machine and loader use a time zone with daylight saving time. The WMS sends offsets, wms-elt stores UTC."""
    options = {"GRUPONOS_PIPELINE__ENTITIES": ",".join(ENTITIES)}
    monkeypatch.setenv("TZ", ZONE)
    time.tzset()
    for _ in range(4):
        assert run_load(night.tenant.settings(**options)).exit_code == 0
        assert night.tenant.current("order_dtl") == night.tenant.documents("order_dtl")
        night.tenant.advance(minutes=75)
    windows = night.tenant.query(
        "select window_from, window_to from wms_raw.elt_entity_run where entity = 'order_dtl' order by window_to"
    )
    assert all(later[0] <= earlier[1] for earlier, later in pairwise(windows))
    assert windows[-1][1] - windows[0][1] >= timedelta(minutes=200)
    night.is_whole(staged=EXHAUSTIVE or "long" in request.node.name)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here to ask when its timers elapse")
@pytest.mark.parametrize("begin", ["2026-03-07 22:00", "2026-10-31 22:00"])
@pytest.mark.parametrize("timer", TIMER)
def test_timer_of_elt_is_at_most_one_hour_late(timer: str, begin: str) -> None:
    command = ["systemd-analyze", "calendar", f"--base-time={begin}", "--iterations=6", timer]
    done = subprocess.run(command, env=os.environ | {"TZ": ZONE}, capture_output=True, text=True, check=True)
    found = re.findall(r"\(in UTC\): \w+ ([\d-]+ [\d:]+) UTC", done.stdout)
    instants = [datetime.fromisoformat(text) for text in found]
    assert len(instants) == 6
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    assert max(gaps) <= timedelta(hours=3)
    assert min(gaps) > timedelta()
