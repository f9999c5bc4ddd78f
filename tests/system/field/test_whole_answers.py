"""Field cases B1-B3 and I1-I4: an incomplete response is never treated as complete."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from loader.runs import reconcile
from tests.support.sampling import parameters
from tests.system.field.conftest import Machine, Wms
from tests.system.field.small_wms import Answer, Asked, SmallWms
from tests.system.field.worlds import (
    EMPTY_LIST,
    GATEWAY_404,
    JUST_NOW,
    NO_ANSWERS,
    OWN_404,
    STRAYS,
    documents_of,
    orders,
    pages_after_the_first,
    struck,
)

OFTEN = {"PIPELINE__RECONCILE_HOURS": "0.00001", "PIPELINE__RECHECK_HOURS": "0.00001"}


def scattered(count: int, seed: int = 3) -> list[int]:
    """Return ids with gaps, as in a table that shares its sequence with other tables."""
    rng, ids, last = random.Random(seed), [], 0
    for _ in range(count):
        last += rng.choice((1, 1, 1, 1, 2, 9, 60))
        ids.append(last)
    return ids


def assert_whole(machine: Machine, wms: SmallWms) -> None:
    assert machine.live() == sorted(row["id"] for row in wms.tables["order_hdr"])


def b1(serve: Wms, **knobs: object) -> SmallWms:
    rows = orders(range(1, 1001))
    random.Random(1).shuffle(rows)
    return serve(rows, **{"refuses_ordering": {"order_hdr"}, "cap": 100, **knobs})


def test_b1_capped_unordered_responses_are_complete(machine: Machine, serve: Wms) -> None:
    wms = b1(serve)
    ran = machine.load(wms)
    assert ran.exit_code == 0, ran.text
    assert_whole(machine, wms)
    assert [line for line in reconcile(machine.settings(wms)) if not line.agrees] == []


@pytest.mark.parametrize("cap", parameters([1, 7, 99, 999], [7, 99]))
def test_b1_capped_responses_without_link_are_complete_or_fail(machine: Machine, serve: Wms, cap: int) -> None:
    wms = b1(serve, cap=cap, links=False)
    wms.tables["order_hdr"] = wms.tables["order_hdr"][:60] if cap < 9 else wms.tables["order_hdr"]
    ran = machine.load(wms, WMS__PAGE_SIZE="50" if cap < 9 else "1000")
    if not ran.is_loud:
        assert_whole(machine, wms)


def test_b1_capped_ordered_responses_are_complete(machine: Machine, serve: Wms) -> None:
    wms = b1(serve, refuses_ordering=set(), cap=33)
    assert machine.load(wms).exit_code == 0
    assert_whole(machine, wms)


@pytest.mark.exhaustive
def test_b1_capped_unordered_windows_are_complete(machine: Machine, serve: Wms) -> None:
    wms = b1(serve)
    machine.load(wms)
    for row in wms.tables["order_hdr"]:
        row.update(orders([row["id"]], days=JUST_NOW, status_id=90)[0])
    wms.tables["order_hdr"] += orders(scattered(700, 9)[1::2], days=JUST_NOW)
    wms.tables["order_hdr"] = list({row["id"]: row for row in wms.tables["order_hdr"]}.values())
    assert machine.load(wms).exit_code == 0
    assert_whole(machine, wms)


@pytest.mark.exhaustive
def test_b1_reconcile_detects_truncated_scan(machine: Machine, serve: Wms) -> None:
    """The count uses another request, so that it can't repeat the scan's error."""
    wms = b1(serve, cap=1250)
    machine.load(wms)
    wms.cap, wms.links = 100, False
    wms.tables["order_hdr"] += orders(range(2001, 2301), days=JUST_NOW)
    machine.load(wms)
    lines = reconcile(machine.settings(wms))
    complete = len(machine.live()) == 1300
    assert complete or not all(line.agrees for line in lines)


@pytest.mark.exhaustive
@pytest.mark.parametrize("full", [False, True])
def test_i2_capped_responses_are_complete_after_full(machine: Machine, serve: Wms, full: bool) -> None:
    wms = b1(serve, cap=60)
    wms.tables["order_hdr"] = orders(scattered(600))
    machine.load(wms)
    machine.load(wms, full=full)
    assert_whole(machine, wms)
    assert {int(deleted) for _, deleted in machine.current()} == {0}


@pytest.mark.parametrize("stray", parameters(NO_ANSWERS, 3))
def test_b2_non_wms_response_is_retried(machine: Machine, serve: Wms, stray: str) -> None:
    wms = serve(orders(range(1, 3001)))
    wms.rules.append(struck(STRAYS[stray], when=pages_after_the_first("order_hdr")))
    ran = machine.load(wms, WMS__CONCURRENCY="1")
    assert ran.exit_code == 0, ran.text
    assert_whole(machine, wms)


@pytest.mark.parametrize("stray", parameters(NO_ANSWERS, 3))
def test_b2_persistent_wrong_response_is_an_error(machine: Machine, serve: Wms, stray: str) -> None:
    wms = serve(orders(range(1, 1501)))
    wms.rules.append(struck(STRAYS[stray], when=pages_after_the_first("order_hdr"), times=10_000))
    ran = machine.load(wms, WMS__CONCURRENCY="1", WMS__RETRIES="1")
    assert ran.exit_code == 20, ran.text
    wms.rules.clear()
    assert machine.load(wms).exit_code == 0
    assert_whole(machine, wms)


@pytest.mark.parametrize("stray", parameters(["empty_list", "own_404", "no_content", "gateway_404"], 2))
@pytest.mark.parametrize("after", [0, 1])
def test_i1_stray_empty_page_does_not_end_first_load(machine: Machine, serve: Wms, stray: str, after: int) -> None:
    wms = serve(orders(scattered(600)))
    wms.rules.append(struck(STRAYS[stray], when=documents_of("order_hdr"), after=after))
    ran = machine.load(wms, WMS__PAGE_SIZE="100", WMS__CONCURRENCY="1")
    if ran.is_loud:
        assert machine.load(wms).exit_code == 0
    assert_whole(machine, wms)


@pytest.mark.parametrize("stray", parameters(["empty_list", "no_content", "own_404"], 2))
def test_i1_stray_empty_page_does_not_end_window(machine: Machine, serve: Wms, stray: str) -> None:
    wms = serve(orders(range(1, 51)))
    machine.load(wms)
    wms.tables["order_hdr"] += orders(range(100, 600), days=JUST_NOW)
    wms.rules.append(struck(STRAYS[stray], when=documents_of("order_hdr"), after=2))
    ran = machine.load(wms, WMS__PAGE_SIZE="100")
    if ran.is_loud:
        machine.load(wms)
    assert_whole(machine, wms)


def test_i1_stray_empty_id_page_deletes_nothing(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 601)))
    machine.load(wms)
    wms.rules.append(struck(OWN_404, when=lambda asked: asked.lists and "values_list" in asked.query, times=3))
    machine.load(wms, WMS__PAGE_SIZE="100", **OFTEN)
    machine.load(wms, WMS__PAGE_SIZE="100", **OFTEN)
    assert_whole(machine, wms)


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("pages", parameters([2, 4], 1))
def test_i1_withdrawn_permission_fails_or_loads_everything(
    machine: Machine, serve: Wms, status: int, pages: int
) -> None:
    wms = serve(orders(range(1, 601)))
    given = 0

    def withdraw(asked: Asked) -> Answer | None:
        nonlocal given
        given += documents_of("order_hdr")(asked)
        if given == pages:
            wms.withdrawn = {"order_hdr": status}
        return None

    wms.rules.append(withdraw)
    ran = machine.load(wms, WMS__PAGE_SIZE="100", WMS__CONCURRENCY="1")
    assert ran.exit_code == 20, ran.text
    wms.rules.clear()
    wms.withdrawn = {}
    assert machine.load(wms).exit_code == 0
    assert_whole(machine, wms)


def test_i1_withdrawn_permission_deletes_nothing(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 601)))
    machine.load(wms)
    wms.withdrawn = {"order_hdr": 404}
    assert machine.load(wms, **OFTEN).is_loud
    wms.withdrawn = {}
    machine.load(wms, **OFTEN)
    assert_whole(machine, wms)


@pytest.mark.exhaustive
def test_i1_passes_are_due_after_first_load(machine: Machine, serve: Wms) -> None:
    """The next ordinary pass finds rows that the first load missed, not the weekly one."""
    wms = serve(orders(range(1, 601)))
    wms.rules.append(struck(EMPTY_LIST, when=lambda asked: asked.lists, after=1, times=3))
    machine.load(wms, WMS__PAGE_SIZE="100", WMS__CONCURRENCY="1")
    wms.rules.clear()
    machine.load(wms, WMS__PAGE_SIZE="100", PIPELINE__RECONCILE_HOURS="168")
    machine.load(wms, WMS__PAGE_SIZE="100", PIPELINE__RECONCILE_HOURS="168")
    assert_whole(machine, wms)


@pytest.mark.parametrize("seed", parameters(range(4), 1))
def test_i3_growing_page_size_loses_nothing(machine: Machine, serve: Wms, seed: int) -> None:
    wms = serve(orders(scattered(2000, seed)), refuses_ordering={"order_hdr"})
    rng = random.Random(seed)
    asked_pages = 0

    def slow(asked: Asked) -> Answer | None:
        """Large pages time out at first, so the page size shrinks, and then grows while id ranges are checked."""
        nonlocal asked_pages
        if not documents_of("order_hdr")(asked) or int(asked.query.get("page_size", "0")) <= 50:
            return None
        asked_pages += 1
        return Answer(504, b"<html></html>", "text/html") if asked_pages < 4 + rng.randrange(3) else None

    wms.rules.append(slow)
    ran = machine.load(wms, WMS__PAGE_SIZE="200", WMS__CONCURRENCY="1")
    assert ran.exit_code == 0, ran.text
    assert_whole(machine, wms)


@pytest.mark.parametrize(
    "skew",
    parameters(
        [timedelta(hours=6), timedelta(days=365), timedelta(days=36_500), timedelta(hours=-6), timedelta(days=-365)], 2
    ),
    ids=str,
)
@pytest.mark.parametrize("first", [False, True])
def test_b3_i4_wrong_date_in_one_run_loses_nothing(machine: Machine, serve: Wms, skew: timedelta, first: bool) -> None:
    wms = serve(orders(range(1, 51)))
    wide = {"PIPELINE__SLICE_HOURS": "744"}
    if not first:
        assert machine.load(wms).exit_code == 0
    wms.skew = skew
    skewed = machine.load(wms, **wide)
    wms.skew = timedelta()
    wms.tables["order_hdr"] += orders([99], days=JUST_NOW)
    following = machine.load(wms, **wide)
    assert following.exit_code == 0, following.text
    assert_whole(machine, wms)
    if skew > timedelta():
        assert "clock" in (skewed.text + following.text).lower()


@pytest.mark.exhaustive
def test_i4_passes_are_due_after_wrong_date(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 51)))
    machine.load(wms)
    wms.skew = timedelta(days=365)
    machine.load(wms, **OFTEN)
    wms.skew = timedelta()
    del wms.tables["order_hdr"][3]
    for _ in range(3):
        machine.load(wms, **OFTEN)
    assert_whole(machine, wms)


def test_i4_clock_permanently_ahead_is_followed(machine: Machine, serve: Wms) -> None:
    """A tenant whose clock is wrong in rows and header alike is read completely."""
    wms = serve(orders(range(1, 51)))
    wms.passed = timedelta(hours=5)
    machine.load(wms)
    wms.tables["order_hdr"] += orders([99], days=-4.9 / 24)
    machine.load(wms)
    machine.load(wms)
    assert_whole(machine, wms)


def test_gateway_404_for_entity_map_is_not_missing_entity(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 51)))
    wms.rules.append(struck(GATEWAY_404, when=lambda asked: not asked.lists, times=2))
    ran = machine.load(wms)
    assert ran.exit_code == 0, ran.text
    assert_whole(machine, wms)
