"""Replenishment and returns equal values calculated from the WMS's documents."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tests.dbt.marts.documents import instant, local_day, related, seconds
from tests.dbt.marts.full_world import FullWorld

SLA_SECONDS = 60 * 60
CANCELLED = 99


def test_moves_equal_allocations(full_world: FullWorld) -> None:
    stock = full_world.documents("inventory")
    order_of = {key: related(row, "order_id") for key, row in full_world.documents("order_dtl").items()}
    orders = full_world.documents("order_hdr")
    counts, moved, timely = Counter[object](), Counter[object](), Counter[object]()
    for row in full_world.documents("allocation").values():
        if row["is_picking_flg"] or row["status_id"] == CANCELLED:
            continue
        source, order = stock[row["from_inventory_id"]["id"]], orders.get(order_of.get(row["order_dtl_id"]["id"]) or 0)
        facility = (related(order, "facility_id") if order else None) or related(source, "facility_id")
        key = facility, related(source, "item_id"), local_day(row["create_ts"], facility)
        counts[key] += 1
        taken = seconds(instant(row["create_ts"]), instant(row["picked_ts"]))
        if taken is not None:
            moved[key] += Decimal(row["packed_qty"])  # type: ignore[assignment]
            timely[key] += 0 <= taken <= SLA_SECONDS
    rows = full_world.records(
        "select facility_id, item_id, business_date, move_count, moved_qty, within_sla_count "
        "from wms.replenishment_performance where move_count > 0"
    )
    assert {tuple(row.values())[:3]: tuple(row.values())[3:] for row in rows} == {
        key: (counts[key], moved[key], timely[key]) for key in counts
    }
    assert len(counts) > 5


def test_requests_equal_documents(full_world: FullWorld) -> None:
    requests = full_world.documents("movement_request_hdr")
    wanted, short = Counter[object](), Counter[object]()
    for row in full_world.documents("movement_request_dtl").values():
        facility = related(requests[row["movement_req_id"]["id"]], "facility_id")
        key = facility, related(row, "item_id"), local_day(row["create_ts"], facility)
        wanted[key] += Decimal(row["req_qty"])  # type: ignore[assignment]
        short[key] += max(Decimal(row["req_qty"]) - Decimal(row["alloc_qty"]), Decimal(0))  # type: ignore[assignment]
    rows = full_world.records(
        "select facility_id, item_id, business_date, requested_qty, short_qty from wms.replenishment_performance "
        "where request_count > 0"
    )
    assert {tuple(row.values())[:3]: tuple(row.values())[3:] for row in rows} == {
        key: (wanted[key], short[key]) for key in wanted
    }
    assert len(wanted) > 5


def test_returns_equal_documents(full_world: FullWorld) -> None:
    shipments = full_world.documents("ib_shipment")
    hidden = {
        (row["entity"], row["entity_id"])
        for row in full_world.records("select entity, entity_id from wms.rejected_records where handling = 'hidden'")
    }
    expected = {}
    for key, row in full_world.documents("ib_shipment_dtl").items():
        shipment = shipments.get(related(row, "ib_shipment_id") or 0)
        if shipment is None or ("ib_shipment_dtl", key) in hidden:
            continue
        if shipment["return_from_facility_id"] or row["ref_order_nbr"]:
            expected[key] = (row["ref_order_nbr"] or None, Decimal(row["shipped_qty"]), Decimal(row["received_qty"]))
    rows = full_world.records("select ib_shipment_dtl_id, order_nbr, expected_qty, received_qty from wms.returns")
    assert {row.pop("ib_shipment_dtl_id"): tuple(row.values()) for row in rows} == expected
    assert len(expected) > 5


def test_returned_orders_are_found_by_company_and_number(full_world: FullWorld) -> None:
    known = {(related(row, "company_id"), row["order_nbr"]) for row in full_world.documents("order_hdr").values()}
    rows = full_world.records("select company_id, order_nbr, order_id from wms.returns where order_nbr is not null")
    for row in rows:
        assert (row["order_id"] is not None) == ((row["company_id"], row["order_nbr"]) in known)
    assert any(row["order_id"] for row in rows)
