"""The planted violations equal those that a scan of the rows finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from loader.simulator.contract import Window
from loader.simulator.world import WarehouseWorld, WorldSpec

KINDS = {
    ("non_positive_quantity", "order_dtl"),
    ("non_positive_quantity", "allocation"),
    ("packed_exceeds_allocated", "allocation"),
    ("orphan_line", "order_dtl"),
    ("missing_facility", "order_hdr"),
    ("status_regression", "order_hdr"),
    ("status_regression", "order_dtl"),
    ("impossible_date", "order_hdr"),
    ("impossible_date", "allocation"),
}
RARE_KINDS = {
    ("unknown_facility", "order_hdr"),
    ("missing_company", "order_hdr"),
    ("unknown_company", "order_hdr"),
    ("future_date", "order_hdr"),
    ("unknown_currency", "order_hdr"),
    ("duplicate_key", "order_hdr"),
    ("duplicate_key", "order_dtl"),
    ("unknown_item", "order_dtl"),
    ("orphan_allocation", "allocation"),
    ("over_allocation", "allocation"),
    ("packed_but_open", "allocation"),
    ("picked_but_untouched", "allocation"),
    ("future_date", "allocation"),
    ("unknown_location", "inventory"),
    ("impossible_date", "inventory"),
    ("negative_quantity", "ib_shipment_dtl"),
    ("orphan_receipt", "ib_shipment_dtl"),
    ("impossible_date", "ib_shipment"),
}
SCANNED = (
    *("company", "facility", "item", "location", "order_hdr", "order_dtl", "allocation"),
    *("inventory", "ib_shipment", "ib_shipment_dtl"),
)


def found_by_scan(world: WarehouseWorld, at: datetime) -> set[tuple[str, str, int]]:
    """Return all violations except regressions, which a single state doesn't show."""
    tables: dict[str, Mapping[int, Mapping[str, Any]]] = {
        entity: {row["id"]: row for row in world.rows(entity, world.ids(entity, at), at)} for entity in SCANNED
    }
    orders, lines, allocations = tables["order_hdr"], tables["order_dtl"], tables["allocation"]
    tolerance = {key: row["packing_tolerance_percent"] for key, row in tables["item"].items()}

    def most(row: Mapping[str, Any]) -> Any:
        """Return the quantity that the tolerance of the item allows."""
        item = tables["inventory"][row["from_inventory_id"]]["item_id"]
        return row["alloc_qty"] * (1 + tolerance[item] / 100)

    rules: list[tuple[str, str, Mapping[int, Mapping[str, Any]], Any]] = [
        ("missing_facility", "order_hdr", orders, lambda row: row["facility_id"] is None),
        ("impossible_date", "order_hdr", orders, lambda row: (row["order_shipped_ts"] or at) < row["create_ts"]),
        ("orphan_line", "order_dtl", lines, lambda row: row["order_id"] not in orders),
        ("non_positive_quantity", "order_dtl", lines, lambda row: row["ord_qty"] <= 0 and not is_closed_short(row)),
        ("non_positive_quantity", "allocation", allocations, lambda row: row["alloc_qty"] <= 0),
        ("packed_exceeds_allocated", "allocation", allocations, lambda row: row["packed_qty"] > most(row)),
        ("impossible_date", "allocation", allocations, lambda row: (row["picked_ts"] or at) < row["create_ts"]),
    ]
    return {
        (rule, entity, row_id)
        for rule, entity, rows, breaks in [*rules, *rare_rules(tables, at)]
        for row_id, row in rows.items()
        if breaks(row)
    }


def is_closed_short(row: Mapping[str, Any]) -> bool:
    return bool(row["ord_qty"] == 0 and row["orig_ord_qty"] > 0 and row["status_id"] in (90, 99))


