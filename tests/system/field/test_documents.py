"""Field cases C1-C4 and I7: a document that can't be landed is quarantined by its id, and all other documents land."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loader.runs import reconcile
from tests.support.sampling import parameters
from tests.system.field.conftest import Machine, Ran, Wms
from tests.system.field.small_wms import Row
from tests.system.field.worlds import JUST_NOW, damaged, order, orders, replaced

UNREADABLE = {
    "lone_surrogate": r'"spl_instr":"x \ud83d"',
    "low_surrogate": r'"spl_instr":"\ude00 x"',
    "surrogate_in_a_name": r'"spl\ud83d":"x"',
    "nan": '"total_orig_ord_qty":NaN',
    "infinity": '"total_orig_ord_qty":-Infinity',
    "nan_in_a_list": '"order_instructions_set":[{"qty":NaN}]',
    "huge_number": '"total_orig_ord_qty":1e999',
    "nul": r'"spl_instr":"a\u0000b"',
    "doubled_member": '"order_nbr":"again"',
}
IDS = {
    "text": '"6"',
    "two_to_63": str(2**63),
    "null": "null",
    "fraction": "6.5",
    "boolean": "true",
    "word": '"six"',
    "object": '{"id":6}',
}
INSTANTS = {
    "year_10000_in_utc": '"9999-12-31T23:59:59-03:00"',
    "year_0_in_utc": '"0001-01-01T00:00:00+14:00"',
    "no_date": '"yesterday"',
    "number": "1764460800",
    "impossible_day": '"2026-02-30T10:00:00-03:00"',
    "object": '{"ts":"2026-01-01"}',
}
OFTEN = {"PIPELINE__RECONCILE_HOURS": "0.00001", "PIPELINE__RECHECK_HOURS": "0.00001"}
Rows = list[Row]
Change = Callable[[Rows], None]


def set_aside(machine: Machine) -> list[tuple[str | None, str]]:
    """Return the ids (as written) and reasons of the quarantined documents."""
    if "wms_raw.elt_quarantine" not in machine.tables():
        return []
    found = machine.query("select entity_id, reason from wms_raw.elt_quarantine where released_at is null")
    return [(None if row_id is None else str(row_id), str(reason)) for row_id, reason in found]


def assert_others_landed(machine: Machine, ran: Ran, bad: int | None = 6) -> None:
    """All documents but the bad one are live. The bad one is live too, or quarantined with a visible reason."""
    live = machine.live()
    assert {row_id for row_id in live if row_id != bad} == {1, 7}, ran.text
    if bad not in live:
        assert set_aside(machine), ran.text
        assert any(reason for _, reason in set_aside(machine))
        assert "base_url" not in ran.text.lower()
        assert "order_hdr" in ran.text


def three(bad: Row) -> Rows:
    return [*orders([1]), bad, *orders([7])]


@pytest.mark.parametrize("kind", parameters(UNREADABLE, 4))
def test_c1_c2_unreadable_document_is_isolated(machine: Machine, serve: Wms, kind: str) -> None:
    wms = serve(three(damaged(6, UNREADABLE[kind])))
    ran = machine.load(wms)
    assert_others_landed(machine, ran)
    if 6 not in machine.live():
        assert "6" in ran.text
        assert set_aside(machine)[0][0] == "6"
    else:
        document = dict(machine.current(columns="entity_id, doc"))[6]
        assert str(document).encode("utf-8", "surrogatepass") == wms.tables["order_hdr"][1]["_raw"]


def test_c1_incremental_runs_continue_with_bad_document(machine: Machine, serve: Wms) -> None:
    wms = serve(three(damaged(6, UNREADABLE["lone_surrogate"], days=JUST_NOW)))
    machine.load(wms)
    wms.tables["order_hdr"] += orders([8], days=JUST_NOW)
    machine.load(wms)
    assert {1, 7, 8} <= set(machine.live())
    # corrected in the WMS: it lands and leaves the quarantine
    wms.tables["order_hdr"][1] = order(6, days=-0.0001)
    ran = machine.load(wms, **OFTEN)
    ran = machine.load(wms, **OFTEN)
    assert ran.exit_code == 0, ran.text
    assert machine.live() == [1, 6, 7, 8]
    assert set_aside(machine) == []


def test_c1_quarantine_is_idempotent(machine: Machine, serve: Wms) -> None:
    wms = serve(three(damaged(6, UNREADABLE["nan"], days=JUST_NOW)))
    for _ in range(3):
        machine.load(wms, **OFTEN)
    assert len(set_aside(machine)) <= 1
    assert {1, 7} <= set(machine.live())


def test_c2_many_bad_documents_keep_good_documents(machine: Machine, serve: Wms) -> None:
    good = orders(range(1, 400, 2))
    bad = [damaged(row_id, UNREADABLE["nan"]) for row_id in range(2, 400, 2)]
    wms = serve(sorted([*good, *bad], key=lambda row: row["id"]))
    machine.load(wms, WMS__PAGE_SIZE="50")
    assert set(machine.live()) >= {row["id"] for row in good}


@pytest.mark.parametrize("kind", parameters(INSTANTS, 3))
def test_c3_i7_impossible_mod_ts_does_not_stop_passes(machine: Machine, serve: Wms, kind: str) -> None:
    wms = serve({"item": [order(5)], **serve(three(replaced(6, "mod_ts", INSTANTS[kind]))).tables})
    entities = {"PIPELINE__ENTITIES": "order_hdr,item"}
    first = machine.load(wms, **entities)
    assert_others_landed(machine, first)
    again = machine.load(wms, **entities, **OFTEN)
    assert again.exit_code in (0, 20), again.text
    assert {1, 7} <= set(machine.live())
    assert machine.live("item") == [5]
    lines = reconcile(machine.settings(wms, **entities))
    assert {line.comparison.entity for line in lines} == {"order_hdr", "item"}
    assert not [line.error for line in lines if line.error and line.comparison.entity == "item"]


def test_c3_impossible_create_ts_does_not_stop_load(machine: Machine, serve: Wms) -> None:
    wms = serve(three(replaced(6, "create_ts", INSTANTS["year_10000_in_utc"])))
    ran = machine.load(wms)
    assert {1, 7} <= set(machine.live()), ran.text


@pytest.mark.parametrize("kind", parameters(IDS, 3))
def test_c4_impossible_id_error_names_document(machine: Machine, serve: Wms, kind: str) -> None:
    wms = serve(three(replaced(6, "id", IDS[kind])))
    ran = machine.load(wms)
    assert_others_landed(machine, ran)
    again = machine.load(wms, **OFTEN)
    assert {1, 7} <= set(machine.live()), again.text
    assert "base_url" not in again.text.lower()


def test_c4_document_without_id_is_isolated(machine: Machine, serve: Wms) -> None:
    bad = order(6)
    bad["_raw"] = b'{"order_nbr":"ORD-6"}'
    wms = serve(three(bad))
    ran = machine.load(wms)
    assert_others_landed(machine, ran)
