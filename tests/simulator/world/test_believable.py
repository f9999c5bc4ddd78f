"""The default warehouse looks like a working one: what happens in it, and the figures that a demonstration shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loader.simulator.world import WarehouseWorld
from loader.simulator.world.codes import Codes
from loader.simulator.world.reference import FACILITIES, TIME_ZONES

CODES = Codes()
ZONES = {facility.id: ZoneInfo(TIME_ZONES[facility.time_zone]) for facility in FACILITIES}
SHIPPED, CANCELLED = CODES.ids("order_status", "Shipped", "Cancelled")
GONE = CODES.ids("container_status", "Shipped", "Consumed", "Lost")
PACKED = CODES.id("container_status", "Packed")
NO_LIMIT = 9_999_999

Rows = Mapping[int, Mapping[str, Any]]
Tables = Mapping[str, Rows]


@pytest.fixture(scope="module")
def full(world: WarehouseWorld, tables: Tables) -> Tables:
    """Rows with the defaults of their fields."""
    defaults = {name: {field.name: field.default for field in schema.fields} for name, schema in world.entities.items()}
    return {name: {key: {**defaults[name], **row} for key, row in rows.items()} for name, rows in tables.items()}


def in_stock(full: Tables) -> list[tuple[int | None, Mapping[str, Any]]]:
    """Return location and row of stock that is in the warehouse."""
    found = []
    for row in full["inventory"].values():
        lpn = full["container"].get(row["container_id"])
        if row["curr_qty"] > 0 and (lpn is None or lpn["status_id"] not in GONE):
            found.append((row["location_id"] if lpn is None else lpn["curr_location_id"], row))
    return found


def test_most_orders_ship_on_time(full: Tables, origin: datetime) -> None:
    late: Counter[bool] = Counter()
    for row in full["order_hdr"].values():
        due = row["req_ship_date"] or row["sched_ship_date"] or row["stop_ship_date"]
        zone = ZONES.get(row["facility_id"])
        if due and zone and row["status_id"] != CANCELLED and due < origin.astimezone(zone).date():
            shipped = row["order_shipped_ts"]
            late[shipped is None or shipped.astimezone(zone).date() > due] += 1
    assert 0.85 < late[False] / late.total() < 0.97


def test_some_orders_have_no_required_date(full: Tables) -> None:
    orders = full["order_hdr"].values()
    without = [row for row in orders if row["req_ship_date"] is None]
    assert 0.12 < len(without) / len(orders) < 0.18
    assert {bool(row["sched_ship_date"]) for row in without} == {True, False}
    assert any(row["stop_ship_date"] is None for row in without)


def test_few_locations_are_over_their_capacity(full: Tables) -> None:
    used: defaultdict[int | None, Any] = defaultdict(int)
    for place, row in in_stock(full):
        used[place] += row["curr_qty"] * full["item"][row["item_id"]]["unit_volume"]
    places = {key: row for key, row in full["location"].items() if row["max_volume"] > 0}
    shares = [float(used[key] / row["max_volume"]) for key, row in places.items()]
    assert sum(share > 1 for share in shares) < 0.01 * len(shares)
    assert max(shares) < 1.3
    total = float(sum(used[key] for key in places) / sum(row["max_volume"] for row in places.values()))
    assert 0.25 < total < 0.85
    assert {row["max_lpns"] for row in full["location"].values()} == {NO_LIMIT}


def test_replenishments_move_goods_to_active_locations(full: Tables) -> None:
    moves = [row for row in full["allocation"].values() if not row["is_picking_flg"]]
    assert 0.005 < len(moves) / len(full["allocation"]) < 0.05
    for row in moves:
        source, target = (full["inventory"].get(row[name]) for name in ("from_inventory_id", "to_inventory_id"))
        assert source is not None
        assert source["container_id"] is not None
        assert full["order_dtl"][row["order_dtl_id"]]["item_id"] == source["item_id"]
        if target:
            assert full["location"][target["location_id"]]["type_id"] == 1
            assert target["curr_qty"] == row["packed_qty"] == row["alloc_qty"]
    assert len(moves) == len(full["movement_request_dtl"])


def test_pickers_exceed_the_quantity_within_tolerance(world: WarehouseWorld, full: Tables, origin: datetime) -> None:
    planted = {found.row_id for found in world.violations(origin) if found.entity == "allocation"}
    over = 0
    for key, row in full["allocation"].items():
        if row["packed_qty"] > row["alloc_qty"] and key not in planted:
            item = full["item"][full["inventory"][row["from_inventory_id"]]["item_id"]]
            assert row["packed_qty"] <= row["alloc_qty"] * (1 + item["packing_tolerance_percent"] / 100)
            over += 1
    assert over > 100


def test_undone_orders_are_allocated_again(world: WarehouseWorld, full: Tables, origin: datetime) -> None:
    undone = [
        found.row_id
        for found in world.violations(origin)
        if (found.entity, found.detail) == ("order_hdr", "status_id 20 -> 0")
    ]
    assert len(undone) > 50
    first = undone[0]
    seen = [row["status_id"] for _, row in world.visible_versions("order_hdr", first, origin) if row is not None]
    assert seen[:4] == [0, 20, 0, 20]
    assert seen[-1] == SHIPPED
    assert any(row["message_text"] == "Undone" for row in full["wave"].values())


def test_lines_are_closed_short(full: Tables) -> None:
    closed = [row for row in full["order_dtl"].values() if 0 <= row["ord_qty"] < row["orig_ord_qty"]]
    assert {row["ord_qty"] > 0 for row in closed} == {True, False}
    reasons = [row for row in full["inventory_history"].values() if row["history_activity_id"] == 12]
    assert all(full["reason_code"][row["reason_code_id"]]["code"] == "FALTA" for row in reasons)
    assert len(reasons) > 300


def test_shipments_by_sku_have_many_lpns_per_line(full: Tables) -> None:
    lines = full["ib_shipment_dtl"].values()
    by_sku = [row for row in lines if not row["container_nbr"]]
    assert all(row["container_id"] is None for row in by_sku)
    assert 0.1 < len(by_sku) / len(lines) < 0.3
    of_line = Counter(row["ib_shipment_id"] for row in by_sku)
    lpns = Counter(row["rcvd_shipment_id"] for row in full["container"].values())
    assert any(lpns[shipment] > count for shipment, count in of_line.items())


def test_locks_are_on_lpns_batches_locations_and_shipments(full: Tables) -> None:
    assert full["container_lock_xref"]
    for entity, field in (("batch_number", "lock_id"), ("location", "lock_code_id"), ("ib_shipment", "lock_id")):
        locked = [row for row in full[entity].values() if row[field] is not None]
        assert 0 < len(locked) < 0.05 * len(full[entity]), entity
    allocatable = {
        full["inventory_lock"][row["lock_id"]]["allocatable_for_order"] for row in full["container_lock_xref"].values()
    }
    assert allocatable == {True, False}


def test_some_stock_expires_soon(full: Tables, origin: datetime) -> None:
    dates = [row["expiry_date"] for _, row in in_stock(full) if row["expiry_date"]]
    soon = [date for date in dates if date <= (origin + timedelta(days=30)).date()]
    assert 0.01 < len(soon) / len(dates) < 0.15


def test_counts_are_mostly_right(full: Tables) -> None:
    lines = full["cc_adjustment_dtl"].values()
    right = sum(row["expected_qty"] == row["counted_qty"] for row in lines) / len(lines)
    assert 0.95 < right < 1
    assert all(row["counted_qty"] >= 0 for row in lines)


def test_purchase_orders_agree_with_receipts(full: Tables) -> None:
    received: Counter[int] = Counter()
    for row in full["ib_shipment_dtl"].values():
        if row["po_dtl_id"] in full["purchase_order_dtl"]:
            received[row["po_dtl_id"]] += row["received_qty"]
    done = [row for row in full["purchase_order_dtl"].values() if row["stop_recv_flg"]]
    assert len(done) > 1000
    assert all(row["rcvd_qty"] == received[row["id"]] for row in done)


def test_loads_carry_the_cartons_of_their_orders(full: Tables) -> None:
    for row in full["ob_stop_dtl"].values():
        load = full["load"][full["ob_stop"][row["ob_stop_id"]]["load_id"]]
        carton = full["container"][row["container_id"]]
        assert (load["facility_id"], load["type"], carton["type"]) == (carton["facility_id"], "O", "O")
        if load["act_departure_ts"] is not None:
            assert carton["status_id"] == GONE[0]


def test_trucks_spend_half_an_hour_to_two_hours_on_the_site(full: Tables) -> None:
    seconds = [
        (row["checkout_ts"] - row["arrived_ts"]).total_seconds()
        for row in full["appointment"].values()
        if row["checkout_ts"] is not None
    ]
    usual = [second for second in seconds if 30 * 60 <= second <= 120 * 60]
    assert len(usual) > 0.9 * len(seconds) > 500


def test_cartons_are_on_a_pallet_of_their_load(full: Tables) -> None:
    loads = {row["container_id"]: full["ob_stop"][row["ob_stop_id"]]["load_id"] for row in full["ob_stop_dtl"].values()}
    load_of: dict[int, set[int]] = defaultdict(set)
    for carton, load in loads.items():
        load_of[full["container"][carton]["pallet_id"]].add(load)
    assert load_of.keys() <= full["pallet"].keys()
    assert all(len(found) == 1 for found in load_of.values())
    packed = [row for row in full["container"].values() if row["type"] == "O" and row["status_id"] in (PACKED, *GONE)]
    assert all(row["pallet_id"] in full["pallet"] for row in packed)


def test_some_lpns_are_aged(full: Tables, origin: datetime) -> None:
    received = [
        row["rcvd_ts"]
        for row in full["container"].values()
        if row["type"] == "I" and row["rcvd_ts"] is not None and row["status_id"] not in GONE
    ]
    aged = sum(at <= origin - timedelta(days=90) for at in received)
    assert 0.04 < aged / len(received) < 0.12


def test_activities_add_up_to_the_picks(full: Tables) -> None:
    picked = [row for row in full["allocation"].values() if row["is_picking_flg"] and row["picked_ts"]]
    details = [row for row in full["wms_activity_dtl"].values() if row["activity_code_id"] == 1]
    assert len(details) == len(picked)
    clocked = Counter(row["in_out"] for row in full["track_record"].values())
    assert clocked["IN"] >= clocked["OUT"] > 0
