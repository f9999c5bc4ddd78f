"""Purchase orders, vendors and cycle counts equal values calculated from the simulated WMS's documents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.marts.full_world import AT, FullWorld
from tests.dbt.marts.kpi_truth import ZONES

RECEIVED, CANCELLED = 90, 99
Document = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A purchase order line: what was wanted, what came, and when."""

    facility: int
    vendor: str
    due: date | None
    wanted: Decimal
    received: Decimal
    is_closed: bool
    received_on: date | None
    is_cancelled: bool

    @property
    def is_on_time(self) -> int | None:
        unknown = self.is_closed and self.received > 0 and self.received_on is None
        if self.is_cancelled or self.due is None or unknown:
            return None
        if self.is_closed:
            return int(self.received_on is not None and self.received_on <= self.due)
        return 0 if self.due < AT.astimezone(ZONES[self.facility]).date() else None

    @property
    def is_in_full(self) -> int | None:
        return int(self.received >= self.wanted) if self.is_closed and not self.is_cancelled else None


@pytest.fixture(scope="module")
def lines(full_world: FullWorld) -> dict[int, Line]:
    headers, vendors = full_world.documents("purchase_order_hdr"), full_world.documents("vendor")
    days = receipt_days(full_world)
    found = {}
    for key, document in full_world.documents("purchase_order_dtl").items():
        header = headers[document["purchase_order_id"]["id"]]
        wanted = Decimal(document["orig_ord_qty"]) or Decimal(document["ord_qty"])
        received = Decimal(document["rcvd_qty"])
        status = header["status_id"]
        found[key] = Line(
            facility=header["facility_id"]["id"],
            vendor=vendors[header["vendor_id"]["id"]]["code"],
            due=date.fromisoformat(header["delivery_date"]) if header["delivery_date"] else None,
            wanted=wanted,
            received=received,
            is_closed=status in (RECEIVED, CANCELLED) or document["stop_recv_flg"] or received >= wanted,
            received_on=days.get(key),
            is_cancelled=status == CANCELLED,
        )
    return found


def receipt_days(full_world: FullWorld) -> dict[int, date]:
    """Return the last day on which inbound shipments brought each line. `receipts` has its own truth test."""
    received_at = {
        row["ib_shipment_dtl_id"]: row["received_date"]
        for row in full_world.records("select ib_shipment_dtl_id, received_date from wms.receipts")
    }
    days: dict[int, date] = {}
    for key, document in full_world.documents("ib_shipment_dtl").items():
        day = received_at.get(key)
        if document["po_dtl_id"] and Decimal(document["received_qty"]) > 0 and day:
            line = document["po_dtl_id"]["id"]
            days[line] = max(day, days.get(line, day))
    return days


def test_purchase_order_lines_equal_documents(full_world: FullWorld, lines: dict[int, Line]) -> None:
    rows = full_world.raw.rows(
        """select purchase_order_dtl_id, facility_id, vendor_code, due_date, wanted_qty, received_qty, is_closed,
        received_date, is_on_time, is_in_full, variance_qty from wms.purchase_orders where is_deleted = 0"""
    )
    assert {key: tuple(values) for key, *values in rows} == {
        key: (
            line.facility,
            line.vendor,
            line.due,
            line.wanted,
            line.received,
            int(line.is_closed),
            line.received_on,
            line.is_on_time,
            line.is_in_full,
            line.received - line.wanted if line.is_closed else None,
        )
        for key, line in lines.items()
    }
    assert {line.is_on_time for line in lines.values()} == {0, 1, None}
    assert {line.is_in_full for line in lines.values()} >= {0, 1}


def test_suppliers_equal_their_due_lines(full_world: FullWorld, lines: dict[int, Line]) -> None:
    due: defaultdict[tuple[str, date], list[Line]] = defaultdict(list)
    for line in lines.values():
        if not line.is_cancelled and line.due and line.due < AT.astimezone(ZONES[line.facility]).date():
            due[line.vendor, line.due.replace(day=1)].append(line)
    rows = full_world.raw.rows(
        """select vendor_code, month_start_date, sum(line_count), sum(timed_line_count), sum(on_time_line_count),
        sum(in_full_line_count), sum(received_qty) from wms.supplier_performance group by all"""
    )
    assert {(vendor, month): tuple(values) for vendor, month, *values in rows} == {
        key: (
            len(found),
            sum(line.is_on_time is not None for line in found),
            sum(line.is_on_time or 0 for line in found),
            sum(line.is_in_full or 0 for line in found),
            sum(line.received for line in found),
        )
        for key, found in due.items()
    }
    assert len(due) > 5


