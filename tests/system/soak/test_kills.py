"""SIGKILL before and after every commit boundary, then a load on the same machine and one on a new machine."""

from __future__ import annotations

import pytest

from tests.support.sampling import parameters
from tests.system.soak.conftest import OpenRun
from tests.system.soak.kill_points import BOUNDARIES, FILES, KillPoint
from tests.system.soak.minimal import minimal_scenario
from tests.system.soak.scenario import Step

BOUNDARY_CALLS = [(name, 1) for name in BOUNDARIES if name not in ("request", "commit", "complete job", "landing job")]
BOUNDARY_CALLS += [
    ("request", 7),
    *((name, nth) for name in ("commit", "complete job", "landing job") for nth in (1, 2)),
]


@pytest.mark.parametrize(("boundary", "nth"), parameters(BOUNDARY_CALLS, [("landing job", 1)]))
def test_kill_at_commit_boundary_loses_nothing(boundary: str, nth: int, open_run: OpenRun) -> None:
    run = open_run(minimal_scenario(boundary))
    for after in (False, True):
        assert run.take(Step(kill_point=KillPoint(boundary, nth, after=after))).was_killed
    run.take(Step(hours=1.0, machine=1))
    run.check_equal("windows alone")
    run.log.check(run.recorder.ever)


@pytest.mark.parametrize("nth", parameters(range(40, 400, 60), [220]))
def test_kill_at_file_change_loses_nothing(nth: int, open_run: OpenRun) -> None:
    run = open_run(minimal_scenario(FILES))
    run.take(Step(kill_point=KillPoint(FILES, nth)))
    run.take(Step(hours=1.0))
    run.check_equal("windows alone")
    run.log.check(run.recorder.ever)


@pytest.mark.exhaustive
def test_kill_during_folder_creation_loses_nothing(open_run: OpenRun) -> None:
    run = open_run(minimal_scenario("folders", entities=("order_hdr",)))
    for nth in range(1, 31):
        assert run.take(Step(machine=nth, kill_point=KillPoint(FILES, nth))).was_killed
        assert run.take(Step(machine=nth)).all_ok
    run.check_equal("windows alone")


def test_machine_with_stale_package_loses_nothing(open_run: OpenRun) -> None:
    run = open_run(minimal_scenario("returning"))
    run.take(Step())
    assert run.take(Step(hours=2.0, kill_point=KillPoint("load package", 1))).was_killed
    run.take(Step(hours=2.0, machine=1))
    run.take(Step(hours=2.0, machine=0))
    run.check_equal("windows alone")
    run.log.check(run.recorder.ever)


@pytest.mark.exhaustive
def test_alternately_killed_machines_lose_nothing(open_run: OpenRun) -> None:
    run = open_run(minimal_scenario("in turn", chunk_rows=150))
    for turn in range(6):
        kill_point = KillPoint("landing job", 1 + turn % 3, after=turn % 2 == 0)
        run.take(Step(hours=1.0, machine=turn % 2, kill_point=kill_point))
    run.rest()
