"""Field cases A4-A6: a wider scope loads its rows, a narrower one marks them, and an empty one is reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from loader.runs import reconcile
from tests.system.field.conftest import Machine, Ran, Wms
from tests.system.field.small_wms import Row
from tests.system.field.worlds import orders

# tests/system/runs/test_scope_change.py has the same cases in `make test`
pytestmark = pytest.mark.exhaustive

Typed = Callable[..., Ran]
NOW_ON = 10
FOUR = [1, 2, 3, 4]


def aged() -> list[Row]:
    """Return 29 orders of last month and 10 of the last days."""
    return orders(range(1, 30), days=40) + orders(range(30, 40), days=2)


def day(days: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"


def by_facility(count: int = 30) -> list[Row]:
    return [row for place in FOUR for row in orders(range(place * 100, place * 100 + count), facility=place)]


def flags(machine: Machine) -> dict[int, set[int]]:
    """Return is_deleted of the current versions by facility."""
    found: dict[int, set[int]] = {}
    for row_id, deleted in machine.current():
        found.setdefault(int(row_id) // 100, set()).add(int(deleted))
    return found


def test_a4_removed_start_date_reads_older_rows(machine: Machine, serve: Wms) -> None:
    wms = serve(aged())
    assert machine.load(wms, PIPELINE__START_DATE=day(10)).exit_code == 0
    assert len(machine.live()) == NOW_ON
    ran = machine.load(wms)
    assert ran.exit_code == 0, ran.text
    assert len(machine.live()) == 39
    assert "scope changed" in ran.text


def test_a4_earlier_start_date_reads_rows_between(machine: Machine, serve: Wms) -> None:
    wms = serve(aged() + orders(range(50, 60), days=20))
    machine.load(wms, PIPELINE__START_DATE=day(10))
    assert machine.load(wms, PIPELINE__START_DATE=day(30)).exit_code == 0
    assert machine.live() == [*range(30, 40), *range(50, 60)]
    machine.load(wms)
    assert len(machine.live()) == 49


def test_a4_later_start_date_marks_nothing_as_deleted(machine: Machine, serve: Wms) -> None:
    wms = serve(aged())
    machine.load(wms)
    ran = machine.load(wms, PIPELINE__START_DATE=day(10), PIPELINE__RECONCILE_HOURS="0.00001")
    assert ran.exit_code == 0, ran.text
    assert {int(deleted) for _, deleted in machine.current()} <= {0, 2}
    assert set(machine.live()) >= set(range(30, 40))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WMS__COMPANY_CODE", "UNUSED"),
        ("WMS__COMPANY_CODE", "gnos"),
        ("WMS__FACILITY_CODES", "DC99"),
        ("WMS__FACILITY_CODES", "DC01,DC99"),
    ],
)
def test_a5_empty_scope_is_reported(machine: Machine, serve: Wms, typed: Typed, variable: str, value: str) -> None:
    wms = serve(by_facility(3))
    options = {"PIPELINE__ENTITIES": "company,facility,order_hdr", variable: value}
    doctor = typed("doctor", env=machine.variables(wms, **options))
    assert f"GRUPONOS_{variable}" in doctor.text
    ran = machine.load(wms, **options)
    assert f"GRUPONOS_{variable}" in ran.text


def test_a6_removed_facilities_are_marked_deleted_once(machine: Machine, serve: Wms) -> None:
    wms = serve(by_facility())
    wide, narrow = {"WMS__FACILITY_CODES": "DC01,DC02,DC03,DC04"}, {"WMS__FACILITY_CODES": "DC01,DC02"}
    assert machine.load(wms, **wide).exit_code == 0
    ran = machine.load(wms, **narrow)
    assert ran.exit_code == 0, ran.text
    assert flags(machine) == {1: {0}, 2: {0}, 3: {2}, 4: {2}}
    assert "scope changed" in ran.text
    assert "eligible" not in ran.text
    versions = machine.versions()
    again = machine.load(wms, **narrow, PIPELINE__RECONCILE_HOURS="0.00001")
    assert again.exit_code == 0
    assert "scope changed" not in again.text
    assert machine.versions() == versions
    assert [line for line in reconcile(machine.settings(wms, **narrow)) if not line.agrees] == []


def test_a6_restored_facility_is_live_again(machine: Machine, serve: Wms) -> None:
    wms = serve(by_facility(5))
    machine.load(wms)
    machine.load(wms, WMS__FACILITY_CODES="DC01")
    assert flags(machine) == {1: {0}, 2: {2}, 3: {2}, 4: {2}}
    # one row changed and one was deleted while out of scope
    wms.tables["order_hdr"][7]["order_nbr"] = "ORD-other"
    del wms.tables["order_hdr"][12]
    assert machine.load(wms).exit_code == 0
    assert machine.load(wms, PIPELINE__RECONCILE_HOURS="0.00001").exit_code == 0
    assert set(machine.live()) == {row["id"] for row in wms.tables["order_hdr"]}
    documents = machine.current(columns="entity_id, doc")
    assert any("ORD-other" in str(doc) for _, doc in documents)


def test_a6_removed_company_is_marked_deleted(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 31)) + orders(range(31, 61), company=2))
    machine.load(wms)
    assert machine.load(wms, WMS__COMPANY_CODE="OTHER").exit_code == 0
    assert machine.live() == list(range(31, 61))
    assert {int(deleted) for row_id, deleted in machine.current() if row_id < 31} == {2}


def test_a6_deletion_out_of_scope_sends_no_alert(machine: Machine, serve: Wms) -> None:
    wms = serve(by_facility())
    machine.load(wms)
    machine.load(wms, WMS__FACILITY_CODES="DC01")
    wms.tables["order_hdr"] = [row for row in wms.tables["order_hdr"] if row["id"] < 200]
    ran = machine.load(wms, WMS__FACILITY_CODES="DC01", PIPELINE__RECONCILE_HOURS="0.00001")
    assert ran.exit_code == 0
    assert "eligible" not in ran.text
    assert len(machine.live()) == 30
