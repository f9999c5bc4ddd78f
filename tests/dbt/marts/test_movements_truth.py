"""Stock transactions, adjustments and their KPIs equal values calculated from the simulated WMS's documents."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.marts.full_world import FullWorld
from tests.dbt.marts.kpi_truth import ZONES

SHRINKAGE, ACCEPTED, REJECTED = {17, 40}, 73, 74
KINDS = {
    "adjustment": {4, 17, 40},
    "quality": {72, 73, 74},
    "packing": {10, 11},
    "receipt": {1},
    "shipment": {3},
    "shortage": {12},
    "loading": {13},
    "movement": {51},
    "yard": {81},
}
Document = dict[str, Any]


def day_of(document: Document) -> date:
    """Return the facility's day on which the document was created."""
    return datetime.fromisoformat(document["create_ts"]).astimezone(ZONES[document["facility_id"]["id"]]).date()


@pytest.fixture(scope="module")
def entries(full_world: FullWorld) -> dict[int, Document]:
    return full_world.documents("inventory_history")


def test_transactions_equal_log_of_wms(full_world: FullWorld, entries: dict[int, Document]) -> None:
    kind_of = {activity: kind for kind, activities in KINDS.items() for activity in activities}
    units = {key: document["uom_code"] for key, document in full_world.documents("uom").items()}
    expected = {
        key: (
            document["facility_id"]["id"],
            day_of(document),
            kind_of[document["history_activity_id"]["id"]],
            (document["item_id"] or {}).get("id"),
            Decimal(document["adj_qty"]),
            Decimal(document["orig_qty"]),
            document["container_nbr"] or None,
            document["location"] or None,
            document["to_location"] or None,
            document["order_nbr"] or None,
            document["po_nbr"] or None,
            units[document["uom_id"]["id"]],
        )
        for key, document in entries.items()
    }
    rows = full_world.raw.rows(
        """select inventory_transaction_id, facility_id, business_date, activity_kind, item_id, adjusted_qty,
        previous_qty, container_nbr, from_location_code, to_location_code, order_nbr, po_nbr, uom_code
        from wms.inventory_transactions"""
    )
    assert {key: tuple(values) for key, *values in rows} == expected
    assert {kind for _, _, kind, *_ in expected.values()} >= {"receipt", "movement", "packing", "adjustment", "quality"}


def test_adjustments_have_reason_and_value(full_world: FullWorld, entries: dict[int, Document]) -> None:
    items, reasons = full_world.documents("item"), full_world.documents("reason_code")
    expected = {}
    for key, document in entries.items():
        activity = document["history_activity_id"]["id"]
        if activity in KINDS["adjustment"]:
            reason = reasons[document["reason_code_id"]["id"]]["code"] if document["reason_code_id"] else None
            change, cost = Decimal(document["adj_qty"]), items[document["item_id"]["id"]]["unit_cost"]
            value = change * Decimal(cost) if cost else None
            expected[key] = (change, reason, value, int(activity in SHRINKAGE), int(activity == 40))
    rows = full_world.raw.rows(
        """select inventory_transaction_id, adjusted_qty, reason_code, adjusted_value, is_shrinkage, is_lpn_lost
        from wms.inventory_adjustments"""
    )
    assert {key: tuple(values) for key, *values in rows} == expected
    assert any(reason for _, reason, *_ in expected.values())


def test_users_are_pseudonyms(full_world: FullWorld, entries: dict[int, Document]) -> None:
    users = {document["create_user"] for document in entries.values()}
    rows = full_world.raw.rows("select distinct user_pseudonym from wms.inventory_transactions")
    assert len(rows) == len(users)
    assert users.isdisjoint(pseudonym for (pseudonym,) in rows)


def test_shrinkage_is_lost_value_over_stock_value(full_world: FullWorld, entries: dict[int, Document]) -> None:
    items = full_world.documents("item")
    lost: defaultdict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for document in entries.values():
        if document["history_activity_id"]["id"] in SHRINKAGE:
            cost = Decimal(items[document["item_id"]["id"]]["unit_cost"])
            lost[document["facility_id"]["id"], day_of(document)] -= 100 * Decimal(document["adj_qty"]) * cost
    stock = full_world.raw.rows(
        "select facility_id, business_date, sum(on_hand_value) from wms.inventory_daily group by all"
    )
    rows = full_world.raw.rows(
        "select facility_id, business_date, numerator, denominator from wms.kpi_daily where kpi = 'shrinkage'"
    )
    assert {(facility, day): values for facility, day, *values in rows} == {
        (facility, day): [lost[facility, day], value] for facility, day, value in stock
    }


def test_quality_acceptance_equals_documents(full_world: FullWorld, entries: dict[int, Document]) -> None:
    checks: defaultdict[tuple[int, date], list[bool]] = defaultdict(list)
    for document in entries.values():
        activity = document["history_activity_id"]["id"]
        if activity in (ACCEPTED, REJECTED):
            checks[document["facility_id"]["id"], day_of(document)].append(activity == ACCEPTED)
    rows = full_world.raw.rows(
        "select facility_id, business_date, numerator, denominator from wms.kpi_daily where kpi = 'quality_acceptance'"
    )
    assert {(facility, day): values for facility, day, *values in rows} == {
        key: [sum(found), len(found)] for key, found in checks.items()
    }
    assert checks
