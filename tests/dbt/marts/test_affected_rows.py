"""After any changes, builds of affected rows equal a full refresh, row for row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from tests.dbt.marts.warehouse import (
    COMPANY,
    CREATED,
    DECIDED,
    ITEM,
    MODIFIED,
    Document,
    Warehouse,
    allocation,
    line,
    order,
    relation,
)
from tests.support.harness import DbtProject
from tests.support.sampling import EXHAUSTIVE, parameters
from tests.support.table_rows import BUILT_AT, WORKING

EVERY_MART = (
    *(*DECIDED, "+path:models/marts/fulfilment", "+path:models/marts/inventory", "+int_order_instruction__orders"),
    *("+order_hdr_history", "+order_dtl_history", "+allocation_history", "+inventory_record_history"),
    *("+path:models/marts/shipping", "+received_lpns", "+receipts", "+int_ib_shipment_dtl__shipments"),
    *("+task_performance", "+int_activity__tasks", "+int_activity_dtl__activities"),
    *("+pick_performance", "+int_allocation__groups", "+int_location__addresses"),
)
SAMPLE = (
    *(*DECIDED, "+allocation_performance", "+inventory_transactions", "+int_order_instruction__orders"),
    *("+order_cycle_times", "+inventory_daily", "+stock_availability", "+inventory_ageing"),
)
SELECTED = EVERY_MART if EXHAUSTIVE else SAMPLE
"""`make test` follows orders and stock, `make test-all` every mart."""
FOLLOWED = (
    *("order_hdr", "order_dtl", "allocation", "inventory", "inventory_history", "container", "location"),
    *("item", "order_instruction", "wave", "container_lock_xref", "batch_number", "item_metrics"),
    *("load", "ob_stop", "ob_stop_dtl", "appointment", "carrier_lpn", "pallet"),
    *("ib_shipment", "ib_shipment_dtl", "inventory_attribute"),
    *("task", "wms_activity", "wms_activity_dtl"),
)
MANY = {"order_hdr", "order_dtl", "allocation", "inventory", "container", "ib_shipment_dtl"}
"""Entities with more documents and unreadable ones."""
SHIPPED = 91
"""Status of LPNs."""
SECONDS_A_DAY = 86_400
"""Versions are read one second apart (tests/support/harness.py)."""
TIMES = ["2026-05-04T08:00:00-03:00", "2026-05-04T09:30:00-03:00", "2026-05-04T09:30:01-03:00", None]
PICKED = [f"2026-04-{day}T{hour}:15:00-03:00" for day in range(10, 28) for hour in (10, 23)]
"""More days than few changes affect, before the first read."""
SECOND_DAY = "2026-05-06T10:00:00-03:00"
STOCKED = range(ITEM, ITEM + 15)
"""More pairs of facility and item than few changes affect."""
UNREADABLE = '{"id": 1'
HIDES = {
    "order_hdr": "company_known",
    "order_dtl": "item_known",
    "allocation": "line_exists",
    "inventory": "item_known",
    "ib_shipment_dtl": "item_known",
}
"""Rules that hide records in every second case."""
COMPARED = (
    *("orders", "order_lines", "wms_allocations", "order_cycle_times", "inventory_movements", "inventory_current"),
    *("shipments", "received_lpns", "receipts", "lot_trace"),
    *("inventory_daily", "stock_availability", "inventory_ageing"),
    *("task_performance", "pick_performance"),
)
COLUMNS = """
    select table_name, list(column_name)
    from duckdb_columns()
    where schema_name = 'wms' and table_name in (select table_name from duckdb_tables())
    group by all
