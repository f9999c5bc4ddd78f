"""The KPIs dbt computes from documents equal those computed from the simulator's ground truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from loader.simulator.world import WarehouseWorld, WorldSpec
from tests.dbt.marts.kpi_truth import CANCELLED, SHIPPED, Day, Fraction, Order, Truth
from tests.dbt.marts.simulated import Landing
from tests.dbt.marts.warehouse import Warehouse

# late evening in Sao Paulo, the next day in UTC; the last truck of the day has left
AT = datetime(2026, 5, 8, 1, 40, tzinfo=UTC)
KPIS = (
    *("order_fulfilment_rate", "on_time_shipment", "on_time_in_full", "line_fill_rate", "order_cycle_time"),
    *("order_cycle_median", "order_cycle_p90", "unit_fill_rate", "cancellation_rate", "orders_without_due_date"),
    *("orders_shipped", "pick_fill_rate", "short_picks", "allocation_cycle_time", "allocation_cycle_median"),
    *("backorder_share", "pick_accuracy"),
    *("allocation_within_sla", "throughput_per_day", "throughput_per_hour", "order_backlog"),
)


@dataclass
class Both:
    """The same warehouse, as simulated and as built by dbt."""

    truth: Truth
    warehouse: Warehouse


@pytest.fixture(scope="module")
def both(shared_warehouse: Warehouse) -> Both:
    world = WarehouseWorld(WorldSpec(origin=AT, scale=2000, days=5))
    Landing(world, shared_warehouse.raw).land(AT)
    for entity in ("order_hdr", "order_dtl", "allocation"):
        shared_warehouse.raw.execute(f"update wms_raw.{entity} set read_at = ?", [AT.replace(tzinfo=None)])
    shared_warehouse.build()
    return Both(Truth.of(world, AT), shared_warehouse)


@pytest.fixture(scope="module")
def expected(both: Both) -> dict[str, dict[Day, Fraction]]:
    return both.truth.kpis()


@pytest.mark.parametrize("kpi", KPIS)
def test_kpi_equals_ground_truth_every_day(both: Both, expected: dict[str, dict[Day, Fraction]], kpi: str) -> None:
    rows = both.warehouse.raw.rows(
        "select facility_id, business_date, numerator, denominator, kpi_value from wms.kpi_daily where kpi = ?", [kpi]
    )
    found = {(facility, day): (float(upper), float(lower)) for facility, day, upper, lower, _ in rows}
    assert set(found) == set(expected[kpi])
    assert len(found) >= 4
    for day, (upper, lower) in expected[kpi].items():
        assert found[day] == pytest.approx((upper, lower), abs=1e-4), day
    for facility, day, _, _, value in rows:
        upper, lower = expected[kpi][facility, day]
        assert float(value) == pytest.approx(upper / lower, abs=1e-4), day


def test_coverage_is_share_of_known_orders(both: Both) -> None:
    due: dict[Day, list[Order]] = {}
    for order in both.truth.orders:
        if order.status != CANCELLED and order.is_due_before(AT):
            due.setdefault((order.facility, order.due), []).append(order)
    rows = both.warehouse.raw.rows(
        "select facility_id, business_date, judged_count, relevant_count, coverage from wms.kpi_daily "
        "where kpi = 'order_fulfilment_rate'"
    )
    found = {(facility, day): (judged, relevant) for facility, day, judged, relevant, _ in rows}
    assert found == {
        day: (sum(order.is_known for order in orders), len(orders))
        for day, orders in due.items()
        if any(order.is_known for order in orders)
    }
    assert any(judged < relevant for judged, relevant in found.values())
    assert all(
        float(coverage) == pytest.approx(judged / relevant, abs=1e-4) for _, _, judged, relevant, coverage in rows
    )


def test_simulated_kpis_differ_from_one(expected: dict[str, dict[Day, Fraction]]) -> None:
    """A share that is always 1 would hide a wrong denominator."""
    for kpi in ("order_fulfilment_rate", "line_fill_rate", "unit_fill_rate", "pick_fill_rate", "allocation_within_sla"):
        assert any(0 < upper < lower for upper, lower in expected[kpi].values()), kpi
    assert sum(upper for upper, _ in expected["short_picks"].values()) > 5


def test_current_values_cover_last_days(both: Both, expected: dict[str, dict[Day, Fraction]]) -> None:
    rows = both.warehouse.raw.rows("select facility_id, kpi, latest_date, value_7_days from wms.kpi_current")
    mine = [row for row in rows if row[1] in KPIS]
    assert {kpi for _, kpi, _, _ in mine} == set(KPIS)
    for facility, kpi, latest, value in mine:
        days = {day: part for (place, day), part in expected[kpi].items() if place == facility}
        assert latest == max(days)
        week = [part for day, part in days.items() if day > latest - timedelta(days=7)]
        upper, lower = (sum(side) for side in zip(*week, strict=True))
        assert float(value) == pytest.approx(upper / lower, abs=1e-4), (facility, kpi)


def test_backlog_has_every_open_order_by_status(both: Both) -> None:
    rows = both.warehouse.raw.rows(
        "select facility_id, status_id, sum(order_count), sum(late_order_count) from wms.order_backlog "
        "where facility_code is not null group by facility_id, status_id"
    )
    alive = [order for order in both.truth.orders if order.status not in (SHIPPED, CANCELLED)]
    late = [order for order in alive if order.is_due_before(AT)]
    assert {(facility, status): count for facility, status, count, _ in rows} == Counter(
        (order.facility, order.status) for order in alive
    )
    assert sum(row[3] for row in rows) == len(late)


def test_days_use_facility_time_zone(expected: dict[str, dict[Day, Fraction]]) -> None:
    """The instant is after midnight UTC, but that day hasn't started in any facility."""
    assert max(day for _, day in expected["throughput_per_day"]) == date(2026, 5, 7)
