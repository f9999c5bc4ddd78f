"""History tables keep keys and rows after parallel reads in any order, a prune or a full refresh (J9, J19)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.dbt.marts.warehouse import ITEM, Warehouse, allocation, line, order, relation

HISTORIES = ("+order_status_changes", "+allocation_status_changes", "+inventory_movements", "+order_cycle_times")
KEYS = {
    "order_status_changes": "status_change_id, order_id, status_id",
    "allocation_status_changes": "status_change_id, allocation_id, status_id",
    "inventory_movements": "movement_id, inventory_id, movement_type, delta_qty",
}
CONTENT = {
    "order_status_changes": "* exclude (loaded_at, read_before_at)",
    "allocation_status_changes": "* exclude (loaded_at, read_before_at)",
    "inventory_movements": "*",
    "order_cycle_times": "*",
}
Version = tuple[str, dict[str, object]]


def stock(inventory_id: int, quantity: str, hour: int) -> Version:
    at = f"2026-05-04T{hour:02}:00:00-03:00"
    place: dict[str, object] = {"facility_id": relation(11), "item_id": relation(ITEM)}
    return "inventory", {
        "id": inventory_id,
        "create_ts": at,
        "mod_ts": at,
        "curr_qty": quantity,
        "status_id": 0,
        **place,
    }


def moved(entity: str, document: Any, status: int, hour: int) -> Version:
    return entity, {**document, "status_id": status, "mod_ts": f"2026-05-04T{hour:02}:00:00-03:00"}


STEPS: Sequence[Sequence[Version]] = [
    [moved("order_hdr", order(number), 0, 10) for number in (1, 2)]
    + [moved("order_dtl", line(10, 1), 0, 10), stock(5, "4", 10), stock(6, "9", 10)]
    + [moved("allocation", allocation(number, 10), 0, 10) for number in (100, 101)],
    [moved("order_hdr", order(number), 40, 12) for number in (1, 2)]
    + [stock(5, "3", 12), stock(6, "9", 12)]
    + [moved("allocation", allocation(number, 10), 30, 12) for number in (100, 101)],
    [moved("order_hdr", order(number), 20, 12) for number in (1, 2)] + [stock(5, "4", 10)],
    [moved("order_hdr", order(number), 40, 12) for number in (1, 2)] + [stock(5, "3", 12), stock(6, "1", 14)],
]
"""Records that change, return to a former state within a second, and change again."""


def land(warehouse: Warehouse, *, backwards: bool) -> None:
    """Land the steps. `backwards` reverses the records within a step, as parallel reads may."""
    for step in STEPS:
        for entity, document in reversed(step) if backwards else step:
            warehouse.raw.put(entity, document)


def contents(warehouse: Warehouse, columns: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    return {mart: warehouse.raw.rows(f"select {shown} from wms.{mart} order by all") for mart, shown in columns.items()}


@pytest.mark.exhaustive
def test_history_keys_do_not_depend_on_read_order(warehouse: Warehouse) -> None:
    found = []
    for backwards in (False, True):
        for entity in ("order_hdr", "order_dtl", "allocation", "inventory"):
            warehouse.raw.execute(f"drop table if exists wms_raw.{entity}")
        warehouse.raw.execute("drop schema if exists wms cascade")
        land(warehouse, backwards=backwards)
        warehouse.build(select=HISTORIES)
        found.append(contents(warehouse, KEYS))
    assert found[0] == found[1]
    assert {mart: len(rows) for mart, rows in found[0].items()} == {
        "order_status_changes": 8,
        "allocation_status_changes": 4,
        "inventory_movements": 7,
    }
    assert all(len({row[0] for row in rows}) == len(rows) for rows in found[0].values())


@pytest.mark.exhaustive
def test_prune_and_full_refresh_keep_histories(warehouse: Warehouse) -> None:
    land(warehouse, backwards=False)
    warehouse.build(select=HISTORIES)
    before = contents(warehouse, CONTENT)
    for entity in ("order_hdr", "allocation", "inventory"):
        warehouse.raw.execute(
            f"delete from wms_raw.{entity} where read_order not in "
            f"(select max(read_order) from wms_raw.{entity} group by entity_id)"
        )
    warehouse.raw.execute("update wms.stg_wms__order_hdr_versions set status_id = 99 where read_order > 6")
    warehouse.build("--full-refresh", select=HISTORIES)
    assert contents(warehouse, CONTENT) == before
