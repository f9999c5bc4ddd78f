"""Entities as the small WMS returns them: twelve orders in two facilities. Other default entities are empty."""

from __future__ import annotations

from typing import Any

from loader.settings import PipelineSettings
from tests.system.field.small_wms import Row
from tests.system.field.worlds import ago, audit, relation, stamp

STATUSES = {
    "order_status": {0: "Created", 20: "Allocated", 25: "In picking", 40: "Packed", 90: "Shipped", 99: "Cancelled"},
    "allocation_status": {0: "Created", 90: "Completed", 99: "Cancelled"},
    "container_status": {10: "Received", 30: "Located", 80: "Packed", 91: "Shipped"},
    "ib_shipment_status": {0: "In transit", 90: "Verified"},
    "wave_status": {0: "Created", 90: "Completed"},
    "task_status": {10: "Ready", 90: "Completed"},
    "inventory_status": {0: "Available", 90: "Consumed"},
}
ORDERS = 12


def warehouse() -> dict[str, list[Row]]:
    """Return consistent rows: every relation points to a row. Default entities without rows here have an empty list."""
    numbers = range(1, ORDERS + 1)
    tables: dict[str, list[Row]] = {
        "company": [_row(3, 900, code="ACME", name="Acme Comercio Ltda")],
        "facility": [
            _row(key, 900, code=f"W{key}", name=f"Warehouse {key}", parent_company_id=_company(), time_zone_id=None)
            for key in (1, 2)
        ],
        "item": [
            _row(40 + n, 400, company_id=_company(), code=f"SKU-{n}", description=f"Item {n}", unit_cost="2.5")
            for n in range(1, 5)
        ],
        "location": [
            _row(100 + n, 400, facility_id=_facility(n), locn_str=f"A-{n}", area="A", max_units="500", type_id=None)
            for n in range(1, 5)
        ],
        "wave": [_row(900 + n, 2, facility_id=_facility(n), run_nbr=f"WAVE-{n}", status_id=90) for n in (1, 2)],
        "task": [
            _row(700 + n, 2, facility_id=_facility(n), task_nbr=f"T-{n}", status_id=90, wave_id=relation(900 + n, ""))
            for n in (1, 2)
        ],
        "order_hdr": [_order(n) for n in numbers],
        "order_dtl": [_line(n) for n in numbers],
        "allocation": [_allocation(n) for n in numbers],
        "inventory": [_stock(n) for n in numbers],
        "container": [_container(n) for n in numbers],
        "ib_shipment": [
            _row(3000 + n, 3, facility_id=_facility(n), company_id=_company(), shipment_nbr=f"ASN-{n}", status_id=90)
            for n in (1, 2)
        ],
        "ib_shipment_dtl": [
            _row(
                3100 + n,
                3,
                ib_shipment_id=relation(3000 + n, f"ASN-{n}"),
                item_id=_item(n),
                shipped_qty="50",
                received_qty="50",
                container_nbr=f"LPN-{n}",
            )
            for n in (1, 2)
        ],
    }
    lookups = {
        name: [{"id": key, "description": text} for key, text in labels.items()] for name, labels in STATUSES.items()
    }
    return {name: [] for name in PipelineSettings().all_entities} | tables | lookups


def _row(row_id: int, days: float, **more: Any) -> Row:
    return {"id": row_id, **audit(ago(days=days), ago(days=days + 1)), **more}


def _facility(number: int) -> Row:
    key = 1 + number % 2
    return relation(key, f"W{key}")


def _company() -> Row:
    return relation(3, "ACME")


def _item(number: int) -> Row:
    key = 1 + number % 4
    return relation(40 + key, f"SKU-{key}")


def _order(n: int) -> Row:
    due = f"{ago(days=-1):%Y-%m-%d}"
    shipped = stamp(ago(days=1.6)) if n % 2 else None
    return _row(
        1000 + n,
        1.5,
        facility_id=_facility(n),
        company_id=_company(),
        order_nbr=f"SO-{n}",
        status_id=90 if n % 2 else 20,
        ord_date=f"{ago(days=2):%Y-%m-%d}",
        req_ship_date=due,
        order_shipped_ts=shipped,
        currency_code="BRL",
        cust_name=f"Customer {n}",
    )


def _line(n: int) -> Row:
    return _row(
        2000 + n,
        1.5,
        order_id=relation(1000 + n, f"SO-{n}"),
        seq_nbr=1,
        item_id=_item(n),
        ord_qty="4",
        orig_ord_qty="4",
        alloc_qty="4",
        status_id=90 if n % 2 else 20,
    )


def _allocation(n: int) -> Row:
    done = n % 2 == 1
    return _row(
        5000 + n,
        1.5,
        order_dtl_id=relation(2000 + n, f"SO-{n},1"),
        from_inventory_id=relation(6000 + n, ""),
        to_inventory_id=None,
        status_id=90 if done else 0,
        alloc_qty="4",
        packed_qty="4" if done else "0",
        wave_id=relation(901 + n % 2, ""),
        task_id=relation(701 + n % 2, ""),
        pick_user="U1" if done else "",
        picked_ts=stamp(ago(days=1.8)) if done else None,
        pick_locn_str=f"A-{1 + n % 4}",
        is_picking_flg=True,
    )


def _stock(n: int) -> Row:
    return _row(
        6000 + n,
        2,
        facility_id=_facility(n),
        item_id=_item(n),
        location_id=relation(101 + n % 4, ""),
        container_id=None,
        curr_qty="40",
        orig_qty="50",
        status_id=0,
    )


def _container(n: int) -> Row:
    return _row(
        8000 + n,
        2,
        facility_id=_facility(n),
        company_id=_company(),
        container_nbr=f"LPN-{n}",
        type="I",
        status_id=30,
        rcvd_ts=stamp(ago(days=2.3)),
        first_putaway_ts=stamp(ago(days=2.2)),
    )
