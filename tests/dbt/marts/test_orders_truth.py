"""Who ordered what, where it goes, with which carrier and how late: `orders` and `order_lines` equal the documents."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.marts.full_world import AT, FullWorld
from tests.dbt.marts.kpi_truth import CANCELLED, ZONES

SHORTED, FINAL = 12, {90, 99}
Document = dict[str, Any]


@pytest.fixture(scope="module")
def rows(full_world: FullWorld) -> dict[int, Document]:
    return {row["order_id"]: row for row in full_world.records("select * from wms.orders where is_deleted = 0")}


@pytest.fixture(scope="module")
def orders(full_world: FullWorld, rows: dict[int, Document]) -> dict[int, Document]:
    """Return the documents of orders that no rule hides."""
    found = full_world.documents("order_hdr")
    assert len(found) > 500
    return {key: document for key, document in found.items() if key in rows}


def test_labels_of_orders_equal_documents(
    full_world: FullWorld, orders: dict[int, Document], rows: dict[int, Document]
) -> None:
    services, carriers = full_world.documents("ship_via"), full_world.documents("carrier")
    types, facilities = full_world.documents("order_type"), full_world.documents("facility")
    for key, document in orders.items():
        row, service = rows[key], services[document["ship_via_id"]["id"]]
        assert row["carrier_code"] == carriers[service["carrier_id"]["id"]]["code"]
        assert row["ship_via_code"] == service["code"]
        assert row["order_type"] == types[document["order_type_id"]["id"]]["order_type"]
        for column, field in {
            "customer_nbr": "cust_nbr",
            "customer_name": "cust_name",
            "ship_to_city": "shipto_city",
            "ship_to_state": "shipto_state",
            "ship_to_country": "shipto_country",
            "route_nbr": "route_nbr",
            "customer_po_nbr": "customer_po_nbr",
            "reference_nbr": "ref_nbr",
            "sales_order_nbr": "sales_order_nbr",
        }.items():
            assert row[column] == (document[field] or None), column
        target = document["dest_facility_id"]
        assert row["dest_facility_code"] == (facilities[target["id"]]["code"] if target else None)
    assert any(row["dest_facility_code"] for row in rows.values())


def test_lateness_of_orders_equals_documents(orders: dict[int, Document], rows: dict[int, Document]) -> None:
    found, expected = {}, {}
    for key, document in orders.items():
        due = document["req_ship_date"] or document["sched_ship_date"] or document["stop_ship_date"]
        facility = (document["facility_id"] or {}).get("id")
        if facility not in ZONES:
            continue
        until = datetime.fromisoformat(document["order_shipped_ts"]) if document["order_shipped_ts"] else AT
        end = due and datetime.fromisoformat(due) + timedelta(days=1)
        hours = None
        if due and document["status_id"] != CANCELLED:
            late = until.astimezone(ZONES[facility]).replace(tzinfo=None) - end
            hours = round(max(Decimal(int(late.total_seconds())), Decimal(0)) / 3600, 4)
        expected[key] = (hours, None if hours is None else int(hours > 0))
        found[key] = (rows[key]["hours_late"], rows[key]["is_late"])
    assert found == expected
    assert {late for _, late in found.values()} == {0, 1, None}


def test_wave_of_order_is_last_of_its_allocations(full_world: FullWorld, rows: dict[int, Document]) -> None:
    waves, lines = full_world.documents("wave"), full_world.documents("order_dtl")
    last: defaultdict[int, int] = defaultdict(int)
    for document in full_world.documents("allocation").values():
        line = lines.get(document["order_dtl_id"]["id"]) if document["order_dtl_id"] else None
        if line and document["wave_id"] and document["is_picking_flg"] and document["status_id"] != CANCELLED:
            order = line["order_id"]["id"]
            last[order] = max(last[order], document["wave_id"]["id"])
    found = {key: row["wave_nbr"] for key, row in rows.items() if row["wave_id"]}
    shared = found.keys() & last.keys()
    assert len(shared) > 300
    assert {key: found[key] for key in shared} == {key: waves[last[key]]["run_nbr"] for key in shared}


def test_short_lines_have_reason_of_history(full_world: FullWorld) -> None:
    reasons, history = full_world.documents("reason_code"), full_world.documents("inventory_history")
    newest = {}
    for document in (history[key] for key in sorted(history)):
        if document["history_activity_id"]["id"] == SHORTED:
            newest[document["order_id"]["id"], document["order_seq_nbr"]] = document
    rows = full_world.records("select * from wms.order_lines where is_deleted = 0 and is_fill_known = 1")
    reasoned = 0
    for row in rows:
        missing = row["wanted_qty"] - row["packed_qty"] if row["status_id"] in FINAL else Decimal(0)
        assert row["short_qty"] == max(missing, Decimal(0)), row["order_dtl_id"]
        assert (row["short_cause"] is None) == (row["short_qty"] == 0)
        entry = newest.get((row["order_id"], row["line_nbr"]))
        expected = reasons[entry["reason_code_id"]["id"]]["code"] if entry and row["short_qty"] else None
        assert row["short_reason_code"] == expected
        reasoned += expected is not None
    assert reasoned > 5
    assert {row["short_cause"] for row in rows} >= {"cancelled", "not allocated"}