"""


def some(entity: str, dice: Random) -> Document:
    """Return a version of one of few records. Its keys, parents and labels may differ from those of the last one."""
    match entity:
        case "order_hdr":
            status, shipped = dice.choice([0, 20, 40, 90, 90, 90, 99]), dice.choice(TIMES)
            placed = {
                "facility": dice.choice([11, 11, 14, 14, None, 77]),
                "company": dice.choice([COMPANY, COMPANY, 66]),
            }
            number = f"ORD-{dice.randint(1, 9)}"
            return order(dice.randint(1, 12), **placed, status_id=status, order_shipped_ts=shipped, order_nbr=number)
        case "order_dtl":
            item, quantity = dice.choice([ITEM, 901, 902]), dice.choice(["3", "7.5", "0", "12"])
            place = {"seq_nbr": dice.randint(1, 4), "status_id": dice.choice([0, 0, 90, 99])}
            return line(dice.randint(1, 25), dice.randint(1, 14), item=item, quantity=quantity, **place)
        case "allocation":
            kind = {"is_picking_flg": dice.random() < 0.8, "from_inventory_id": relation(dice.randint(1, 30))}
            state = {"status_id": dice.choice([0, 30, 90, 99]), "packed_qty": dice.choice(["0", "2", "4", "5"])}
            wave = {"wave_id": relation(dice.choice([None, 1, 2]))}
            picked = {**pick(dice), "final_oblpn_nbr": lpn_number(dice.randint(1, 12), dice)}
            return allocation(dice.randint(1, 40), dice.randint(1, 28), quantity="4", **kind, **state, **wave, **picked)
    return {"id": dice.randint(1, 6), "create_ts": CREATED, "mod_ts": MODIFIED, **labels(entity, dice)}


def lpn_number(container_id: int, dice: Random) -> str:
    """Return one of two numbers that only this LPN has."""
    return f"LPN-{container_id}-{dice.randint(1, 2)}"


def labels(entity: str, dice: Random) -> Mapping[str, object]:
    order_id, place = relation(dice.randint(1, 12)), relation(dice.choice([None, 1, 2]))
    text, cost = f"text {dice.randint(1, 9)}", dice.choice(["1.5", "2", None])
    lock, place_id = relation(dice.choice([None, 1, 2])), dice.randint(1, 2)
    fields: dict[str, Mapping[str, object]] = {
        "item": {"id": dice.choice(STOCKED), "code": text, "company_id": relation(COMPANY), "unit_cost": cost},
        # a record of metrics stays with its item
        "item_metrics": {
            "id": place_id,
            "item_id": relation([ITEM, 901][place_id - 1]),
            "currency_code": dice.choice(["BRL", "USD"]),
        },
        "container_lock_xref": {"container_id": relation(dice.randint(1, 6)), "lock_id": lock},
        "batch_number": {"id": place_id, "lock_id": lock, "batch_nbr": text},
        "wave": {"id": dice.randint(1, 2), "run_nbr": text, "facility_id": relation(11)},
        "order_instruction": {"order_id": order_id, "instr_desc": text},
        "inventory": {
            "id": dice.randint(1, 30),
            "facility_id": relation(dice.choice([11, 14])),
            "item_id": relation(dice.choice(STOCKED)),
            "container_id": relation(dice.choice([None, None, *range(1, 7)])),
            "location_id": place,
            "batch_number_id": relation(dice.choice([None, 1, 2])),
            "expiry_date": dice.choice(["2026-06-01", None]),
            "curr_qty": dice.choice(["3", "8"]),
            "invn_attr_id": relation(dice.choice([None, 1, 2])),
        },
        "container": {**lpn(dice), "curr_location_id": place},
        "location": {**address(dice), "max_volume": dice.choice([0, 80]), "lock_code_id": lock},
        "inventory_history": {
            "facility_id": relation(11),
            "order_id": order_id,
            "history_activity_id": relation(19),
            "order_seq_nbr": dice.randint(1, 4),
            "reason_code_id": relation(1),
        },
    }
    return (fields | transport(dice) | receiving(dice) | labour(dice))[entity]


def pick(dice: Random) -> Document:
    return {
        "create_ts": CREATED.replace("-05-", "-04-"),
        "picked_ts": dice.choice([*PICKED, None]),
        "task_id": relation(dice.choice([None, *range(1, 21)])),
        "pick_user": dice.choice(["", "ANA", "RUI"]),
        "pick_locn_str": dice.choice(["1-1", "1-2"]),
    }


def address(dice: Random) -> Document:
    return {
        "id": dice.randint(1, 4),
        "facility_id": relation(dice.choice([11, 11, 14])),
        "locn_str": dice.choice(["1-1", "1-2"]),
        "pick_zone": dice.choice(["Z1", "Z2", None]),
    }


def labour(dice: Random) -> dict[str, Mapping[str, object]]:
    task = {"facility_id": relation(dice.choice([11, 11, 14])), "task_nbr": f"T{dice.randint(1, 12)}"}
    return {
        "task": {
            "id": dice.randint(1, 20),
            **task,
            "wave_id": relation(dice.choice([None, 1, 2])),
            "status_id": dice.choice([0, 90, 99]),
        },
        "wms_activity": {**task, "begin_ts": dice.choice(TIMES), "end_ts": dice.choice(TIMES)},
        "wms_activity_dtl": {
            "id": dice.randint(1, 12),
            "activity_id": relation(dice.randint(1, 7)),
            "end_ts": dice.choice(TIMES),
        },
    }


def lpn(dice: Random) -> Document:
    container_id = dice.randint(1, 12)
    return {
        "id": container_id,
        "container_nbr": lpn_number(container_id, dice),
        "facility_id": relation(dice.choice([11, 11, 14])),
        "type": dice.choice("IOO"),
        "status_id": dice.choice([10, 48, SHIPPED, SHIPPED, SHIPPED]),
        "pallet_id": relation(dice.choice([None, 1, 2])),
        "rcvd_shipment_id": relation(dice.choice([None, 1, 2, 3, 4])),
        "rcvd_ts": dice.choice(TIMES),
        "first_putaway_ts": dice.choice(TIMES),
    }


def transport(dice: Random) -> dict[str, Mapping[str, object]]:
    load, lpn_id = relation(dice.choice([None, 1, 2, 3])), relation(dice.choice([None, *range(1, 13)]))
    text, at = f"text {dice.randint(1, 9)}", dice.choice(TIMES)
    return {
        "load": {"load_nbr": text, "act_departure_ts": at, "carrier_id": relation(dice.choice([None, 1, 2]))},
        "ob_stop": {"load_id": load, "seq_nbr": dice.randint(1, 3)},
        "ob_stop_dtl": {
            "id": dice.randint(1, 15),
            "ob_stop_id": relation(dice.randint(1, 7)),
            "container_id": lpn_id,
        },
        "appointment": {"load_id": load, "planned_start_ts": at, "checkout_ts": dice.choice(TIMES)},
        "carrier_lpn": {"id": dice.randint(1, 10), "container_id": lpn_id, "tracking_nbr": text},
        "pallet": {"id": dice.randint(1, 3), "pallet_nbr": text},
    }


def receiving(dice: Random) -> dict[str, Mapping[str, object]]:
    known, item = dice.choice(["id", "number", "item"]), dice.choice([ITEM, 901, 902])
    lpn_id = dice.randint(1, 12)
    return {
        "ib_shipment": {
            "facility_id": relation(dice.choice([11, 14])),
            "company_id": relation(COMPANY),
            "shipment_nbr": f"text {dice.randint(1, 9)}",
            "status_id": dice.choice([0, 90, 99]),
            "verified_ts": dice.choice(TIMES),
        },
        "ib_shipment_dtl": {
            "id": dice.randint(1, 15),
            "ib_shipment_id": relation(dice.choice([None, *range(1, 8)])),
            "host_seq_nbr": dice.randint(0, 2),
            "item_id": relation(item),
            "container_id": relation(lpn_id if known == "id" else None),
            "container_nbr": lpn_number(lpn_id, dice) if known == "number" else None,
            "shipped_qty": dice.choice(["3", "8"]),
        },
        "inventory_attribute": {"id": dice.randint(1, 2), "invn_attr_a": f"text {dice.randint(1, 9)}"},
    }


def change_something(warehouse: Warehouse, dice: Random) -> None:
    """Land new versions, deletions and unreadable documents of some entities, perhaps on a later day.

    Few changes find keys that are missing: after many, nearly all rows are affected.
    """
    few = dice.random() < 0.6
    if dice.random() < (0.3 if few else 0.4):
        warehouse.raw.last_read_order["inventory"] += SECONDS_A_DAY
    for entity in FOLLOWED:
        many = entity in MANY
        if dice.random() < (0.3 if few else 0.7):
            most = 1 if few else 12 if many else 3
            warehouse.raw.put_all(entity, [some(entity, dice) for _ in range(dice.randint(1, most))])
        if dice.random() < (0.05 if few else 0.4):
            warehouse.raw.put_all(entity, [some(entity, dice) for _ in range(dice.randint(0, 2))], is_deleted=1)
        if many and dice.random() < (0.02 if few else 0.2):
            warehouse.raw.put(entity, UNREADABLE)


def state(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables, sorted, without instants of builds."""
    found = {}
    for table, columns in warehouse.raw.rows(COLUMNS):
        if not table.endswith(WORKING):
            kept = ", ".join(column for column in sorted(columns) if column not in BUILT_AT)
            found[table] = warehouse.raw.rows(f"select {kept} from wms.{table} order by all")
    return found


