"""Marts over a simulated warehouse: each planted violation is found by its rule, and every record is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from loader.simulator.world import Violation, WarehouseWorld, WorldSpec
from tests.dbt.marts.simulated import Landing
from tests.dbt.marts.warehouse import DECIDED, EVERYTHING, Warehouse

RULES = {
    "packed_exceeds_allocated": "packed_within_allocated",
    "packed_but_open": "packed_fits_status",
    "picked_but_untouched": "picked_fits_status",
    "over_allocation": "line_not_over_allocated",
    "orphan_line": "order_exists",
    "orphan_allocation": "line_exists",
    "orphan_receipt": "shipment_exists",
    "missing_facility": "facility_present",
    "unknown_facility": "facility_known",
    "missing_company": "company_present",
    "unknown_company": "company_known",
    "unknown_currency": "currency_known",
    "unknown_item": "item_known",
    "unknown_location": "location_known",
    "duplicate_key": "natural_key_unique",
    "negative_quantity": "quantity_not_negative",
    "status_regression": "status_never_moves_back",
}
DATE_RULES = {
    ("impossible_date", "order_hdr"): "shipped_after_created",
    ("impossible_date", "allocation"): "picked_after_created",
    ("impossible_date", "inventory"): "expires_after_made",
    ("impossible_date", "ib_shipment"): "verified_after_received",
    ("future_date", "order_hdr"): "shipped_not_in_future",
    ("future_date", "allocation"): "picked_not_in_future",
}
# caused by an error in a line or an order
INHERITED = {"facility_found"}
# the WMS sends only JSON: test_rejections writes one by hand; unit tests break the others
NOT_PLANTED = {
    *("document_readable", "item_present", "unit_known", "completed_has_pick"),
    *("code_unique", "owner_known", "price_currency_known", "shipped_at_known"),
}
REGRESSED = ("order_hdr", "order_dtl")


@pytest.fixture(scope="module")
def world() -> WarehouseWorld:
    return WarehouseWorld(WorldSpec(origin=datetime(2026, 5, 6, 12, tzinfo=UTC), seed=2, scale=1200, days=2))


def regressions(world: WarehouseWorld) -> list[tuple[datetime, datetime]]:
    """Return the changes up and down in the last status regression of an order and of a line."""
    planted = [violation for violation in world.violations(world.spec.origin) if violation.rule == "status_regression"]
    last = [[violation for violation in planted if violation.entity == entity][-1] for entity in REGRESSED]
    return sorted(regression(world, violation) for violation in last)


def regression(world: WarehouseWorld, violation: Violation) -> tuple[datetime, datetime]:
    """Return when the status last rose before its regression, and when it regressed."""
    later = world.row(violation.entity, violation.row_id, world.spec.origin)
    while True:
        before = later["mod_ts"] - timedelta(microseconds=1)  # type: ignore[operator]
        earlier = world.row(violation.entity, violation.row_id, before)
        if earlier["status_id"] > later["status_id"]:  # type: ignore[operator]
            return earlier["mod_ts"], later["mod_ts"]  # type: ignore[return-value]
        later = earlier


def rule_of(violation: Violation, landing: Landing) -> str:
    """Return the project's rule name for a planted kind."""
    if violation.rule != "non_positive_quantity":
        return DATE_RULES.get((violation.rule, violation.entity)) or RULES[violation.rule]
    if violation.entity == "allocation":
        return "quantity_above_zero"
    line = landing.current("order_dtl")[violation.row_id]
    is_closed = Decimal(line["orig_ord_qty"]) > 0 or line["status_id"] in (90, 99)
    return "not_closed_short" if is_closed and Decimal(line["ord_qty"]) == 0 else "ordered_above_zero"


