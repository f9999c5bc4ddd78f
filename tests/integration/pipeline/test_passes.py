"""Catch-up passes over real loads: changes that windows of mod_ts can't show (wms-api 7 and 8.8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START

LONG_AGO = START - timedelta(days=9)
ALL = frozenset({"null_mod_ts", "recheck", "reconcile"})


@pytest.fixture
def loaded(loads: Loads) -> Loads:
    for row_id in range(1, 41):
        loads.wms.put("order_hdr", row_id, LONG_AGO, create_ts=LONG_AGO.isoformat(), facility_id={"id": row_id % 2 + 1})
    loads.run()
    # passes that an initial load defers to the next run
    loads.run()
    loads.wms.now += timedelta(minutes=10)
    return loads


def test_backdated_row_is_found_in_each_run(loaded: Loads) -> None:
    loaded.wms.put("order_hdr", 99, LONG_AGO, create_ts=START.isoformat())
    loaded.run()
    assert 99 in loaded.current("order_hdr")


def test_row_without_mod_ts_is_found(loaded: Loads) -> None:
    loaded.wms.put("order_hdr", 99, create_ts=LONG_AGO.isoformat(), mod_ts=None)
    loaded.run()
    assert 99 not in loaded.current("order_hdr")
    loaded.run(passes=frozenset({"null_mod_ts"}))
    assert 99 in loaded.current("order_hdr")


def test_late_commit_beyond_lookback_is_found_by_recheck(loaded: Loads) -> None:
    loaded.wms.put("order_hdr", 99, START - timedelta(hours=5))
    loaded.wms.put("order_hdr", 3, START - timedelta(hours=6), status_id=20)
    loaded.run()
    assert 99 not in loaded.current("order_hdr")
    context = loaded.run(passes=frozenset({"recheck"}))
    assert 99 in loaded.current("order_hdr")
    assert '"status_id": 20' in loaded.current("order_hdr")[3]
    assert context.outcomes["order_hdr"].rows_read == 2


def test_deleted_row_gets_tombstone_with_its_values(loaded: Loads) -> None:
    before = loaded.current("order_hdr")[7]
    loaded.wms.delete("order_hdr", 7)
    context = loaded.run(passes=frozenset({"reconcile"}))
    assert loaded.versions("order_hdr")[-1] == (7, before, 1)
    assert context.outcomes["order_hdr"].deleted_rows == 1
    loaded.run(passes=frozenset({"reconcile"}))
    assert len(loaded.versions("order_hdr")) == 41


def test_change_without_mod_ts_is_found_by_full_read(loaded: Loads) -> None:
    loaded.wms.put("order_hdr", 7, LONG_AGO, create_ts=LONG_AGO.isoformat(), facility_id={"id": 2}, status_id=99)
    loaded.run(passes=ALL)
    assert "status_id" not in loaded.current("order_hdr")[7]
    loaded.run(passes=frozenset({"full"}))
    assert '"status_id": 99' in loaded.current("order_hdr")[7]
    assert len(loaded.versions("order_hdr")) == 41


@pytest.mark.parametrize("lost", [range(1, 31), range(2, 41, 2)], ids=["most rows", "one facility"])
def test_lost_eligibility_marks_nothing(loaded: Loads, lost: range) -> None:
    kept = dict(loaded.wms.rows["order_hdr"])
    for row_id in lost:
        loaded.wms.delete("order_hdr", row_id)
    context = loaded.run(passes=frozenset({"reconcile"}))
    assert "missing in the WMS at once" in context.outcomes["order_hdr"].warnings[0].text
    assert len(loaded.current("order_hdr")) == 40
    loaded.wms.rows["order_hdr"] = kept
    assert loaded.run(passes=frozenset({"reconcile"})).outcomes["order_hdr"].warnings == ()


def test_due_passes_are_not_repeated_on_new_machine(loaded: Loads) -> None:
    loaded.wms.put("order_hdr", 99, mod_ts=None, create_ts=LONG_AGO.isoformat())
    loaded.wms.now += timedelta(hours=25)
    loaded.blank_machine()
    loaded.run()
    assert 99 in loaded.current("order_hdr")
    loaded.wms.requests.clear()
    loaded.blank_machine()
    loaded.run()
    assert not [query for _, query in loaded.wms.requests if "mod_ts__isnull" in query]


def test_start_date_limits_full_passes(loads: Loads) -> None:
    loads.options = {"GRUPONOS_PIPELINE__START_DATE": "2026-05-01"}
    loads.wms.put("order_hdr", 1, LONG_AGO, create_ts=LONG_AGO.isoformat())
    loads.wms.put("order_hdr", 2, START - timedelta(hours=1), create_ts=START.isoformat())
    loads.run()
    loads.run(passes=ALL | {"full"})
    assert list(loads.current("order_hdr")) == [2]


@pytest.mark.parametrize("repairs", [False, True], ids=["command", "pass"])
def test_reconcile_reads_each_row_once_for_all_facilities(loads: Loads, repairs: bool) -> None:
    for row_id in range(1, 201):
        loads.wms.put("order_hdr", row_id, LONG_AGO, facility_id={"id": row_id % 20 + 1, "key": f"DC{row_id % 20}"})
    loads.options = {"GRUPONOS_WMS__PAGE_SIZE": "50"}
    loads.run()
    loads.wms.requests.clear()
    if repairs:
        loads.run(passes=frozenset({"reconcile"}))
    else:
        found = loads.compare("order_hdr")
        assert [(line.source_rows, line.raw_rows, line.agrees) for line in found] == [(10, 10, True)] * 20
    queries = [query for _, query in loads.wms.requests]
    pages = [query for query in queries if "values_list" in query and query["page_size"] == "50"]
    # the pass that compares recent rows asks for a window
    pages = [query for query in pages if "mod_ts__gte" not in query]
    # four pages, and the first of the two requests that confirm the end
    assert [query.get("id__gt") for query in pages] == [None, "50", "100", "150", "200"]
    assert not any("facility" in name for query in queries for name in query)