def test_on_time_receipts_equal_documents(full_world: FullWorld, lines: dict[int, Line]) -> None:
    days: defaultdict[tuple[int, date], list[int]] = defaultdict(list)
    for line in lines.values():
        if line.due and line.due < AT.astimezone(ZONES[line.facility]).date() and line.is_on_time is not None:
            days[line.facility, line.due].append(line.is_on_time)
    rows = full_world.raw.rows(
        "select facility_id, business_date, numerator, denominator from wms.kpi_daily where kpi = 'on_time_receipts'"
    )
    assert {(facility, day): values for facility, day, *values in rows} == {
        key: [sum(found), len(found)] for key, found in days.items()
    }
    assert any(sum(found) < len(found) for found in days.values())


def test_cycle_counts_equal_documents(full_world: FullWorld) -> None:
    headers, details = full_world.documents("cc_adjustment_hdr"), full_world.documents("cc_adjustment_dtl")
    expected: dict[int, tuple[object, ...]] = {}
    accurate: defaultdict[int, bool] = defaultdict(lambda: True)
    for key, document in details.items():
        difference = Decimal(document["counted_qty"]) - Decimal(document["expected_qty"])
        header = document["cc_adjustment_hdr_id"]["id"]
        accurate[header] = accurate[header] and not difference
        expected[key] = (header, headers[header]["location_id"]["id"], difference, Decimal(document["adj_cost"]))
    rows = full_world.raw.rows(
        """select cc_adjustment_dtl_id, cc_adjustment_hdr_id, location_id, difference_qty, difference_value,
        is_location_accurate from wms.cycle_counts"""
    )
    assert {key: tuple(values[:-1]) for key, *values in rows} == expected
    assert {values[0]: bool(values[-1]) for _, *values in rows} == accurate


def test_location_accuracy_equals_documents(full_world: FullWorld) -> None:
    headers = full_world.documents("cc_adjustment_hdr")
    counts: defaultdict[tuple[int, date], dict[int, bool]] = defaultdict(dict)
    for document in full_world.documents("cc_adjustment_dtl").values():
        header = document["cc_adjustment_hdr_id"]["id"]
        facility = headers[header]["facility_id"]["id"]
        day = datetime.fromisoformat(headers[header]["create_ts"]).astimezone(ZONES[facility]).date()
        agrees = Decimal(document["counted_qty"]) == Decimal(document["expected_qty"])
        counts[facility, day][header] = counts[facility, day].get(header, True) and agrees
    rows = full_world.raw.rows(
        """select facility_id, business_date, numerator, denominator from wms.kpi_daily
        where kpi = 'location_count_accuracy'"""
    )
    assert {(facility, day): values for facility, day, *values in rows} == {
        key: [sum(found.values()), len(found)] for key, found in counts.items()
    }
    assert counts


def test_unit_accuracy_equals_documents(full_world: FullWorld) -> None:
    headers = full_world.documents("cc_adjustment_hdr")
    counts: defaultdict[tuple[int, date], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for document in full_world.documents("cc_adjustment_dtl").values():
        header = headers[document["cc_adjustment_hdr_id"]["id"]]
        facility = header["facility_id"]["id"]
        day = datetime.fromisoformat(header["create_ts"]).astimezone(ZONES[facility]).date()
        quantities = Decimal(document["counted_qty"]), Decimal(document["expected_qty"])
        counts[facility, day][0] += min(quantities)
        counts[facility, day][1] += max(quantities)
    rows = full_world.raw.rows(
        "select facility_id, business_date, numerator, denominator from wms.kpi_daily where kpi = 'unit_count_accuracy'"
    )
    assert {(facility, day): values for facility, day, *values in rows} == {
        key: found for key, found in counts.items() if found[1]
    }
    assert any(smaller < larger for smaller, larger in counts.values())
