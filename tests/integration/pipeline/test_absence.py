"""A missing row is not a deleted row: the evidence that a load requires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loader.errors import SourceError
from loader.wms.page import Page
from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START

LONG_AGO = START - timedelta(days=9)
RECONCILE = frozenset({"reconcile"})
Query = dict[str, str]


@pytest.fixture
def loaded(loads: Loads) -> Loads:
    """Loads an entity without children, so that every request is for it."""
    loads.options = {"GRUPONOS_WMS__PAGE_SIZE": "100"}
    for row_id in range(1, 451):
        loads.wms.put("order_hdr", row_id, LONG_AGO)
    return loads


def spoil(loads: Loads, wrong: Callable[[Query], bool], times: int = 1) -> None:
    """Answers the first `times` requests that match `wrong` with an empty page."""
    answer = loads.wms.page
    left = [times]

    def page(entity: str, params: Any) -> Page:
        found = answer(entity, params)
        if left[0] and wrong(dict(params)):
            left[0] -= 1
            return Page(entity, [], [], found.read_at)
        return found

    loads.wms.page = page  # type: ignore[method-assign]


@pytest.mark.parametrize("last", [100, 200, 400])
def test_stray_empty_page_in_first_load_loses_nothing(loaded: Loads, last: int) -> None:
    spoil(loaded, lambda query: query.get("id__gt") == str(last))
    context = loaded.run()
    assert context.outcomes["order_hdr"].status == "ok"
    assert len(loaded.current("order_hdr")) == 450


def test_persistent_empty_pages_fail_and_keep_last_page(loaded: Loads) -> None:
    spoil(loaded, lambda query: query.get("id__gt") == "200", times=99)
    outcome = loaded.run().outcomes["order_hdr"]
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code) == ("failed", "WMS_PROTO_003")
    assert len(loaded.current("order_hdr")) == 200
    loaded.wms.page = type(loaded.wms).page.__get__(loaded.wms)  # type: ignore[method-assign]
    loaded.wms.requests.clear()
    assert loaded.run().outcomes["order_hdr"].status == "ok"
    assert len(loaded.current("order_hdr")) == 450
    assert next(query["id__gt"] for _, query in loaded.wms.requests if "id__gt" in query) == "200"


def test_permission_lost_in_window_keeps_mark(loaded: Loads) -> None:
    loaded.run()
    loaded.run()
    loaded.wms.now += timedelta(hours=1)
    loaded.wms.put("order_hdr", 999, START + timedelta(minutes=20))
    answer, check = loaded.wms.page, loaded.wms.check_readable

    def refused(entity: str) -> None:
        raise SourceError("WMS_PERM_002", f"Can't read {entity}.")

    loaded.wms.page = lambda entity, params: Page(entity, [], [], loaded.wms.now, status=404)  # type: ignore[method-assign]
    loaded.wms.check_readable = refused  # type: ignore[method-assign]
    outcome = loaded.run().outcomes["order_hdr"]
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code) == ("failed", "WMS_PERM_002")
    loaded.wms.page, loaded.wms.check_readable = answer, check  # type: ignore[method-assign]
    loaded.run()
    assert 999 in loaded.current("order_hdr")


def test_initial_load_defers_comparing_passes_to_next_run(loaded: Loads) -> None:
    loaded.run()
    assert not [query for _, query in loaded.wms.requests if query.get("values_list") == "id,mod_ts"]
    loaded.wms.requests.clear()
    loaded.run()
    compared = [query for _, query in loaded.wms.requests if query.get("values_list") == "id,mod_ts"]
    assert [query for query in compared if "mod_ts__gte" not in query], "reconcile did not run"
    assert [query for query in compared if "mod_ts__gte" in query], "recheck did not run"
    assert not [query for _, query in loaded.wms.requests if "mod_ts__isnull" in query]
    loaded.wms.requests.clear()
    loaded.run()
    assert not [query for _, query in loaded.wms.requests if query.get("values_list") == "id,mod_ts"]


@pytest.fixture
def settled(loaded: Loads) -> Loads:
    loaded.run()
    loaded.run()
    return loaded


def is_denial(query: Query) -> bool:
    return query.get("values_list") == "id" and "id__in" in query


def test_row_is_deleted_after_two_checks_with_known_ids(settled: Loads) -> None:
    settled.wms.delete("order_hdr", 7)
    settled.wms.requests.clear()
    assert settled.run(passes=RECONCILE).outcomes["order_hdr"].deleted_rows == 1
    first, second = [query for _, query in settled.wms.requests if is_denial(query)]
    assert first["page_mode"] != second["page_mode"]
    for query in (first, second):
        assert len(query["id__in"].split(",")) > 1
    assert set(first["id__in"].split(",")) & set(second["id__in"].split(",")) == {"7"}


@pytest.mark.parametrize("number", [0, 1])
def test_empty_check_marks_nothing_and_pass_stays_due(settled: Loads, number: int) -> None:
    settled.wms.delete("order_hdr", 7)
    asked: list[Query] = []

    def nth_denial(query: Query) -> bool:
        if is_denial(query):
            asked.append(query)
        return is_denial(query) and len(asked) == number + 1

    spoil(settled, nth_denial)
    outcome = settled.run(passes=RECONCILE).outcomes["order_hdr"]
    assert outcome.deleted_rows == 0
    assert "1 rows are missing in the WMS; none was marked as deleted" in outcome.warnings[0].text
    settled.wms.now += timedelta(hours=200)
    assert settled.run().outcomes["order_hdr"].deleted_rows == 1


def test_live_row_missing_once_is_not_marked(settled: Loads) -> None:
    """A page without one of its rows, and a check without that row."""
    answer = settled.wms.page
    denials: list[int] = []

    def page(entity: str, params: Any) -> Page:
        query, found = dict(params), answer(entity, params)
        kept = [key for key in found.keys if key.id != 7]
        if is_denial(query):
            denials.append(1)
        if query.get("values_list") == "id,mod_ts" or (is_denial(query) and len(denials) == 1):
            return Page(entity, kept, found.documents[: len(kept)], found.read_at)
        return found

    settled.wms.page = page  # type: ignore[method-assign]
    assert settled.run(passes=RECONCILE).outcomes["order_hdr"].deleted_rows == 0
    assert 7 in settled.current("order_hdr")


def test_source_with_faults_deletes_nothing_until_fixed(settled: Loads) -> None:
    settled.wms.delete("order_hdr", 7)
    spoil(settled, lambda query: query.get("values_list") == "id,mod_ts" and query.get("id__gt") == "101")
    settled.wms.now += timedelta(hours=200)
    outcome = settled.run().outcomes["order_hdr"]
    assert outcome.deleted_rows == 0
    assert "an empty page was wrong" in outcome.warnings[0].text
    settled.wms.faults = type(settled.wms.faults)()
    assert settled.run().outcomes["order_hdr"].deleted_rows == 1


def test_count_mismatch_keeps_reconcile_due(settled: Loads) -> None:
    settled.wms.delete("order_hdr", 7)
    answer = settled.wms.page

    def page(entity: str, params: Any) -> Page:
        found = answer(entity, params)
        if dict(params)["page_mode"] == "paged" and "id__in" not in dict(params):
            return Page(entity, found.keys, found.documents, found.read_at, result_count=460)
        return found

    settled.wms.page = page  # type: ignore[method-assign]
    outcome = settled.run(passes=RECONCILE).outcomes["order_hdr"]
    assert outcome.deleted_rows == 0
    assert "The WMS counts 460 rows but returns 449" in outcome.warnings[0].text
    settled.wms.page, settled.wms.faults = answer, type(settled.wms.faults)()  # type: ignore[method-assign]
    settled.wms.now += timedelta(hours=169)
    assert settled.run().outcomes["order_hdr"].deleted_rows == 1


def test_rows_inserted_during_comparison_are_no_fault(settled: Loads) -> None:
    answer = settled.wms.page
    new = iter(range(2000, 2003))

    def page(entity: str, params: Any) -> Page:
        if dict(params)["page_mode"] == "paged" and (row_id := next(new, None)):
            settled.wms.put("order_hdr", row_id, LONG_AGO)
        return answer(entity, params)

    settled.wms.page = page  # type: ignore[method-assign]
    assert settled.run(passes=RECONCILE).outcomes["order_hdr"].warnings == ()
    assert 2000 in settled.current("order_hdr")


@pytest.mark.parametrize("error", [OverflowError("date value out of range"), ValueError("x"), TypeError("y")])
def test_unexpected_exception_fails_only_the_entity(loads: Loads, error: Exception) -> None:
    loads.wms.put("item", 1, LONG_AGO)
    loads.wms.put("order_hdr", 1, LONG_AGO)
    answer = loads.wms.page

    def page(entity: str, params: Any) -> Page:
        if entity == "item":
            raise error
        return answer(entity, params)

    loads.wms.page = page  # type: ignore[method-assign]
    outcomes = loads.run().outcomes
    assert outcomes["item"].error is not None
    assert (outcomes["item"].status, outcomes["item"].error.code) == ("failed", "INT_002")
    assert outcomes["item"].error.context == {"entity": "item"}
    assert outcomes["order_hdr"].status == "ok"
    assert list(loads.current("order_hdr")) == [1]


def test_exception_in_one_pass_keeps_other_passes(settled: Loads) -> None:
    settled.wms.delete("order_hdr", 7)
    answer = settled.wms.page

    def page(entity: str, params: Any) -> Page:
        if "mod_ts__isnull" in dict(params):
            raise OverflowError("date value out of range")
        return answer(entity, params)

    settled.wms.page = page  # type: ignore[method-assign]
    settled.wms.now += timedelta(hours=169)
    outcome = settled.run().outcomes["order_hdr"]
    assert (outcome.status, outcome.deleted_rows) == ("failed", 1)


@pytest.mark.parametrize("passes", [RECONCILE, frozenset({"full"})], ids=["reconcile", "full"])
def test_tenant_without_values_list_is_compared(loads: Loads, passes: frozenset[str]) -> None:
    loads.wms.refuses_values = True
    for row_id in range(1, 31):
        loads.wms.put("order_hdr", row_id, LONG_AGO, cust_name="Maria")
    loads.options = {"GRUPONOS_PIPELINE__EXCLUDE_FIELDS": "order_hdr:cust_name"}
    loads.run()
    loads.wms.delete("order_hdr", 7)
    loads.wms.put("order_hdr", 31, LONG_AGO)
    loads.wms.requests.clear()
    outcome = loads.run(passes=passes).outcomes["order_hdr"]
    assert (outcome.status, outcome.deleted_rows > 0, outcome.warnings) == ("ok", True, ())
    assert sorted(loads.current("order_hdr")) == [row_id for row_id in range(1, 32) if row_id != 7]
    assert [line.agrees for line in loads.compare("order_hdr")] == [True]
    for _, query in loads.wms.requests:
        assert "values_list" in query or "cust_name" not in query["fields"].split(",")
