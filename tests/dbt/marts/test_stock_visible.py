"""Every readable stock and receiving record is in its mart, flagged. An unreadable one is hidden (case H7)."""

from __future__ import annotations

import pytest

from tests.dbt.marts.warehouse import COMPANY, CREATED, ITEM, Document, Warehouse, relation

MARTS = (
    "+path:models/marts/inventory",
    "+path:models/marts/inbound",
    "+rejected_records",
    "+dim_item",
    "+dim_location",
)
AUDIT = {"create_ts": CREATED, "mod_ts": CREATED}
UNKNOWN = 77


def stock(inventory_id: int, **fields: object) -> Document:
    known = {"facility_id": relation(11), "item_id": relation(ITEM), "location_id": relation(8), "curr_qty": "4"}
    return {"id": inventory_id, **AUDIT, "status_id": 0, **known, **fields}


def shipment(shipment_id: int, facility: int | None) -> Document:
    company = relation(COMPANY)
    return {"id": shipment_id, **AUDIT, "facility_id": relation(facility), "company_id": company, "shipment_nbr": "A"}


def announced(line_id: int, shipment_id: int | None, **fields: object) -> Document:
    known = {"item_id": relation(ITEM), "shipped_qty": "5", "received_qty": "0"}
    return {"id": line_id, **AUDIT, "ib_shipment_id": relation(shipment_id), **known, **fields}


@pytest.fixture(scope="module")
def built(shared_warehouse: Warehouse) -> Warehouse:
    """Records with missing or unknown labels, negative quantities and one invalid JSON, among many valid ones."""
    raw = shared_warehouse.raw
    raw.put("location", {"id": 8, **AUDIT, "facility_id": relation(11), "locn_str": "A-1"})
    raw.put("location", {"id": 9, **AUDIT, "facility_id": relation(UNKNOWN), "locn_str": "B-1", "max_units": "9"})
    raw.put_all(
        "inventory",
        [
            stock(2),
            stock(3, item_id=None),
            stock(4, facility_id=None),
            stock(5, location_id=None),
            stock(6, curr_qty="-4"),
            stock(7, item_id=relation(UNKNOWN), location_id=relation(UNKNOWN), container_id=relation(UNKNOWN)),
            stock(8, facility_id=relation(UNKNOWN)),
            stock(9, curr_qty="0"),
            stock(10, curr_qty=None),
            stock(11),
        ],
    )
    raw.put("inventory", '{"id": 1, "curr_qty": ')
    raw.put_all("inventory", [stock(number) for number in range(100, 300)])
    raw.put("inventory", stock(12), is_deleted=2)
    raw.put("inventory", stock(11), is_deleted=2)
    raw.put_all("ib_shipment", [shipment(20, 11), shipment(21, None), shipment(22, UNKNOWN)])
    lines = [announced(30, 20), announced(31, None), announced(32, 22), announced(33, 99), announced(34, 21)]
    raw.put_all("ib_shipment_dtl", [*lines, announced(35, 20, item_id=None, shipped_qty="-1")])
    shared_warehouse.build(select=MARTS)
    return shared_warehouse


def test_stock_without_labels_is_visible_and_flagged(built: Warehouse) -> None:
    rows = built.raw.rows("select inventory_id, has_error, on_hand_qty from wms.inventory_current order by 1")
    assert [row[0] for row in rows if row[0] < 100] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert len(rows) == 209
    assert {key for key, has_error, _ in rows if has_error} == {3, 4, 6, 7, 8}
    assert {key: quantity for key, _, quantity in rows}[6] == -4
    hidden = built.raw.rows(
        "select entity, entity_id, rule from wms.rejected_records where handling = 'hidden' order by all"
    )
    assert hidden == [("inventory", 1, "document_readable")]


def test_receipts_without_labels_are_visible_and_flagged(built: Warehouse) -> None:
    rows = built.raw.rows("select ib_shipment_dtl_id, facility_code, violation_count > 0 from wms.receipts order by 1")
    assert rows == [
        (30, "DC01", False),
        (31, None, True),
        (32, None, False),
        (33, None, True),
        (34, None, False),
        (35, "DC01", True),
    ]
    shipments = built.raw.rows("select ib_shipment_id, has_error, line_count from wms.inbound_shipments order by 1")
    assert shipments == [(20, 0, 2), (21, 1, 1), (22, 1, 1)]


def test_locations_of_unknown_facilities_are_measured(built: Warehouse) -> None:
    rows = built.raw.rows("select location_id, facility_code, is_empty from wms.location_utilisation order by 1")
    assert rows == [(8, "DC01", 0), (9, None, 1)]


def test_stock_leaving_scope_is_not_deletion(built: Warehouse) -> None:
    moved = built.raw.rows(
        "select movement_type, delta_qty, is_deletion, is_in_scope from wms.inventory_movements "
        "where inventory_id = 11 order by is_in_scope desc"
    )
    assert [(kind, int(delta), deleted, scope) for kind, delta, deleted, scope in moved] == [
        ("opening", 4, 0, 1),
        ("scope", -4, 0, 0),
    ]
    staged = "select inventory_id, is_deleted, is_in_scope, deleted_at from wms.stg_wms__inventory"
    assert built.raw.rows(f"{staged} where inventory_id in (11, 12) order by 1") == [(11, 0, 0, None), (12, 0, 0, None)]


def test_stock_marts_agree_with_staging(built: Warehouse) -> None:
    built.dbt.run(
        "test", "--select", "assert_inventory_current_equals_staging", "assert_inventory_daily_ends_with_current",
        "assert_movements_explain_stock", "assert_receipts_equal_staging",
    )  # fmt: skip
