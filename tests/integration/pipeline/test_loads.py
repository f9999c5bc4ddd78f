"""Loads of a fake WMS through dlt into a real DuckDB file: versions, state and recovery."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from loader.pipeline.session import open_landing
from loader.warehouse import open_warehouse
from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START

LONG_AGO = START - timedelta(days=3)


def test_documents_are_loaded_byte_for_byte_with_keys(loads: Loads) -> None:
    loads.wms.put("order_hdr", 5, LONG_AGO, facility_id={"id": 3, "key": "DC01", "url": ""}, amount=1.10)
    loads.run()
    rows = loads.query("select entity_id, facility_id, company_id, doc, is_deleted, read_order from wms_raw.order_hdr")
    document = '{"id": 5, "facility_id": {"id": 3, "key": "DC01", "url": ""}, "amount": 1.1, "mod_ts": "' + (
        LONG_AGO.isoformat() + '"}'
    )
    assert rows == [(5, 3, None, document, 0, 1)]
    assert loads.query("select left(sha256(doc), 32) = content_hash from wms_raw.order_hdr") == [(True,)]
    loaded = "select count(*) from wms_raw.order_hdr join wms_raw.dlt_loads on load_id = dlt_load_id"
    assert loads.query(loaded) == [(1,)]


def test_second_run_reads_window_and_loads_only_changes(loads: Loads) -> None:
    for row_id in range(1, 2001):
        loads.wms.put("order_hdr", row_id, LONG_AGO)
    loads.run()
    loads.wms.now = START + timedelta(minutes=5)
    loads.wms.put("order_hdr", 7, START + timedelta(minutes=1), status_id=10)
    loads.wms.put("order_hdr", 2001, START + timedelta(minutes=1))
    context = loads.run()
    assert context.outcomes["order_hdr"].rows_read == 2
    assert [row[0] for row in loads.versions("order_hdr")[2000:]] == [7, 2001]


def test_unchanged_documents_load_no_versions(loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, START - timedelta(minutes=5))
    loads.run()
    context = loads.run()
    assert context.outcomes["order_hdr"].rows_read == 1
    assert len(loads.versions("order_hdr")) == 1


def test_document_back_to_earlier_text_is_new_version(loads: Loads) -> None:
    for description in ("A", "B", "A"):
        loads.wms.put("order_status", 0, description=description)
        loads.run()
    assert [row[1] for row in loads.versions("order_status")] == [
        '{"id": 0, "description": "A"}',
        '{"id": 0, "description": "B"}',
        '{"id": 0, "description": "A"}',
    ]
    assert loads.current("order_status") == {0: '{"id": 0, "description": "A"}'}


def test_entity_without_rows_has_its_table(loads: Loads) -> None:
    loads.wms.rows["wave"] = {}
    loads.run()
    assert loads.query("select count(*) from wms_raw.wave") == [(0,)]


def test_missing_lookup_rows_get_tombstones_and_may_return(loads: Loads) -> None:
    for row_id in range(5):
        loads.wms.put("order_status", row_id, description=str(row_id))
    loads.run()
    loads.wms.delete("order_status", 3)
    loads.run()
    assert loads.versions("order_status")[-1] == (3, '{"id": 3, "description": "3"}', 1)
    loads.wms.put("order_status", 3, description="3")
    loads.run()
    assert loads.versions("order_status")[-1] == (3, '{"id": 3, "description": "3"}', 0)
    assert len(loads.current("order_status")) == 5


def test_snapshot_with_lost_eligibility_marks_nothing(loads: Loads) -> None:
    for row_id in range(10):
        loads.wms.put("order_status", row_id, description="x")
    loads.run()
    loads.wms.rows["order_status"] = {0: loads.wms.rows["order_status"][0]}
    context = loads.run()
    assert "missing in the WMS at once" in context.outcomes["order_status"].warnings[0].text
    assert len(loads.current("order_status")) == 10


def test_new_machine_continues_where_other_stopped(loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.run()
    loads.blank_machine()
    loads.wms.put("order_hdr", 2, START)
    loads.wms.now = START + timedelta(minutes=30)
    context = loads.run()
    assert context.outcomes["order_hdr"].mode == "incremental"
    assert [row[0] for row in loads.versions("order_hdr")] == [1, 2]
    assert loads.query("select read_order from wms_raw.order_hdr order by 1") == [(1,), (2,)]


@pytest.mark.parametrize("chunk_rows", ["1000", "2500"])
def test_big_load_is_split_into_packages_without_loss(loads: Loads, chunk_rows: str) -> None:
    loads.options = {"GRUPONOS_PIPELINE__CHUNK_ROWS": chunk_rows, "GRUPONOS_WMS__PAGE_SIZE": "100"}
    for row_id in range(1, 5001):
        loads.wms.put("order_hdr", row_id, LONG_AGO)
        loads.wms.put("order_dtl", row_id * 3, LONG_AGO)
    loads.run()
    assert len(loads.current("order_hdr")) == len(loads.current("order_dtl")) == 5000
    assert len(loads.query("select distinct dlt_load_id from wms_raw.order_hdr")) > 1


def test_stopped_run_keeps_rows_and_is_resumed(loads: Loads) -> None:
    loads.options = {"GRUPONOS_WMS__PAGE_SIZE": "100"}
    for row_id in range(1, 501):
        loads.wms.put("order_hdr", row_id, LONG_AGO)
    stop = threading.Event()
    stop.set()
    context = loads.run(stop=stop)
    assert context.outcomes == {}
    first = _stop_after_first_page(loads)
    assert len(loads.current("order_hdr")) == 100
    assert first.outcomes["order_hdr"].status == "running"
    loads.run()
    assert len(loads.current("order_hdr")) == 500


def _stop_after_first_page(loads: Loads):  # type: ignore[no-untyped-def]
    stop = threading.Event()
    answer = loads.wms.page

    def page_then_stop(entity: str, params: object) -> object:
        page = answer(entity, params)  # type: ignore[arg-type]
        if dict(params)["page_size"] != "1":  # type: ignore[call-overload]
            stop.set()
        return page

    loads.wms.page = page_then_stop  # type: ignore[method-assign, assignment]
    try:
        return loads.run(stop=stop)
    finally:
        loads.wms.page = answer  # type: ignore[method-assign]


@pytest.mark.parametrize("runs_before", [0, 1])
def test_full_read_is_reported_as_mode_full(loads: Loads, runs_before: int) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.wms.put("order_status", 0, description="without mod_ts")
    for _ in range(runs_before):
        modes = {entity: outcome.mode for entity, outcome in loads.run().outcomes.items()}
        assert modes == {"order_hdr": "initial", "order_status": "snapshot"}
    context = loads.run(passes=frozenset({"full"}))
    assert {entity: outcome.mode for entity, outcome in context.outcomes.items()} == {
        "order_hdr": "full",
        "order_status": "full",
    }


def test_due_full_pass_is_reported_as_mode_full(loads: Loads) -> None:
    loads.options["GRUPONOS_PIPELINE__FULL_HOURS"] = "1"
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.run()
    assert loads.run().outcomes["order_hdr"].mode == "incremental"
    loads.wms.now = START + timedelta(hours=2)
    assert loads.run().outcomes["order_hdr"].mode == "full"


@pytest.mark.parametrize("words", [("user", "group", "order"), ("session", "select", "raw_user", "dual")])
def test_entities_named_like_reserved_words_load(loads: Loads, words: tuple[str, ...]) -> None:
    for entity in (*words, "order_hdr"):
        loads.wms.put(entity, 1, LONG_AGO)
        loads.wms.put(entity, 2, LONG_AGO)
    loads.run()
    for entity in words:
        loads.wms.put(entity, 1, START, changed=1)
        loads.wms.delete(entity, 2)
    loads.wms.now = START + timedelta(minutes=10)
    context = loads.run(passes=frozenset({"reconcile"}))
    assert {outcome.status for outcome in context.outcomes.values()} == {"ok"}
    with open_warehouse(loads.settings()) as target:
        for entity in words:
            raw = target.raw(entity)
            assert target.exists(raw)
            rows = target.fetch(f"select entity_id, is_deleted from {raw} order by read_order")
            assert sorted(rows) == [(1, 0), (1, 0), (2, 0), (2, 1)]
    with open_landing(loads.settings()) as session:
        assert {entity: list(session.raw_store.live_ids(entity)) for entity in words} == {
            entity: [1] for entity in words
        }


@pytest.mark.parametrize(("entities", "ranges"), [(("order_hdr",), 4), (("order_hdr", "task"), 2)])
def test_initial_load_of_several_entities_has_fewer_ranges(
    loads: Loads, entities: tuple[str, ...], ranges: int
) -> None:
    for entity in entities:
        for row_id in range(1, 501):
            loads.wms.put(entity, row_id, LONG_AGO)
    loads.options = {"GRUPONOS_WMS__PAGE_SIZE": "25", "GRUPONOS_WMS__CONCURRENCY": "4"}
    loads.run()
    scan = [query for entity, query in loads.wms.requests if entity == "order_hdr" and query.get("page_size") == "25"]
    bounds = {query.get("id__lte") for query in scan if "mod_ts__gte" not in query and "create_ts__gte" not in query}
    assert len(bounds) == ranges
    assert len(loads.current("order_hdr")) == 500