def rare_rules(
    tables: Mapping[str, Mapping[int, Mapping[str, Any]]], at: datetime
) -> list[tuple[str, str, Mapping[int, Mapping[str, Any]], Any]]:
    orders, lines, allocations = tables["order_hdr"], tables["order_dtl"], tables["allocation"]
    stock, receipts, shipments = tables["inventory"], tables["ib_shipment_dtl"], tables["ib_shipment"]
    known = {entity: {None, *tables[entity]} for entity in ("facility", "company", "location")}
    numbers = first_of(orders, ("facility_id", "company_id", "order_nbr"))
    places = first_of(lines, ("order_id", "seq_nbr"))
    reserved: Counter[int] = Counter()
    over: set[int] = set()
    for row in sorted(allocations.values(), key=lambda row: row["id"]):
        if row["status_id"] != 99 and row.get("is_picking_flg", True):
            reserved[row["order_dtl_id"]] += row["alloc_qty"]
            if row["alloc_qty"] and row["order_dtl_id"] in lines:
                over |= (
                    {row["id"]} if reserved[row["order_dtl_id"]] > lines[row["order_dtl_id"]]["orig_ord_qty"] else set()
                )
    return [
        ("unknown_facility", "order_hdr", orders, lambda row: row["facility_id"] not in known["facility"]),
        ("missing_company", "order_hdr", orders, lambda row: row["company_id"] is None),
        ("unknown_company", "order_hdr", orders, lambda row: row["company_id"] not in known["company"]),
        ("future_date", "order_hdr", orders, lambda row: (row["order_shipped_ts"] or at) > at),
        ("unknown_currency", "order_hdr", orders, lambda row: row["currency_code"] != "BRL"),
        ("duplicate_key", "order_hdr", orders, lambda row: row["id"] not in numbers),
        ("duplicate_key", "order_dtl", lines, lambda row: row["id"] not in places),
        ("unknown_item", "order_dtl", lines, lambda row: row["item_id"] not in tables["item"]),
        ("orphan_allocation", "allocation", allocations, lambda row: row["order_dtl_id"] not in lines),
        ("over_allocation", "allocation", allocations, lambda row: row["id"] in over),
        ("packed_but_open", "allocation", allocations, lambda row: row["packed_qty"] > 0 and row["status_id"] < 90),
        ("picked_but_untouched", "allocation", allocations, lambda row: row["picked_ts"] and row["status_id"] == 0),
        ("future_date", "allocation", allocations, lambda row: (row["picked_ts"] or at) > at),
        ("unknown_location", "inventory", stock, lambda row: row.get("location_id") not in known["location"]),
        (
            "impossible_date",
            "inventory",
            stock,
            lambda row: row.get("expiry_date") is not None and row["expiry_date"] < row["manufacture_date"],
        ),
        ("negative_quantity", "ib_shipment_dtl", receipts, lambda row: row["shipped_qty"] < 0),
        ("orphan_receipt", "ib_shipment_dtl", receipts, lambda row: row["ib_shipment_id"] not in shipments),
        (
            "impossible_date",
            "ib_shipment",
            shipments,
            lambda row: row["verified_ts"] is not None and row["verified_ts"] < row["create_ts"],
        ),
    ]


def first_of(rows: Mapping[int, Mapping[str, Any]], key: tuple[str, ...]) -> set[int]:
    """Return the oldest row of each natural key."""
    found: dict[tuple[Any, ...], int] = {}
    for row_id in sorted(rows):
        found.setdefault(tuple(rows[row_id][field] for field in key), row_id)
    return set(found.values())


@pytest.mark.parametrize("offset", [timedelta(days=-3), timedelta(0), timedelta(days=1)])
def test_planted_violations_equal_those_found_in_rows(
    world: WarehouseWorld, origin: datetime, offset: timedelta
) -> None:
    at = origin + offset
    listed = {(v.rule, v.entity, v.row_id) for v in world.violations(at) if v.rule != "status_regression"}
    assert listed == found_by_scan(world, at)


@pytest.mark.parametrize("entity", ["order_hdr", "order_dtl"])
def test_planted_regressions_equal_those_that_happen(world: WarehouseWorld, origin: datetime, entity: str) -> None:
    start, minutes = origin - timedelta(hours=12), 12 * 60
    previous: dict[int, int] = {}
    went_back: set[int] = set()
    # orders older than two days have been shipped
    recent = Window(create_from=start - timedelta(days=2))
    for minute in range(0, minutes, 5):
        at = start + timedelta(minutes=minute)
        for row in world.rows(entity, world.ids(entity, at, recent), at, ("id", "status_id")):
            if row["status_id"] < previous.get(row["id"], 0):
                went_back.add(row["id"])
            previous[row["id"]] = row["status_id"]

    def listed(at: datetime) -> set[int]:
        return {v.row_id for v in world.violations(at) if (v.rule, v.entity) == ("status_regression", entity)}

    expected = listed(start + timedelta(minutes=minutes - 5)) - listed(start)
    assert expected
    # a status between two observations is invisible
    assert went_back <= expected
    assert len(went_back) >= 0.8 * len(expected)


def test_every_violation_kind_occurs_at_default_scale(world: WarehouseWorld, origin: datetime) -> None:
    counts = Counter((v.rule, v.entity) for v in world.violations(origin))
    assert counts.keys() == KINDS | RARE_KINDS
    rows = {entity: len(world.ids(entity, origin)) for entity in ("order_hdr", "order_dtl", "allocation")}
    for kind in KINDS - {("status_regression", "order_hdr"), ("status_regression", "order_dtl")}:
        assert 0.0015 < counts[kind] / rows[kind[1]] < 0.005
    # undone allocations are normal work
    assert 0.008 < counts["status_regression", "order_hdr"] / rows["order_hdr"] < 0.02
    for kind in RARE_KINDS:
        assert 1 <= counts[kind] <= 12


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_every_violation_kind_occurs_at_smallest_scale(origin: datetime, seed: int) -> None:
    tiny = WarehouseWorld(WorldSpec(origin=origin, seed=seed, scale=1000))
    assert {(v.rule, v.entity) for v in tiny.violations(origin)} == KINDS | RARE_KINDS


def test_row_breaks_only_one_rule(world: WarehouseWorld, origin: datetime) -> None:
    rows = Counter((v.entity, v.row_id) for v in world.violations(origin))
    assert rows.most_common(1)[0][1] == 1


def test_violation_details_name_the_fields(world: WarehouseWorld, origin: datetime) -> None:
    details = {v.rule: v.detail for v in world.violations(origin)}
    assert details["orphan_line"] == "order_id does not exist"
    regressions = {v.detail for v in world.violations(origin) if v.rule == "status_regression"}
    assert regressions == {"status_id 40 -> 20", "status_id 20 -> 0"}
