"""After any changes, incremental marts equal a full refresh."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.dbt.marts.warehouse import (
    COMPANY,
    DECIDED,
    FACILITIES,
    ITEM,
    Document,
    Warehouse,
    allocation,
    line,
    order,
    relation,
)

MARTS = ("orders", "order_lines", "allocation_performance", "wms_allocations", "dim_facility")
FINDINGS = "rejected_records"
TIMES = ["2026-05-04T08:00:00-03:00", "2026-05-04T09:30:00-03:00", "2026-05-04T09:30:01-03:00", None]


def some_order(dice: Random) -> Document:
    facility = dice.choice([11, 14, 14, None, 77])
    status = dice.choice([0, 20, 40, 90, 99])
    return order(dice.randint(1, 12), facility=facility, status_id=status, order_shipped_ts=dice.choice(TIMES))


def some_line(dice: Random) -> Document:
    quantity = dice.choice(["3", "7.5", "0", "12"])
    return line(
        dice.randint(1, 25),
        dice.randint(1, 14),
        item=dice.choice([ITEM, 901]),
        quantity=quantity,
        status_id=dice.choice([0, 90, 99]),
    )


def some_allocation(dice: Random) -> Document:
    status = dice.choice([0, 30, 90, 99])
    packed = dice.choice(["0", "2", "5"])
    return allocation(
        dice.randint(1, 40),
        dice.randint(1, 28),
        quantity="4",
        packed_qty=packed,
        status_id=status,
        picked_ts=dice.choice(TIMES),
    )


def change_something(warehouse: Warehouse, dice: Random) -> None:
    """Land new versions, deletions, renamed master data, and names that give statuses another meaning."""
    makers = {"order_hdr": some_order, "order_dtl": some_line, "allocation": some_allocation}
    for entity, make in makers.items():
        warehouse.raw.put_all(entity, [make(dice) for _ in range(dice.randint(3, 20))])
        warehouse.raw.put_all(entity, [make(dice) for _ in range(dice.randint(0, 3))], is_deleted=1)
    names = {"code": f"SKU-{dice.randint(1, 9)}", "description": "Caderno", "company_id": relation(COMPANY)}
    warehouse.raw.put("item", {"id": dice.choice([ITEM, 901]), **names})
    label = dice.choice(["Created", "Allocated", "Packed", "Shipped", "Cancelled", "Neu"])
    warehouse.raw.put("order_status", {"id": dice.choice([0, 20, 40, 90, 99]), "description": label})
    facility = dice.choice(list(FACILITIES))
    code = {"code": f"F{dice.randint(1, 99)}-{facility}", "parent_company_id": relation(COMPANY)}
    warehouse.raw.put("facility", {"id": facility, "name": "CD", **code})


def state(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Return all mart rows, sorted. Findings are without build timestamps."""
    found = {mart: warehouse.raw.rows(f"select * from wms.{mart} order by all") for mart in MARTS}
    found[FINDINGS] = warehouse.raw.rows(
        f"select * exclude (first_seen_at, last_seen_at) from wms.{FINDINGS} order by all"
    )
    return found


def test_incremental_builds_equal_full_refresh(warehouse: Warehouse) -> None:
    dice = Random(20260504)
    for _ in range(3):
        change_something(warehouse, dice)
        warehouse.build(select=DECIDED)
    grown = state(warehouse)
    warehouse.build("--full-refresh", select=DECIDED)
    rebuilt = state(warehouse)
    for mart in (*MARTS, FINDINGS):
        assert grown[mart] == rebuilt[mart], mart
        assert grown[mart], f"{mart} is empty: nothing was compared"


@pytest.mark.exhaustive
def test_build_writes_only_differences_and_fills_new_column(warehouse: Warehouse) -> None:
    """Row ids show whether rows were rewritten."""
    warehouse.raw.put_all("order_hdr", [order(number) for number in range(1, 6)])
    warehouse.raw.put_all("order_dtl", [line(number, number) for number in range(1, 6)])
    warehouse.build(select=DECIDED)
    rows = "select rowid, * from wms.order_lines order by order_dtl_id"
    before = warehouse.raw.rows(rows)
    whole = warehouse.raw.rows("select * from wms.orders order by order_id")
    warehouse.raw.execute("alter table wms.orders drop column loaded_at")
    warehouse.build(select=DECIDED)
    assert warehouse.raw.rows(rows) == before
    assert warehouse.raw.rows("select * from wms.orders order by order_id") == whole
