"""SIGKILL at every commit boundary, before and after it; then a load on the same machine and one on a blank one."""

from __future__ import annotations

import pytest

from tests.support.sampling import parameters
from tests.system.soak.conftest import Tell
from tests.system.soak.kill_points import BOUNDARIES, FILES, Death
from tests.system.soak.minimal import small
from tests.system.soak.scenario import Step

BOUNDARY_CALLS = [(name, 1) for name in BOUNDARIES if name not in ("request", "commit", "complete job", "landing job")]
BOUNDARY_CALLS += [
    ("request", 7),
    *((name, nth) for name in ("commit", "complete job", "landing job") for nth in (1, 2)),
]


@pytest.mark.parametrize(("boundary", "nth"), parameters(BOUNDARY_CALLS, [("landing job", 1)]))
def test_kill_at_commit_boundary_loses_nothing(boundary: str, nth: int, tell: Tell) -> None:
    told = tell(small(boundary))
    for after in (False, True):
        assert told.take(Step(death=Death(boundary, nth, after=after))).was_killed
    told.take(Step(hours=1.0, machine=1))
    told.check_equal("windows alone")
    told.log.check(told.recorder.ever)


@pytest.mark.parametrize("nth", parameters(range(40, 400, 60), [220]))
def test_kill_at_file_change_loses_nothing(nth: int, tell: Tell) -> None:
    told = tell(small(FILES))
    told.take(Step(death=Death(FILES, nth)))
    told.take(Step(hours=1.0))
    told.check_equal("windows alone")
    told.log.check(told.recorder.ever)


@pytest.mark.exhaustive
def test_kill_during_folder_creation_loses_nothing(tell: Tell) -> None:
    told = tell(small("folders", entities=("order_hdr",)))
    for nth in range(1, 31):
        assert told.take(Step(machine=nth, death=Death(FILES, nth))).was_killed
        assert told.take(Step(machine=nth)).all_ok
    told.check_equal("windows alone")


def test_machine_with_stale_package_loses_nothing(tell: Tell) -> None:
    told = tell(small("returning"))
    told.take(Step())
    assert told.take(Step(hours=2.0, death=Death("load package", 1))).was_killed
    told.take(Step(hours=2.0, machine=1))
    told.take(Step(hours=2.0, machine=0))
    told.check_equal("windows alone")
    told.log.check(told.recorder.ever)


@pytest.mark.exhaustive
def test_alternately_killed_machines_lose_nothing(tell: Tell) -> None:
    told = tell(small("in turn", chunk_rows=150))
    for turn in range(6):
        death = Death("landing job", 1 + turn % 3, after=turn % 2 == 0)
        told.take(Step(hours=1.0, machine=turn % 2, death=death))
    told.rest()