def expected(
    world: WarehouseWorld, at: datetime, highest: dict[tuple[str, int], int], landing: Landing
) -> set[tuple[str, int, str]]:
    """Planted violations visible in the landed documents. A status that caught up no longer counts."""
    planted = {(violation.entity, violation.row_id, rule_of(violation, landing)) for violation in world.violations(at)}
    planted |= {("order_dtl", row_id, "not_closed_short") for row_id in closed_short(landing)}
    seen = {finding for finding in planted if finding[2] != "status_never_moves_back"}
    for entity, row_id, rule in planted - seen:
        if landing.current(entity)[row_id]["status_id"] < highest[entity, row_id]:
            seen.add((entity, row_id, rule))
    return seen


def closed_short(landing: Landing) -> set[int]:
    """Return lines that the warehouse closed short, which is normal work."""
    return {
        row_id
        for row_id, document in landing.current("order_dtl").items()
        if Decimal(document["ord_qty"]) == 0 and Decimal(document["orig_ord_qty"]) > 0
    }


def note_statuses(highest: dict[tuple[str, int], int], landing: Landing) -> None:
    for entity in REGRESSED:
        for row_id, document in landing.current(entity).items():
            highest[entity, row_id] = max(highest.get((entity, row_id), 0), document["status_id"])


def test_only_planted_violations_are_found(world: WarehouseWorld, warehouse: Warehouse) -> None:
    landing = Landing(world, warehouse.raw)
    highest: dict[tuple[str, int], int] = {}
    kinds: set[str] = set()
    planted = regressions(world)
    for packed, back in planted:
        for instant in (packed, back):
            at = instant + timedelta(seconds=1)
            landing.land(at)
            note_statuses(highest, landing)
        warehouse.build(select=EVERYTHING if (packed, back) == planted[-1] else DECIDED)
        found = warehouse.findings()
        wanted = expected(world, at, highest, landing)
        assert {finding for finding in found if finding[2] not in INHERITED} == wanted
        assert "status_never_moves_back" in {rule for _, _, rule in wanted}
        kinds |= {rule for _, _, rule in wanted}
        assert {row_id for _, row_id, rule in found if rule == "facility_found"} == without_facility(landing)
    assert kinds | INHERITED | NOT_PLANTED == declared(warehouse)
    assert_nothing_is_lost(warehouse, landing)
    warehouse.dbt.run("test", "--select", "test_type:singular")


def without_facility(landing: Landing) -> set[int]:
    """Return allocations of orders without a loaded facility through line or order."""
    known = landing.current("facility").keys()
    orders = {
        row_id
        for row_id, document in landing.current("order_hdr").items()
        if document["facility_id"] and document["facility_id"]["id"] in known
    }
    lines = {
        row_id for row_id, document in landing.current("order_dtl").items() if document["order_id"]["id"] in orders
    }
    return {
        row_id
        for row_id, document in landing.current("allocation").items()
        if document["is_picking_flg"] and document["order_dtl_id"]["id"] not in lines
    }


def declared(warehouse: Warehouse) -> set[str]:
    """Return the rules that the project declares."""
    return {rule for (rule,) in warehouse.raw.rows("select rule from wms.business_rules")}


def assert_nothing_is_lost(warehouse: Warehouse, landing: Landing) -> None:
    """Every landed record is in the marts despite violations. WMS_ALLOCATIONS omits only refused
    records and replenishment."""
    keys = {"order_hdr": ("orders", "order_id"), "order_dtl": ("order_lines", "order_dtl_id")}
    keys["allocation"] = ("allocation_performance", "allocation_id")
    keys |= {
        entity: (f"int_{entity}__assessed", f"{entity}_id")
        for entity in ("inventory", "ib_shipment", "ib_shipment_dtl")
    }
    for entity, (mart, key) in keys.items():
        assert warehouse.ids(mart, key) == set(landing.current(entity))
    refused = {
        row_id
        for entity, row_id, rule in warehouse.findings()
        if entity == "allocation" and rule in {"quantity_above_zero", "facility_found"}
    }
    of_orders = {key for key, document in landing.current("allocation").items() if document["is_picking_flg"]}
    assert warehouse.ids("wms_allocations", "allocation_id") == of_orders - refused
    assert refused
    assert of_orders < set(landing.current("allocation"))
