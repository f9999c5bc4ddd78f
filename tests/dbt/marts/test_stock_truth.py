"""Stock, receipts and their KPIs equal values calculated from the simulator's ground truth."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from loader.simulator.world import WarehouseWorld, WorldSpec
from tests.dbt.marts import stock_truth as truth
from tests.dbt.marts.kpi_truth import ninetieth
from tests.dbt.marts.simulated import ENTITIES, Landing
from tests.dbt.marts.stock_truth import RATIO, ZONES, Reading, utc
from tests.dbt.marts.warehouse import Warehouse
from tests.support.sampling import EXHAUSTIVE

# midnight in Sao Paulo and Recife is between the second and the third, midnight in Manaus is later
READ_AT = (
    utc(2026, 5, 4, 20),
    utc(2026, 5, 5, 2, 30),
    utc(2026, 5, 5, 3, 30),
    utc(2026, 5, 5, 15),
    utc(2026, 5, 6, 12),
)
BUILT_AFTER = (*((READ_AT[0],) if EXHAUSTIVE else ()), READ_AT[2], READ_AT[-1])
STOCK = ("+path:models/marts/inventory", "+rejected_records")
EVERYTHING = (*STOCK, "+path:models/marts/inbound", "+kpi_daily")


@pytest.fixture(scope="module")
def world() -> WarehouseWorld:
    return WarehouseWorld(WorldSpec(origin=READ_AT[-1], scale=400, days=2))


@pytest.fixture(scope="module")
def built(world: WarehouseWorld, shared_warehouse: Warehouse) -> Warehouse:
    """Read five times, built after some of them: later builds close a day. KPIs are not incremental."""
    landing = Landing(world, shared_warehouse.raw, ENTITIES)
    for at in READ_AT:
        landing.land(at)
        if at in BUILT_AFTER:
            shared_warehouse.build(select=EVERYTHING if at == READ_AT[-1] else STOCK)
    return shared_warehouse


@pytest.fixture(scope="module")
def readings(world: WarehouseWorld, built: Warehouse) -> list[Reading]:
    hidden: defaultdict[str, set[int]] = defaultdict(set)
    for entity, row_id in built.raw.rows(
        "select entity, entity_id from wms.rejected_records where handling = 'hidden'"
    ):
        hidden[entity].add(row_id)
    return [Reading(world, at, hidden) for at in READ_AT]


def test_stock_on_hand_and_reserved_equal_documents(built: Warehouse, readings: list[Reading]) -> None:
    rows = built.raw.rows(
        "select facility_id, item_id, sum(on_hand_qty), sum(allocated_qty) from wms.inventory_current group by all"
    )
    found = {(facility, item): quantity for facility, item, quantity, _ in rows if quantity}
    reserved = {(facility, item): quantity for facility, item, _, quantity in rows if quantity}
    assert len(found) > 100
    assert found == truth.on_hand(readings[-1])
    assert reserved == truth.allocated(readings[-1])


def test_daily_stock_is_state_at_day_end(built: Warehouse, readings: list[Reading]) -> None:
    rows = built.raw.rows("select facility_id, item_id, business_date, on_hand_qty from wms.inventory_daily")
    found = {(facility, item, day): quantity for facility, item, day, quantity in rows if quantity}
    days = {(facility, day) for facility, _, day in found}
    assert len(days) == 3 * len(ZONES)
    assert found == truth.daily(readings)


def test_unchanged_days_are_not_rewritten(built: Warehouse) -> None:
    """Row ids show whether rows were rewritten."""
    rows = "select rowid, * from wms.inventory_daily order by all"
    built.raw.execute(
        "update wms.inventory_daily set on_hand_qty = -1 "
        "where business_date = (select max(business_date) from wms.inventory_daily)"
    )
    built.build(select=["inventory_daily"])
    assert built.raw.rows("select count(*) from wms.inventory_daily where on_hand_qty < 0") == [(0,)]
    before = built.raw.rows(rows)
    built.build(select=["inventory_daily"])
    assert built.raw.rows(rows) == before


def test_row_without_stock_is_removed(built: Warehouse) -> None:
    extra = "select * replace (-1 as item_id) from wms.inventory_daily limit 1"
    built.raw.execute(f"insert into wms.inventory_daily {extra}")
    built.build(select=["inventory_daily"])
    assert built.raw.rows("select count(*) from wms.inventory_daily where item_id = -1") == [(0,)]


def test_movements_equal_changes_between_reads(built: Warehouse, readings: list[Reading]) -> None:
    rows = built.raw.rows(
        "select loaded_at, facility_id, item_id, sum(delta_qty) from wms.inventory_movements group by all"
    )
    found = {(at, facility, item): quantity for at, facility, item, quantity in rows if quantity}
    expected = {}
    before: dict[truth.Stock, Decimal] = {}
    for reading in readings:
        now = truth.on_hand(reading)
        for key in before.keys() | now.keys():
            expected[reading.at.replace(tzinfo=None), *key] = now.get(key, Decimal(0)) - before.get(key, Decimal(0))
        before = now
    assert found == {key: quantity for key, quantity in expected.items() if quantity}


def test_location_utilization_equals_documents(built: Warehouse, readings: list[Reading]) -> None:
    rows = built.raw.rows(
        "select location_id, used_units, used_lpns, used_volume, utilisation_ratio from wms.location_utilisation"
    )
    found = {location: tuple(measures) for location, *measures in rows}
    assert sum(1 for units, *_ in found.values() if units) > 50
    assert found == truth.utilisation(readings[-1])


def test_receipts_and_variances_equal_documents(built: Warehouse, readings: list[Reading]) -> None:
    rows = built.raw.rows(
        "select ib_shipment_dtl_id, expected_qty, received_qty, dock_to_stock_seconds, stored_date from wms.receipts"
    )
    assert {line: tuple(values) for line, *values in rows} == truth.receipts(readings[-1])
    rows = built.raw.rows(
        "select ib_shipment_dtl_id, variance_type, variance_qty, variance_value from wms.receipt_variances"
    )
    expected = truth.variances(readings[-1])
    assert {kind for kind, *_ in expected.values()} == {"over", "short"}
    assert {line: tuple(values) for line, *values in rows} == expected


def kpi(built: Warehouse, name: str) -> dict[tuple[int, object], Decimal]:
    """Return the values of a KPI by facility and day."""
    rows = built.raw.rows("select facility_id, business_date, kpi_value from wms.kpi_daily where kpi = ?", [name])
    return {(facility, day): value for facility, day, value in rows}


def test_dock_to_stock_equals_documents(built: Warehouse, readings: list[Reading]) -> None:
    seconds = defaultdict(list)
    for facility, arrived, received, stored in truth.received_lpns(readings[-1]).values():
        if stored and stored >= received and facility in ZONES:
            elapsed = int((stored - (arrived or received)).total_seconds())
            seconds[facility, truth.local_day(stored.isoformat(), facility)].append(elapsed)
    assert max(len(found) for found in seconds.values()) > 5
    measures = {"dock_to_stock": statistics.mean, "dock_to_stock_p90": ninetieth}
    for name, measure in measures.items():
        found = kpi(built, name)
        assert found.keys() == seconds.keys()
        assert all(abs(float(found[key]) - measure(values) / 3600) <= 2e-4 for key, values in seconds.items()), name


def test_last_day_turnover_supply_and_space(built: Warehouse, readings: list[Reading]) -> None:
    last, shipped = readings[-1], truth.shipped_value(readings[-1])
    items, places = last.documents("item"), last.documents("location")
    containers = last.documents("container")
    turnover, supply, space = (
        kpi(built, name) for name in ("inventory_turnover", "days_of_supply", "space_utilisation")
    )
    for facility in ZONES:
        day = truth.local_day(last.at.isoformat(), facility)
        assert day is not None
        stock = {item: quantity for (place, item), quantity in truth.on_hand(last).items() if place == facility}
        value = sum(quantity * Decimal(items[item]["unit_cost"]) for item, quantity in stock.items())
        limits = {
            key: truth.limit(row["max_volume"]) for key, row in places.items() if row["facility_id"]["id"] == facility
        }
        capacity = sum(most for most in limits.values() if most)
        volume = sum(
            Decimal(row["curr_qty"]) * Decimal(items[truth.related(row, "item_id")]["unit_volume"])
            for row in truth.stored(last)
            if truth.related(row, "facility_id") == facility and limits.get(truth.place_of(row, containers))
        )
        window = {day - timedelta(days=back) for back in range(30)}
        recent = sum((cost for (place, on), cost in shipped.items() if place == facility and on in window), Decimal(0))
        turns = 365 * recent / 30 / value
        assert abs(turnover[facility, day] - turns) <= RATIO
        assert abs(supply[facility, day] - value / (recent / 30)) <= RATIO * 100
        assert abs(space[facility, day] - volume / capacity) <= RATIO
