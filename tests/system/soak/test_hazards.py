"""Each deviation of a source from the ideal (wms-api 9, items 12 to 14), and the mechanism that handles it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from loader.simulator import Behaviour, UserProfile
from loader.simulator.world import BulkUpdate, Hazards, Purge
from tests.support.sampling import parameters
from tests.system.soak.conftest import OpenRun
from tests.system.soak.minimal import OPTIONS, STEPS, minimal_scenario
from tests.system.soak.scenario import ORIGIN, WITHIN_LOOKBACK, Step
from tests.system.soak.scenario_run import CATCH_UP, GUARDED, ScenarioRun

SEVEN_HOURS = ORIGIN + timedelta(hours=7)
CAREFUL = {**OPTIONS, "GRUPONOS_PIPELINE__LARGEST_LOSS": "0.01"}

FOUND_BY_WINDOWS = {
    "late_commits": Hazards(late_commits=0.4, late_seconds=60, late_max_seconds=WITHIN_LOOKBACK),
    "backdated": Hazards(backdated=0.3),
    "close_updates": Hazards(close_updates=0.4),
    "id_jumps": Hazards(id_jumps=0.05),
    "bulk_update": Hazards(bulk_updates=(BulkUpdate("order_dtl", SEVEN_HOURS, 1200),)),
}
FOUND_BY_PASSES = {
    "late_commits": Hazards(late_commits=0.4, late_seconds=3600, late_max_seconds=6 * 3600),
    "null_mod_ts": Hazards(null_mod_ts=0.1),
    "future_mod_ts": Hazards(future_mod_ts=0.1),
    "deletes": Hazards(deletes=0.2),
    "purge": Hazards(purges=(Purge("order_hdr", 1.9),)),
}


@pytest.mark.parametrize("hazard", parameters(FOUND_BY_WINDOWS, ["backdated"]))
def test_windows_alone_find_changes(hazard: str, open_run: OpenRun) -> None:
    scenario = minimal_scenario(hazard, hazards=FOUND_BY_WINDOWS[hazard])
    assert hazard in scenario.hazards
    tally = open_run(scenario).play()
    assert tally.counts["incremental versions"] > 100


@pytest.mark.parametrize("hazard", parameters(FOUND_BY_PASSES, ["late_commits", "deletes"]))
def test_passes_find_changes_outside_windows(hazard: str, open_run: OpenRun) -> None:
    run = open_run(minimal_scenario(hazard, calm=False, hazards=FOUND_BY_PASSES[hazard]))
    assert hazard in run.scenario.hazards
    for step in run.scenario.steps:
        run.take(step)
    run.sleep()
    assert differing(run)
    run.check_equal("catch-up passes", run.take(Step(passes=CATCH_UP)), silent=hazard == "null_mod_ts")
    run.check_equal("a full read", run.take(Step(passes=("full",))))
    run.log.check(run.recorder.ever)
    assert (run.tally.counts["tombstones"] > 0) == (hazard in ("deletes", "purge"))


@pytest.mark.exhaustive
def test_full_read_finds_change_without_mod_ts_update(open_run: OpenRun) -> None:
    silent = Hazards(bulk_updates=(BulkUpdate("order_hdr", SEVEN_HOURS, 50, touches_mod_ts=False),))
    run = open_run(minimal_scenario("silent_bulk_update", calm=False, hazards=silent))
    run.take(Step(hours=6.9))
    run.sleep()
    run.take(Step(passes=CATCH_UP))
    assert len(differing(run)) > 10
    run.check_equal("a full read", run.take(Step(passes=("full",))))


@pytest.mark.exhaustive
def test_mass_deletion_is_reported_and_marks_nothing(open_run: OpenRun) -> None:
    run = open_run(
        minimal_scenario("purge", calm=False, hazards=Hazards(purges=(Purge("order_hdr", 1.9),)), options=CAREFUL)
    )
    run.take(Step())
    run.simulator.clock.advance(timedelta(hours=6))
    ended = run.take(Step(passes=("reconcile", "full")))
    assert any(GUARDED in warning for warning in ended.outcomes["order_hdr"]["warnings"])
    assert run.log.deleted("order_hdr") == {}


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(UserProfile(facilities=frozenset()), id="all", marks=pytest.mark.exhaustive),
        pytest.param(UserProfile(facilities=frozenset({"DC02"})), id="one"),
    ],
)
def test_lost_eligibility_is_reported_and_marks_nothing(profile: UserProfile, open_run: OpenRun) -> None:
    run = open_run(minimal_scenario("eligibility", entities=("container", "order_hdr")))
    run.take(Step())
    ended = run.take(Step(passes=("reconcile", "full"), profile=profile))
    for entity in ("container", "order_hdr"):
        assert any(GUARDED in warning for warning in ended.outcomes[entity]["warnings"])
        assert run.log.deleted(entity) == {}
    for step in STEPS[1:]:
        run.take(step)
    run.rest()


def test_other_tenant_is_refused(open_run: OpenRun) -> None:
    run = open_run(minimal_scenario("foreign"))
    run.take(Step())
    assert run.take(Step(foreign=True)).exit_code == 10
    assert run.tally.counts["foreign tenants refused"] == 1
    run.take(STEPS[1])
    run.rest()


@pytest.mark.exhaustive
def test_deletions_without_ordering_are_found(open_run: OpenRun) -> None:
    behaviour = Behaviour(ordering_refused=frozenset({"order_hdr", "order_dtl"}))
    run = open_run(minimal_scenario("deletes", calm=False, hazards=Hazards(deletes=0.2), behaviour=behaviour))
    assert run.play().counts["tombstones"] > 0


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "behaviour",
    [Behaviour(release="26A"), Behaviour(fractions="truncate"), Behaviour(fractions="reject")],
    ids=["release", "truncate", "reject"],
)
def test_every_tenant_behaviour_is_loaded(behaviour: Behaviour, open_run: OpenRun) -> None:
    open_run(minimal_scenario("tenant", behaviour=behaviour)).play()


@pytest.mark.exhaustive
def test_full_read_finds_fields_added_by_release(open_run: OpenRun) -> None:
    steps = (Step(), Step(hours=1, behaviour=Behaviour(release="26A")))
    scenario = minimal_scenario("release", calm=False, steps=steps, entities=("company", "order_hdr"))
    run = open_run(scenario)
    run.play()
    assert all(b"reload_literals_flg" in document for document in run.log.current("company").values())


@pytest.mark.exhaustive
def test_rows_changing_during_read_are_loaded(open_run: OpenRun) -> None:
    """At 1200 virtual seconds per second a load lasts many minutes: rows appear, disappear and move between pages."""
    moving = tuple(replace(step, speed=1200.0) for step in STEPS)
    assert open_run(minimal_scenario("moving", steps=moving)).play().counts["incremental versions"] > 0


def differing(run: ScenarioRun) -> list[str]:
    found = []
    for entity in run.scenario.entities:
        truth, held = run.truth(entity), run.log.current(entity)
        found += [f"{entity} {key}" for key in truth.keys() | held.keys() if truth.get(key) != held.get(key)]
    return found