def marks(warehouse: Warehouse) -> dict[str, int]:
    return {
        entity: highest
        for entity in FOLLOWED
        for (highest,) in warehouse.raw.rows(f"select max(read_order) from wms_raw.{entity}")
        if highest is not None
    }


@pytest.mark.parametrize("seed", parameters(range(20), 1))
def test_builds_of_affected_rows_equal_full_refresh(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = Random(seed)
    hides = {entity: {rule: "hide"} for entity, rule in HIDES.items()}
    rules = ("--vars", json.dumps({"rule_severities": hides, "largest_hidden_share": 1})) if seed % 2 else ()
    warehouse.raw.put_all("task_status", [{"id": 0, "description": "Created"}, {"id": 90, "description": "Completed"}])
    for entity in FOLLOWED:
        warehouse.raw.put_all(entity, [some(entity, dice) for _ in range(100)])
    warehouse.build(*rules, select=SELECTED)
    for _ in range(4 if EXHAUSTIVE else 1):
        monkeypatch.setenv("WMS_ELT_BUILT_UP_TO", json.dumps(marks(warehouse)))
        change_something(warehouse, dice)
        warehouse.build(*rules, select=SELECTED)
    grown = state(warehouse)
    assert warehouse.raw.rows("select count(*) > 0 from wms.int_order_hdr__affected") == [(True,)]
    monkeypatch.delenv("WMS_ELT_BUILT_UP_TO")
    warehouse.build("--full-refresh", *rules, select=SELECTED)
    rebuilt = state(warehouse)
    assert grown.keys() == rebuilt.keys()
    for table, rows in rebuilt.items():
        assert grown[table] == rows, table
    compared = [table for table in COMPARED if table in rebuilt]
    assert len(compared) == len(COMPARED) if EXHAUSTIVE else len(compared) > 6
    # few records may happen to give one of them no row
    empty = [table for table in compared if not rebuilt[table]]
    assert len(empty) <= 1, f"nothing was compared: {empty}"


@pytest.mark.exhaustive
def test_stock_without_own_news_changes_with_the_day_and_with_former_reservations(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the second day, a reservation of one record ends and another record is deleted, which has a balance on the
    third day too. Later that day, the allocation names a third record: the past of the first one changes.
    """
    place = {"facility_id": relation(11), "curr_qty": "8", "create_ts": CREATED, "mod_ts": MODIFIED}
    stock = [{"id": number, "item_id": relation(ITEM + number), **place} for number in (1, 2, 3)]
    held = allocation(1, 1, quantity="4", from_inventory_id=relation(1))
    for entity in FOLLOWED:
        warehouse.raw.put_all(entity, [])
    warehouse.raw.put_all("inventory", stock)
    warehouse.raw.put("allocation", held)
    warehouse.build(select=SELECTED)
    reserved = f"select sum(allocated_qty) from wms.inventory_daily where item_id = {ITEM + 1}"
    assert warehouse.raw.rows(reserved) == [(4,)]
    picked = {**held, "status_id": 90, "packed_qty": "4", "picked_ts": SECOND_DAY, "mod_ts": SECOND_DAY}
    moved = {**picked, "from_inventory_id": relation(2)}
    for changed, deleted, days in ((picked, stock[2:], 1), (picked, [], 1), (moved, [], 0)):
        monkeypatch.setenv("WMS_ELT_BUILT_UP_TO", json.dumps(marks(warehouse)))
        for entity in ("inventory", "allocation"):
            warehouse.raw.last_read_order[entity] += days * SECONDS_A_DAY
        warehouse.raw.put_all("inventory", deleted, is_deleted=1)
        warehouse.raw.put("inventory", {**stock[1], "curr_qty": "9"})
        warehouse.raw.put("allocation", changed)
        warehouse.build(select=SELECTED)
    assert warehouse.raw.rows(reserved) == [(0,)]
    grown = state(warehouse)
    monkeypatch.delenv("WMS_ELT_BUILT_UP_TO")
    warehouse.build("--full-refresh", select=SELECTED)
    assert grown == state(warehouse)


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


def test_tests_of_partial_build_look_at_affected_rows(dbt_project: DbtProject, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {
        "not_null_orders_order_id": "order_id in (select * from",
        "unique_stg_wms__order_hdr_order_hdr_id": "read_order > 7",
        "not_null_dim_item_item_code": "",
    }
    monkeypatch.delenv("WMS_ELT_BUILT_UP_TO", raising=False)
    whole = compiled(dbt_project, *limits)
    monkeypatch.setenv("WMS_ELT_BUILT_UP_TO", '{"order_hdr": 7}')
    partial = compiled(dbt_project, *limits)
    for name, limit in limits.items():
        assert limit in partial[name]
        assert (whole[name] == partial[name]) == (not limit)
    # rows that broke it may be others
    monkeypatch.setenv("WMS_ELT_TESTS_OF_ALL_ROWS", '["not_null_orders_order_id"]')
    failed_before = compiled(dbt_project, *limits)
    assert failed_before == partial | {"not_null_orders_order_id": whole["not_null_orders_order_id"]}


def compiled(project: DbtProject, *tests: str) -> dict[str, str]:
    """Return the SQL of tests by name."""
    outcome: Any = project.run("compile", "--select", *tests)
    return {result.node.name: str(result.node.compiled_code) for result in outcome.result.results}
