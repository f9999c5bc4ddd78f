"""Each fault of the simulator (wms-api 9, items 15 to 20) during loads: no row is lost, no credential is leaked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loader.simulator import Behaviour, Fault, Rule
from loader.simulator.api.faults.model import KINDS, Kind
from tests.support.sampling import parameters
from tests.system.soak.conftest import OpenRun
from tests.system.soak.minimal import OPTIONS, minimal_scenario
from tests.system.soak.scenario import JUMPS, LENGTHENING, REWRITING, SKEW, SLOW, STRAY, UNREADABLE, WITHDRAWING, Step
from tests.system.soak.scenario_run import CATCH_UP

LISTS = "/entity/[a-z_]+[?]"
ENDING: tuple[Kind, ...] = ("unauthorized", "expired_tokens", "login_redirect", "duplicate_row", *WITHDRAWING)
"""Faults that may stop an entity; the next run resumes."""
SAMPLE: tuple[Kind, ...] = (
    *("too_many_requests", "drop_mid_body", "short_page", "duplicate_row", "expired_tokens", "clock_jump"),
)
"""One fault per group: overload, lost connection, omitted rows, repeated rows, credentials, clock."""
SECONDS = {"clock_skew": SKEW.total_seconds(), "clock_jump": max(JUMPS), "slow_by_page_size": 0.05}


@pytest.mark.parametrize("kind", parameters((kind for kind in KINDS if kind not in REWRITING), SAMPLE))
def test_single_fault_loses_nothing(kind: Kind, open_run: OpenRun) -> None:
    nth = (2,) if kind in ENDING else (2, 5) if kind in SLOW else (2, 4, 5, 8)
    fault = Fault(kind, Rule(LISTS, nth=nth), seconds=SECONDS.get(kind, 2.0))
    options = {**OPTIONS, "GRUPONOS_WMS__PAGE_SIZE": "25", "GRUPONOS_WMS__AUTH": "oauth2"}
    run = open_run(minimal_scenario(kind, faults=(fault,), options=options, entities=("order_dtl",)))
    ended = run.take(Step())
    assert run.tally.faults[kind] == len(nth)
    if not ended.all_ok:
        assert kind in ENDING
        assert run.take(Step(faulty=False)).all_ok
    run.check_equal("windows alone")
    run.log.check(run.recorder.ever)


@pytest.mark.exhaustive
def test_text_of_maximum_length_lands_unchanged(open_run: OpenRun) -> None:
    run = open_run(minimal_scenario("text", calm=False, faults=(Fault(LENGTHENING, Rule("order_hdr[?]", nth=(3,))),)))
    assert run.take(Step()).all_ok
    longest = max(len(document) for document in run.log.current("order_hdr").values())
    assert longest > 32_767
    run.check_equal("a full read", run.take(Step(faulty=False, passes=("full",))))


@pytest.mark.parametrize("kind", parameters(UNREADABLE, ("text_id",)))
def test_unreadable_document_lands_once_readable(kind: Kind, open_run: OpenRun) -> None:
    fault = Fault(kind, Rule("order_dtl[?]", nth=(2, 5)))
    run = open_run(minimal_scenario(kind, calm=False, faults=(fault,), entities=("order_dtl",)))
    assert run.take(Step()).all_ok
    assert run.tally.faults[kind] == 2
    run.check_equal("catch-up passes", run.take(Step(faulty=False, passes=CATCH_UP)), silent=True)
    run.check_equal("a full read", run.take(Step(faulty=False, passes=("full",))))
    run.log.check(run.recorder.ever)


@pytest.mark.parametrize("kind", WITHDRAWING)
def test_withdrawn_permission_never_leaves_partial_table(kind: Kind, open_run: OpenRun) -> None:
    fault = Fault(kind, Rule("/entity/order_dtl[/?]", nth=(4,), lasting=20))
    options = {**OPTIONS, "GRUPONOS_WMS__PAGE_SIZE": "25"}
    run = open_run(minimal_scenario(kind, faults=(fault,), options=options))
    ended = run.take(Step())
    assert ended.outcomes["order_dtl"]["status"] == "failed"
    assert ended.outcomes["order_hdr"]["status"] == "ok"
    assert run.take(Step(faulty=False)).all_ok
    run.check_equal("windows alone")


@pytest.mark.parametrize("retry_after", parameters(["seconds", "date", "absent"], ["date"]))
def test_every_overload_response_loses_nothing(retry_after: str, open_run: OpenRun) -> None:
    faults = tuple(
        Fault(kind, Rule(probability=0.2), seconds=30, retry_after=retry_after)  # type: ignore[arg-type]
        for kind in ("too_many_requests", "unavailable")
    )
    options = {**OPTIONS, "GRUPONOS_WMS__RETRIES": "20", "GRUPONOS_WMS__CONCURRENCY": "8"}
    run = open_run(minimal_scenario(retry_after, faults=faults, options=options))
    assert run.take(Step()).all_ok
    run.check_equal("windows alone")


@pytest.mark.exhaustive
def test_token_expiry_between_pages_loses_nothing(open_run: OpenRun) -> None:
    behaviour = Behaviour(token_seconds=60)
    options = {**OPTIONS, "GRUPONOS_WMS__PAGE_SIZE": "25", "GRUPONOS_WMS__AUTH": "oauth2"}
    run = open_run(minimal_scenario("tokens", behaviour=behaviour, options=options))
    assert run.take(Step(speed=600.0)).all_ok
    assert sum("oauth2/token" in entry.path for entry in run.simulator.log) > 1
    run.simulator.clock.freeze()
    run.take(Step())
    run.check_equal("windows alone")


@pytest.mark.exhaustive
def test_jumping_wms_clock_loses_nothing(open_run: OpenRun) -> None:
    run = open_run(minimal_scenario("skew"))
    for seconds in (0, 600, -600, 600, 0):
        run.simulator.faults.clear()
        run.simulator.clock.skew = seconds * (SKEW / SKEW.total_seconds())
        run.take(Step(hours=0.7))
    run.check_equal("windows alone")


@pytest.mark.exhaustive
def test_all_faults_in_turn_lose_nothing(open_run: OpenRun) -> None:
    kinds = [kind for kind in KINDS if kind not in (*SLOW, *REWRITING, *STRAY)]
    faults = tuple(Fault(kind, Rule(probability=0.01), seconds=SECONDS.get(kind, 2.0)) for kind in kinds)
    steps = (Step(), *(replace(Step(hours=1.0), speed=60.0) for _ in range(2)))
    assert sum(open_run(minimal_scenario("all", faults=faults, steps=steps)).play().faults.values()) > 3
