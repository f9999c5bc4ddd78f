"""Loads, shipments and dock appointments equal values calculated from the WMS's documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import pytest

from tests.dbt.marts.documents import instant, local_day, related, seconds
from tests.dbt.marts.full_world import AT, FullWorld

TOLERANCE = timedelta(minutes=15)
SHIPPED_LPN = (91, 95)  # statuses of the simulated world


def is_on_time(due: datetime | None, done: datetime | None) -> int | None:
    """Return whether something planned is on time at the last read, by whole seconds; None if not decided yet."""
    now = AT.replace(tzinfo=None)
    if due is None:
        return None
    late = seconds(due, done or now)
    assert late is not None
    if late > TOLERANCE.total_seconds():
        return 0
    return 1 if done else None


def test_load_times_equal_documents(full_world: FullWorld) -> None:
    appointments = {related(row, "load_id"): row for row in full_world.documents("appointment").values()}
    carriers = full_world.documents("carrier")
    expected = {}
    for key, row in full_world.documents("load").items():
        planned = instant(appointments[key]["planned_start_ts"]) if key in appointments else None
        checked_in = instant(appointments[key]["checkin_ts"]) if key in appointments else None
        arrived, departed = instant(row["act_arrival_ts"]), instant(row["act_departure_ts"])
        due, done = (planned, arrived) if row["type"] == "I" else (instant(row["est_departure_ts"]), departed)
        expected[key] = (
            carriers[row["carrier_id"]["id"]]["code"],
            int(departed is not None),
            int(arrived is not None and departed is None),
            seconds(arrived, departed),
            seconds(arrived, checked_in),
            seconds(due, done),
            is_on_time(due, done),
        )
    found = {
        row.pop("load_id"): tuple(row.values())
        for row in full_world.records(
            "select load_id, carrier_code, is_departed, is_in_yard, turn_seconds, yard_seconds, late_seconds, "
            "is_on_time from wms.loads"
        )
    }
    assert found == expected
    assert {values[-1] for values in expected.values()} == {0, 1, None}
    assert sum(values[2] for values in expected.values()) > 0


def test_load_contents_equal_documents(full_world: FullWorld) -> None:
    stops, lpns, shipments = Counter[int | None](), defaultdict[int | None, set[int]](set), Counter[int | None]()
    load_of = {key: related(row, "load_id") for key, row in full_world.documents("ob_stop").items()}
    stops.update(load_of.values())
    for row in full_world.documents("ob_stop_dtl").values():
        lpns[load_of[row["ob_stop_id"]["id"]]].add(row["container_id"]["id"])
    load_of_shipment = {key: related(row, "load_id") for key, row in full_world.documents("ib_shipment").items()}
    hidden = {
        row["entity_id"]
        for row in full_world.records(
            "select entity_id from wms.rejected_records where entity = 'ib_shipment' and handling = 'hidden'"
        )
    }
    shipments.update(load for key, load in load_of_shipment.items() if key not in hidden)
    for key, row in full_world.documents("container").items():
        shipment = related(row, "rcvd_shipment_id")
        if row["type"] == "I" and shipment in load_of_shipment and shipment not in hidden:
            lpns[load_of_shipment[shipment]].add(key)
    rows = full_world.records("select load_id, stop_count, shipment_count, lpn_count from wms.loads")
    assert {row.pop("load_id"): tuple(row.values()) for row in rows} == {
        key: (stops[key], shipments[key], len(lpns[key])) for key in full_world.documents("load")
    }
    assert sum(stops.values()) > 100


def test_shipments_equal_documents(full_world: FullWorld) -> None:
    loads = full_world.documents("load")
    load_of_stop = {key: row["load_id"]["id"] for key, row in full_world.documents("ob_stop").items()}
    load_of_lpn = {
        row["container_id"]["id"]: load_of_stop[row["ob_stop_id"]["id"]]
        for row in full_world.documents("ob_stop_dtl").values()
    }
    tracking = {row["container_id"]["id"]: row["tracking_nbr"] for row in full_world.documents("carrier_lpn").values()}
    expected = {
        key: (load["load_nbr"], instant(load["act_departure_ts"]), tracking.get(key))
        for key, row in full_world.documents("container").items()
        if row["type"] == "O" and row["status_id"] in SHIPPED_LPN
        for load in [loads[load_of_lpn[key]]]
    }
    rows = full_world.records("select container_id, load_nbr, shipped_at, tracking_nbr from wms.shipments")
    assert {row.pop("container_id"): tuple(row.values()) for row in rows} == expected
    assert len(expected) > 500
    assert sum(1 for *_, number in expected.values() if number) > 50


def test_shipped_lpns_carry_units_of_their_order(full_world: FullWorld) -> None:
    units: Counter[str] = Counter()
    for row in full_world.documents("allocation").values():
        if row["is_picking_flg"] and row["status_id"] != 99:
            units[row["final_oblpn_nbr"]] += int(float(row["packed_qty"]))
    rows = full_world.records(
        "select container_nbr, order_id, order_count, packed_qty from wms.shipments where order_id is not null"
    )
    assert len(rows) > 0.95 * len(full_world.records("select container_id from wms.shipments"))
    assert all(row["order_count"] == 1 for row in rows)
    assert sum(int(row["packed_qty"]) != units[row["container_nbr"]] for row in rows) <= 0.01 * len(rows)


def test_on_time_of_shipment_compares_departure_with_due_day(full_world: FullWorld) -> None:
    rows = full_world.records("select is_on_time, shipped_date, due_date from wms.shipments")
    for row in rows:
        known = row["shipped_date"] and row["due_date"]
        assert row["is_on_time"] == (int(row["shipped_date"] <= row["due_date"]) if known else None)
    assert {row["is_on_time"] for row in rows} >= {0, 1}


def test_appointment_times_equal_documents(full_world: FullWorld) -> None:
    expected = {}
    for key, row in full_world.documents("appointment").items():
        planned, arrived = instant(row["planned_start_ts"]), instant(row["arrived_ts"])
        checked_in, checked_out = instant(row["checkin_ts"]), instant(row["checkout_ts"])
        assert planned
        expected[key] = (
            planned + timedelta(minutes=row["duration"]),
            seconds(planned, arrived),
            seconds(arrived, checked_in),
            seconds(checked_in, checked_out),
            is_on_time(planned, arrived),
            int(arrived is None and planned < AT.replace(tzinfo=None)),
        )
    rows = full_world.records(
        "select appointment_id, planned_end_at, late_seconds, yard_seconds, dock_seconds, is_on_time, is_missed "
        "from wms.dock_appointments"
    )
    assert {row.pop("appointment_id"): tuple(row.values()) for row in rows} == expected


def test_kpis_of_trucks_equal_documents(full_world: FullWorld) -> None:
    due, timely, turns = Counter[object](), Counter[object](), defaultdict[object, list[int]](list)
    yard = defaultdict[object, list[int]](list)
    checked_in = {related(row, "load_id"): row["checkin_ts"] for row in full_world.documents("appointment").values()}
    for key, row in full_world.documents("load").items():
        facility = related(row, "facility_id")
        planned, left = instant(row["est_departure_ts"]), instant(row["act_departure_ts"])
        outcome = is_on_time(planned, left)
        if row["type"] == "O" and outcome is not None:
            due[facility, local_day(row["est_departure_ts"], facility)] += 1
            timely[facility, local_day(row["est_departure_ts"], facility)] += outcome
        taken = seconds(instant(row["act_arrival_ts"]), left)
        if taken is not None:
            turns[facility, local_day(row["act_departure_ts"], facility)].append(taken)
        waited = seconds(instant(row["act_arrival_ts"]), instant(checked_in.get(key)))
        if left and waited is not None and waited >= 0:
            yard[facility, local_day(row["act_departure_ts"], facility)].append(waited)
    rows = full_world.records("select kpi, facility_id, business_date, numerator, denominator from wms.kpi_daily")
    found = {
        (row["kpi"], row["facility_id"], row["business_date"]): (float(row["numerator"]), int(row["denominator"]))
        for row in rows
        if row["kpi"] in ("loads_on_time", "truck_turn_time", "yard_time")
    }
    expected = {("loads_on_time", *key): (float(timely[key]), count) for key, count in due.items()}  # type: ignore[misc]
    expected |= {
        ("truck_turn_time", *key): (round(sum(times) / 3600, 6), len(times))  # type: ignore[misc]
        for key, times in turns.items()
    }
    expected |= {
        ("yard_time", *key): (round(sum(times) / 60, 6), len(times))  # type: ignore[misc]
        for key, times in yard.items()
    }
    assert yard
    assert found.keys() == expected.keys()
    for key, (numerator, denominator) in expected.items():
        assert found[key][0] == pytest.approx(numerator, abs=1e-4)
        assert found[key][1] == denominator
    assert 0 < sum(timely.values()) < sum(due.values())
