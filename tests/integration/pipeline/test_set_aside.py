"""A document that can't be loaded is quarantined, and all other rows are loaded (field cases C1-C4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loader.extract.document_warnings import document_warnings
from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START
from tests.support.sampling import parameters

ENTITY = "order_hdr"
OLD = START - timedelta(days=3)
ODD = {
    "lone surrogate": rb'{"id":3,"mod_ts":"2026-05-01T12:00:00Z","spl_instr":"x \ud83d"}',
    "NaN": b'{"id":3,"mod_ts":"2026-05-01T12:00:00Z","qty":NaN}',
    "year 10000": b'{"id":3,"mod_ts":"9999-12-31T23:59:59-03:00"}',
    "before year 1": b'{"id":3,"mod_ts":"0001-01-01T00:00:00+14:00"}',
    "no offset": b'{"id":3,"mod_ts":"2026-05-01T12:00:00"}',
    "no instant": b'{"id":3,"mod_ts":"soon"}',
    "control character": b'{"id":3,"mod_ts":"2026-05-01T12:00:00Z","t":"\x01"}',
}
UNUSABLE = {
    "text": b'{"id":"3","mod_ts":"2026-05-01T12:00:00Z"}',
    "2^63": b'{"id":9223372036854775808}',
    "null": b'{"id":null}',
    "missing": b'{"code":"x"}',
    "no object": b"5",
    "not UTF-8": b'{"id":3,"t":"\xff"}',
}


def _fill(loads: Loads, rows: int = 5) -> None:
    for row in range(1, rows + 1):
        loads.wms.put(ENTITY, row, OLD + timedelta(minutes=row), status_id=row)


def _quarantine(loads: Loads) -> list[tuple[object, ...]]:
    return loads.query(
        "select entity_id, reason, doc_bytes, released_at is null from wms_raw.elt_quarantine order by all"
    )


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_document_is_loaded_with_others(loads: Loads, text: bytes) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = text
    outcome = loads.run().outcome(ENTITY)
    assert outcome is not None
    assert (outcome.status, outcome.set_aside) == ("ok", 0)
    current = loads.current(ENTITY)
    assert sorted(current) == [1, 2, 3, 4, 5]
    assert current[3].encode() == text
    is_dated = b"2026-05-01T12:00:00Z" in text
    assert outcome.undated_rows == (0 if is_dated else 1)
    assert any("first ids: 3" in warning for warning in document_warnings(outcome)) is not is_dated


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("row", parameters([1, 3, 5], [3]))
def test_unusable_document_is_quarantined(loads: Loads, text: bytes, row: int) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, row] = text
    context = loads.run()
    outcome = context.outcome(ENTITY)
    assert outcome is not None
    assert (outcome.status, outcome.set_aside) == ("ok", 1)
    assert sorted(loads.current(ENTITY)) == sorted({1, 2, 3, 4, 5} - {row})
    [(_, reason, kept, is_open)] = _quarantine(loads)
    assert (kept, is_open) == (text, True)
    assert any(str(reason) in warning for warning in document_warnings(outcome))


@pytest.mark.parametrize("text", parameters(UNUSABLE.values(), 2), ids=UNUSABLE)
def test_same_document_is_quarantined_once(loads: Loads, text: bytes) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = text
    loads.run()
    outcome = loads.run(passes=frozenset({"full"})).outcome(ENTITY)
    assert outcome is not None
    assert (outcome.status, outcome.set_aside) == ("ok", 0)
    assert len(_quarantine(loads)) == 1


def test_corrected_document_is_loaded_and_released(loads: Loads) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = UNUSABLE["text"]
    loads.run()
    del loads.wms.written[ENTITY, 3]
    loads.wms.now += timedelta(hours=1)
    loads.wms.put(ENTITY, 3, START + timedelta(minutes=5), status_id=9)
    loads.run()
    assert 3 in loads.current(ENTITY)
    assert [is_open for *_, is_open in _quarantine(loads)] == [False]
    loads.wms.written[ENTITY, 3] = UNUSABLE["text"]
    outcome = loads.run(passes=frozenset({"full"})).outcome(ENTITY)
    assert outcome is not None
    assert outcome.set_aside == 1
    assert [is_open for *_, is_open in _quarantine(loads)] == [True]


def test_document_without_id_is_released_when_deleted(loads: Loads) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = UNUSABLE["missing"]
    loads.run()
    loads.wms.delete(ENTITY, 3)
    loads.run(passes=frozenset({"full"}))
    assert [is_open for *_, is_open in _quarantine(loads)] == [False]


def test_row_with_unusable_document_is_not_deleted(loads: Loads) -> None:
    _fill(loads)
    loads.run()
    loads.wms.written[ENTITY, 3] = UNUSABLE["not UTF-8"]
    for passes in ({"full"}, {"reconcile"}):
        outcome = loads.run(passes=frozenset(passes)).outcome(ENTITY)
        assert outcome is not None
    assert (outcome.status, outcome.deleted_rows) == ("ok", 0)
    assert 3 in loads.current(ENTITY)


def test_quarantined_document_is_not_missing_forever(loads: Loads) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = UNUSABLE["not UTF-8"]
    loads.run()
    loads.wms.requests.clear()
    outcome = loads.run(passes=frozenset({"reconcile"})).outcome(ENTITY)
    assert outcome is not None
    assert (outcome.status, outcome.set_aside) == ("ok", 0)
    asked = [query for _, query in loads.wms.requests if query.get("id__in") == "3" and "values_list" not in query]
    assert len(asked) <= 3
    assert [found.missing for found in loads.compare(ENTITY)] == [0]


@pytest.mark.parametrize("text", [UNUSABLE["text"], UNUSABLE["not UTF-8"]])
def test_document_fixed_without_new_mod_ts_is_loaded(loads: Loads, text: bytes) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = text
    loads.run()
    del loads.wms.written[ENTITY, 3]
    loads.run(passes=frozenset({"reconcile"}))
    assert 3 in loads.current(ENTITY)
    assert [is_open for *_, is_open in _quarantine(loads)] == [False]


def test_full_page_without_usable_id_is_an_error(loads: Loads) -> None:
    _fill(loads, 60)
    loads.options |= {"GRUPONOS_WMS__PAGE_SIZE": "25", "GRUPONOS_WMS__CONCURRENCY": "1"}
    for row in range(10, 50):
        loads.wms.written[ENTITY, row] = b'{"id":null,"n":%d}' % row
    outcome = loads.run().outcome(ENTITY)
    assert outcome is not None
    assert outcome.error
    assert outcome.error.code == "WMS_DOC_002"
    assert "BASE_URL" not in outcome.error.hint
    assert len(_quarantine(loads)) == 25


def test_internal_error_of_one_entity_keeps_others(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(loads)
    loads.wms.put("item", 1, OLD)
    describe = loads.wms.describe

    def broken(entity: str) -> object:
        if entity == ENTITY:
            raise OverflowError("date value out of range")
        return describe(entity)

    monkeypatch.setattr(loads.wms, "describe", broken)
    outcomes = loads.run().outcomes
    assert outcomes["item"].status == "ok"
    error = outcomes[ENTITY].error
    assert error is not None
    assert error.code == "INT_002"
    assert sorted(loads.current("item")) == [1]


def test_rows_before_internal_error_are_kept(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(loads, 60)
    loads.options |= {"GRUPONOS_WMS__PAGE_SIZE": "25", "GRUPONOS_WMS__CONCURRENCY": "1"}
    page, asked = loads.wms.page, []

    def failing(entity: str, params: object) -> object:
        asked.append(params)
        if len(asked) == 4:
            raise OverflowError
        return page(entity, params)  # type: ignore[arg-type]

    monkeypatch.setattr(loads.wms, "page", failing)
    loads.run()
    assert sorted(loads.current(ENTITY)) == list(range(1, 26))
    monkeypatch.undo()
    loads.run()
    assert sorted(loads.current(ENTITY)) == list(range(1, 61))


FAULTS = {
    "text id": b'{"id":"3"}',
    "50.0 for 50": b'{"id":3.0}',
    "no id": b'{"code":"x"}',
    "not UTF-8": b'{"id":3,"t":"\xff"}',
    "id of letters": b'{"id":"abc"}',
}
RECONCILE = frozenset({"reconcile"})


@pytest.mark.parametrize("is_deleted", [False, True], ids=["corrected", "deleted"])
@pytest.mark.parametrize("known_before", [False, True], ids=["never-landed", "landed-before"])
@pytest.mark.parametrize("text", parameters(FAULTS.values(), 2), ids=FAULTS)
def test_complete_reconcile_closes_what_is_corrected_or_gone(
    loads: Loads, text: bytes, known_before: bool, is_deleted: bool
) -> None:
    _fill(loads)
    if known_before:
        loads.run()
        # without an id, only another mod_ts leads to the document
        if b'"id":3' not in text and b'"id":"3"' not in text:
            loads.wms.put(ENTITY, 3, START - timedelta(minutes=10), status_id=9)
    loads.wms.written[ENTITY, 3] = text
    loads.run(passes=frozenset({"full"}))
    assert [entry[-1] for entry in _quarantine(loads)] == [True]
    loads.run(passes=RECONCILE)
    assert [entry[-1] for entry in _quarantine(loads)] == [True], "the document is still unusable"
    # corrected without another mod_ts, so that no window shows it
    del loads.wms.written[ENTITY, 3]
    if is_deleted:
        loads.wms.delete(ENTITY, 3)
    loads.run(passes=RECONCILE)
    assert [entry[-1] for entry in _quarantine(loads)] == [False]
    loads.run(passes=RECONCILE)
    assert sorted(loads.current(ENTITY)) == ([1, 2, 4, 5] if is_deleted else [1, 2, 3, 4, 5])


def test_reconcile_without_proof_closes_nothing(loads: Loads) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = FAULTS["no id"]
    loads.run()
    for row_id in (1, 2, 3, 4):
        loads.wms.delete(ENTITY, row_id)
    outcome = loads.run(passes=RECONCILE).outcomes[ENTITY]
    assert outcome.collapsed
    assert [entry[-1] for entry in _quarantine(loads)] == [True]


def test_corrected_id_written_as_a_fraction_is_released_by_a_window(loads: Loads) -> None:
    _fill(loads)
    loads.wms.written[ENTITY, 3] = FAULTS["50.0 for 50"]
    loads.run()
    del loads.wms.written[ENTITY, 3]
    loads.wms.put(ENTITY, 3, START - timedelta(minutes=10), status_id=9)
    loads.run()
    assert [entry[-1] for entry in _quarantine(loads)] == [False]
