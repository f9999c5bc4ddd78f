"""Invariants of every warehouse: goods are conserved, statuses advance, and parents precede children."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from loader.simulator.contract import Window
from loader.simulator.world import WarehouseWorld
from loader.simulator.world.codes import Codes
from loader.simulator.world.tables.static import static_tables

Tables = Mapping[str, Mapping[int, Mapping[str, Any]]]
CODES = Codes()
ADJUSTED = CODES.ids("history_activity", "Adjusted before verification", "Adjusted after verification")
MOMENTS = (timedelta(days=-29.5), timedelta(days=-6), timedelta(0), timedelta(hours=31))


def read(world: WarehouseWorld, entity: str, at: datetime) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for row in world.rows(entity, world.ids(entity, at), at)}


def planted(world: WarehouseWorld, at: datetime, rule: str, entity: str) -> set[int]:
    return {found.row_id for found in world.violations(at) if (found.rule, found.entity) == (rule, entity)}


@pytest.mark.parametrize("offset", MOMENTS)
def test_goods_are_neither_created_nor_lost(world: WarehouseWorld, origin: datetime, offset: timedelta) -> None:
    """Received goods and adjustments are in stock, in cartons or in shipped cartons, which keep their quantity."""
    at = origin + offset
    inventory, cartons = read(world, "inventory", at), read(world, "oblpn", at)
    received = sum(row["received_qty"] for row in read(world, "ib_shipment_dtl", at).values())
    assert received + sum(adjustments(world, at).values()) == sum(row["curr_qty"] for row in inventory.values())
    assert all(row["curr_qty"] >= 0 for row in inventory.values())
    shipped = CODES.id("container_status", "Shipped")
    gone = [row for row in inventory.values() if cartons.get(row.get("container_id"), {}).get("status_id") == shipped]
    assert all(row["curr_qty"] == row["orig_qty"] for row in gone)
    assert len(gone) > 1000 or offset < timedelta(days=-10)


def adjustments(world: WarehouseWorld, at: datetime) -> Counter[tuple[int, int]]:
    """Return adjusted units by facility and item."""
    found: Counter[tuple[int, int]] = Counter()
    for row in read(world, "inventory_history", at).values():
        if row["history_activity_id"] in ADJUSTED:
            found[row["facility_id"], row["item_id"]] += row["adj_qty"]
    return found


@pytest.mark.parametrize("offset", MOMENTS)
def test_lot_quantity_equals_received_minus_taken(world: WarehouseWorld, origin: datetime, offset: timedelta) -> None:
    at = origin + offset
    inventory = read(world, "inventory", at)
    lots = {key for key, row in inventory.items() if row["create_user"] == "RF"}
    left = adjustments(world, at)
    for row in read(world, "allocation", at).values():
        if row["to_inventory_id"] is not None:
            lot = inventory[row["from_inventory_id"]]
            assert row["from_inventory_id"] in lots
            left[lot["facility_id"], lot["item_id"]] -= inventory[row["to_inventory_id"]]["orig_qty"]
    for key in lots:
        row = inventory[key]
        left[row["facility_id"], row["item_id"]] -= row["curr_qty"] - row["orig_qty"]
    assert not any(left.values())


def test_goods_are_in_lpn_or_active_location(world: WarehouseWorld, tables: Tables, origin: datetime) -> None:
    active = {row["id"] for row in tables["location"].values() if row["type_id"] == 1}
    nowhere = planted(world, origin, "unknown_location", "inventory")
    active |= {tables["inventory"][row_id]["location_id"] for row_id in nowhere}
    holding = CODES.ids(
        "container_status", "Received", "Located", "Lost", "Reserved", "Packed", "Outbound ready", "Shipped"
    )
    for row in tables["inventory"].values():
        place, lpn = row.get("location_id"), row.get("container_id")
        assert (place is None) != (lpn is None)
        assert place is None or place in active
        # an inbound LPN without goods is consumed
        assert lpn is None or row["curr_qty"] == 0 or tables["container"][lpn]["status_id"] in holding


@pytest.mark.parametrize("offset", MOMENTS)
def test_line_quantities_equal_their_allocations(world: WarehouseWorld, origin: datetime, offset: timedelta) -> None:
    at = origin + offset
    reserved: Counter[int] = Counter()
    for row in read(world, "allocation", at).values():
        if row["status_id"] != 99 and row.get("is_picking_flg", True):
            reserved[row["order_dtl_id"]] += row["alloc_qty"]
    wrong = planted(world, at, "non_positive_quantity", "order_dtl")
    lines = read(world, "order_dtl", at)
    lost = planted(world, at, "orphan_allocation", "allocation")
    over = planted(world, at, "over_allocation", "allocation")
    doubled = {row["order_dtl_id"] for row in read(world, "allocation", at).values() if row["id"] in over}
    differing = {line_id for line_id, line in lines.items() if line["alloc_qty"] != reserved[line_id]}
    assert doubled <= differing
    assert len(differing - doubled) == len(lost)
    for line_id, line in lines.items():
        assert line["alloc_qty"] <= line["ord_qty"] or line_id in wrong
        assert line["status_id"] != 20 or line["alloc_qty"] == line["ord_qty"]


def test_orders_add_up(world: WarehouseWorld, tables: Tables, origin: datetime) -> None:
    lines: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in tables["order_dtl"].values():
        lines[row["order_id"]].append(row)
    twins = planted(world, origin, "duplicate_key", "order_dtl")
    for order_id, order in tables["order_hdr"].items():
        own = lines[order_id]
        assert order["order_dtl_set"] == len(own)
        assert order["total_orig_ord_qty"] == sum(line["orig_ord_qty"] for line in own)
        assert len({line["seq_nbr"] for line in own}) == len(own) or twins & {line["id"] for line in own}
        if order["status_id"] == 90:
            assert {line["status_id"] for line in own} <= {90, 99}
        if order["status_id"] == 99:
            assert {line["status_id"] for line in own} <= {99}


def test_shipments_add_up(world: WarehouseWorld, tables: Tables, origin: datetime) -> None:
    lost = planted(world, origin, "orphan_receipt", "ib_shipment_dtl")
    assert lost
    lines: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in tables["ib_shipment_dtl"].values():
        lines[row["ib_shipment_id"]].append(row)
    short = 0
    for shipment_id, shipment in tables["ib_shipment"].items():
        # a planted line announces a negative quantity
        announced = sum(abs(line["shipped_qty"]) for line in lines[shipment_id])
        short += shipment["ib_shipment_dtl_set"] - len(lines[shipment_id])
        assert shipment["orig_shipped_units"] == announced or len(lines[shipment_id]) < shipment["ib_shipment_dtl_set"]
        assert shipment["status_id"] != 90 or all(line["dtl_rcv_flg"] for line in lines[shipment_id])
    assert short == len(lost)


@pytest.mark.parametrize(
    ("entity", "key"),
    [
        ("order_hdr", ("company_id", "order_nbr")),
        ("order_dtl", ("order_id", "seq_nbr")),
        ("item", ("company_id", "code")),
        ("location", ("facility_id", "locn_str")),
        ("container", ("container_nbr",)),
        ("ib_shipment", ("shipment_nbr",)),
        ("wave", ("run_nbr",)),
        ("task", ("task_nbr",)),
    ],
)
def test_natural_keys_are_unique(
    world: WarehouseWorld, origin: datetime, tables: Tables, entity: str, key: tuple[str, ...]
) -> None:
    twins = planted(world, origin, "duplicate_key", entity)
    values = Counter(tuple(row[field] for field in key) for row in tables[entity].values() if row["id"] not in twins)
    assert values.most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("entity", "lookup"),
    [
        ("order_hdr", "order_status"),
        ("order_dtl", "order_status"),
        ("allocation", "allocation_status"),
        ("container", "container_status"),
        ("ib_shipment", "ib_shipment_status"),
        ("wave", "wave_status"),
        ("task", "task_status"),
        ("inventory", "inventory_status"),
        ("load", "load_status"),
        ("ob_stop", "stop_status"),
        ("appointment", "appointment_status"),
        ("purchase_order_hdr", "purchase_order_status"),
        ("cc_adjustment_hdr", "cc_adjustment_status"),
    ],
)
def test_statuses_are_in_lookups_and_only_advance(
    world: WarehouseWorld, origin: datetime, entity: str, lookup: str
) -> None:
    back = planted(world, origin + timedelta(days=2), "status_regression", entity)
    previous: dict[int, int] = {}
    seen: set[int] = set()
    for step in range(40):
        at = origin + timedelta(minutes=45 * step)
        window = Window(create_from=origin - timedelta(hours=20))
        for row in world.rows(entity, world.ids(entity, at, window), at, ("id", "status_id")):
            assert row["id"] in back or previous.get(row["id"], 0) <= row["status_id"]
            previous[row["id"]] = row["status_id"]
            seen.add(row["status_id"])
    assert seen <= {row.id for row in CODES.rows(lookup)}
    assert len(seen) >= 2


def test_last_hours_have_all_order_statuses(tables: Tables) -> None:
    assert {row["status_id"] for row in tables["order_hdr"].values()} == {row.id for row in CODES.rows("order_status")}
    assert {row["status_id"] for row in tables["order_dtl"].values()} == {row.id for row in CODES.rows("order_status")}
    cancelled = sum(row["status_id"] == 99 for row in tables["order_hdr"].values()) / len(tables["order_hdr"])
    assert 0.02 < cancelled < 0.04


def test_no_child_before_its_parent(world: WarehouseWorld, tables: Tables, origin: datetime) -> None:
    kinds = (("orphan_line", "order_dtl"), ("orphan_allocation", "allocation"), ("orphan_receipt", "ib_shipment_dtl"))
    orphans = {row_id for kind in kinds for row_id in planted(world, origin, *kind)}
    for entity, field in (
        ("order_dtl", "order_id"),
        ("allocation", "order_dtl_id"),
        ("allocation", "from_inventory_id"),
        ("allocation", "wave_id"),
        ("task", "wave_id"),
        ("ib_shipment_dtl", "ib_shipment_id"),
        ("inventory", "container_id"),
        ("inventory", "item_id"),
        ("inventory", "batch_number_id"),
        ("ib_shipment", "load_id"),
        ("ib_shipment_dtl", "po_dtl_id"),
        ("purchase_order_dtl", "purchase_order_id"),
        ("ob_stop", "load_id"),
        ("ob_stop_dtl", "ob_stop_id"),
        ("ob_stop_dtl", "container_id"),
        ("carrier_lpn", "container_id"),
        ("appointment", "load_id"),
        ("cc_adjustment_dtl", "cc_adjustment_hdr_id"),
        ("movement_request_dtl", "movement_req_id"),
        ("serial_nbr_inventory", "serial_nbr_id"),
        ("serial_nbr_inventory", "inventory_id"),
        ("wms_activity_dtl", "activity_id"),
        ("order_instruction", "order_id"),
    ):
        target = next(f.target for f in world.entities[entity].fields if f.name == field)
        for row in tables[entity].values():
            parent = row.get(field)
            if parent is None or row["id"] in orphans:
                continue
            assert tables[target or ""][parent]["create_ts"] <= row["create_ts"]


def test_ids_ascend_with_creation_and_have_gaps(tables: Tables) -> None:
    for entity, rows in tables.items():
        created = [rows[row_id].get("create_ts") for row_id in sorted(rows)]
        if not rows or None in created or entity in ("company", "facility", *static_tables()):
            continue
        assert created == sorted(created), entity
        assert max(rows) - min(rows) > len(rows), entity


def test_timestamps(tables: Tables, origin: datetime) -> None:
    untouched = whole = 0
    for rows in tables.values():
        for row in rows.values():
            if "mod_ts" in row:
                assert row["create_ts"] <= row["mod_ts"] <= origin
                untouched += row["create_ts"] == row["mod_ts"]
                whole += row["mod_ts"].microsecond == 0
    assert untouched > 1000
    assert whole > 100


def test_some_orders_arrive_on_whole_seconds(tables: Tables) -> None:
    whole = sum(row["create_ts"].microsecond == 0 for row in tables["order_hdr"].values())
    assert 0.01 < whole / len(tables["order_hdr"]) < 0.05


def test_cancelled_order_is_never_picked(world: WarehouseWorld, tables: Tables, origin: datetime) -> None:
    cancelled = [row for row in tables["allocation"].values() if row["status_id"] == 99]
    assert len(cancelled) > 50
    for row in cancelled:
        assert row["picked_ts"] is None
        # a user undid the allocation before the order had tasks
        assert row["task_id"] is None or world.row("task", row["task_id"], row["mod_ts"])["status_id"] in (0, 10)


def test_task_covers_one_zone_in_walk_order(tables: Tables) -> None:
    locations = {(row["facility_id"], row["locn_str"]): row for row in tables["location"].values()}
    zones: defaultdict[int, set[str]] = defaultdict(set)
    sizes: Counter[int] = Counter()
    for row in tables["allocation"].values():
        if row["picked_ts"] and row.get("is_picking_flg", True):
            facility = tables["task"][row["task_id"]]["facility_id"]
            zones[row["task_id"]].add(locations[facility, row["pick_locn_str"]]["pick_zone"])
            sizes[row["task_id"]] += 1
    assert all(len(own) == 1 for own in zones.values())
    assert len(set.union(*zones.values())) > 1
    assert 1 < max(sizes.values()) <= 12


def test_customers_are_distinct_people(tables: Tables) -> None:
    customers = {row["cust_nbr"]: (row["cust_name"], row["cust_addr"]) for row in tables["order_hdr"].values()}
    assert len(set(customers.values())) > 0.98 * len(customers)
    names = Counter(name for name, _ in customers.values())
    assert names.most_common(1)[0][1] < 12
    for row in tables["order_hdr"].values():
        assert row["cust_email"].isascii()
        assert row["cust_zip"][5] == "-"
        assert len(row["cust_zip"]) == 9


def test_picks_follow_their_allocation(world: WarehouseWorld, tables: Tables, origin: datetime) -> None:
    hasty = planted(world, origin, "impossible_date", "allocation")
    minutes = [
        (row["picked_ts"] - row["create_ts"]) / timedelta(minutes=1)
        for row in tables["allocation"].values()
        if row["picked_ts"] and row["id"] not in hasty
    ]
    assert min(minutes) > 3
    assert 5 < sorted(minutes)[len(minutes) // 2] < 30
    assert 0.75 < sum(taken <= 30 for taken in minutes) / len(minutes) < 0.9


def test_allocation_takes_minutes_to_an_hour(tables: Tables) -> None:
    lines = tables["order_dtl"]
    waits = sorted(
        (row["create_ts"] - lines[row["order_dtl_id"]]["create_ts"]) / timedelta(minutes=1)
        for row in tables["allocation"].values()
        if row["order_dtl_id"] in lines
    )
    assert waits[0] > 1
    assert 5 < waits[len(waits) // 2] < 60
