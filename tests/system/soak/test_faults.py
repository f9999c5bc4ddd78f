"""Each fault of the simulator (wms-api 9, items 15 to 20) in the middle of loads: nothing is lost or sent away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loader.simulator import Behaviour, Fault, Rule
from loader.simulator.api.faults.model import KINDS, Kind
from tests.support.sampling import parameters
from tests.system.soak.conftest import Tell
from tests.system.soak.minimal import OPTIONS, small
from tests.system.soak.play import CATCH_UP
from tests.system.soak.scenario import JUMPS, LENGTHENING, REWRITING, SKEW, SLOW, STRAY, UNREADABLE, WITHDRAWING, Step

LISTS = "/entity/[a-z_]+[?]"
ENDING: tuple[Kind, ...] = ("unauthorized", "expired_tokens", "login_redirect", "duplicate_row", *WITHDRAWING)
"""Faults that may end an entity's run; the next one goes on."""
SAMPLE: tuple[Kind, ...] = (
    *("too_many_requests", "drop_mid_body", "short_page", "duplicate_row", "expired_tokens", "clock_jump"),
)
"""One of each group: overload, a lost connection, rows left out, rows repeated, credentials, the clock."""
SECONDS = {"clock_skew": SKEW.total_seconds(), "clock_jump": max(JUMPS), "slow_by_page_size": 0.05}


@pytest.mark.parametrize("kind", parameters((kind for kind in KINDS if kind not in REWRITING), SAMPLE))
def test_single_fault_loses_nothing(kind: Kind, tell: Tell) -> None:
    nth = (2,) if kind in ENDING else (2, 5) if kind in SLOW else (2, 4, 5, 8)
    fault = Fault(kind, Rule(LISTS, nth=nth), seconds=SECONDS.get(kind, 2.0))
    options = {**OPTIONS, "GRUPONOS_WMS__PAGE_SIZE": "25", "GRUPONOS_WMS__AUTH": "oauth2"}
    told = tell(small(kind, faults=(fault,), options=options, entities=("order_dtl",)))
    ended = told.take(Step())
    assert told.tally.faults[kind] == len(nth)
    if not ended.all_ok:
        assert kind in ENDING
        assert told.take(Step(faulty=False)).all_ok
    told.check_equal("windows alone")
    told.log.check(told.recorder.ever)


@pytest.mark.exhaustive
def test_text_of_maximum_length_lands_unchanged(tell: Tell) -> None:
    told = tell(small("text", calm=False, faults=(Fault(LENGTHENING, Rule("order_hdr[?]", nth=(3,))),)))
    assert told.take(Step()).all_ok
    longest = max(len(document) for document in told.log.current("order_hdr").values())
    assert longest > 32_767
    told.check_equal("a full read", told.take(Step(faulty=False, passes=("full",))))


@pytest.mark.parametrize("kind", parameters(UNREADABLE, ("text_id",)))
def test_unreadable_document_lands_once_readable(kind: Kind, tell: Tell) -> None:
    fault = Fault(kind, Rule("order_dtl[?]", nth=(2, 5)))
    told = tell(small(kind, calm=False, faults=(fault,), entities=("order_dtl",)))
    assert told.take(Step()).all_ok
    assert told.tally.faults[kind] == 2
    told.check_equal("catch-up passes", told.take(Step(faulty=False, passes=CATCH_UP)), silent=True)
    told.check_equal("a full read", told.take(Step(faulty=False, passes=("full",))))
    told.log.check(told.recorder.ever)


@pytest.mark.parametrize("kind", WITHDRAWING)
def test_withdrawn_permission_never_leaves_partial_table(kind: Kind, tell: Tell) -> None:
    fault = Fault(kind, Rule("/entity/order_dtl[/?]", nth=(4,), lasting=20))
    options = {**OPTIONS, "GRUPONOS_WMS__PAGE_SIZE": "25"}
    told = tell(small(kind, faults=(fault,), options=options))
    ended = told.take(Step())
    assert ended.outcomes["order_dtl"]["status"] == "failed"
    assert ended.outcomes["order_hdr"]["status"] == "ok"
    assert told.take(Step(faulty=False)).all_ok
    told.check_equal("windows alone")


@pytest.mark.parametrize("retry_after", parameters(["seconds", "date", "absent"], ["date"]))
def test_every_overload_response_loses_nothing(retry_after: str, tell: Tell) -> None:
    faults = tuple(
        Fault(kind, Rule(probability=0.2), seconds=30, retry_after=retry_after)  # type: ignore[arg-type]
        for kind in ("too_many_requests", "unavailable")
    )
    options = {**OPTIONS, "GRUPONOS_WMS__RETRIES": "20", "GRUPONOS_WMS__CONCURRENCY": "8"}
    told = tell(small(retry_after, faults=faults, options=options))
    assert told.take(Step()).all_ok
    told.check_equal("windows alone")


@pytest.mark.exhaustive
def test_token_expiry_between_pages_loses_nothing(tell: Tell) -> None:
    behaviour = Behaviour(token_seconds=60)
    options = {**OPTIONS, "GRUPONOS_WMS__PAGE_SIZE": "25", "GRUPONOS_WMS__AUTH": "oauth2"}
    told = tell(small("tokens", behaviour=behaviour, options=options))
    assert told.take(Step(speed=600.0)).all_ok
    assert sum("oauth2/token" in entry.path for entry in told.simulator.log) > 1
    told.simulator.clock.freeze()
    told.take(Step())
    told.check_equal("windows alone")


@pytest.mark.exhaustive
def test_jumping_wms_clock_loses_nothing(tell: Tell) -> None:
    told = tell(small("skew"))
    for seconds in (0, 600, -600, 600, 0):
        told.simulator.faults.clear()
        told.simulator.clock.skew = seconds * (SKEW / SKEW.total_seconds())
        told.take(Step(hours=0.7))
    told.check_equal("windows alone")


@pytest.mark.exhaustive
def test_all_faults_in_turn_lose_nothing(tell: Tell) -> None:
    kinds = [kind for kind in KINDS if kind not in (*SLOW, *REWRITING, *STRAY)]
    faults = tuple(Fault(kind, Rule(probability=0.01), seconds=SECONDS.get(kind, 2.0)) for kind in kinds)
    steps = (Step(), *(replace(Step(hours=1.0), speed=60.0) for _ in range(2)))
    assert sum(tell(small("all", faults=faults, steps=steps)).play().faults.values()) > 3
