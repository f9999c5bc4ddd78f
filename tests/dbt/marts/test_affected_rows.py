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

SELECTED = (
    *(*DECIDED, "+path:models/marts/fulfilment", "+path:models/marts/inventory", "+int_order_instruction__orders"),
    *("+order_hdr_history", "+order_dtl_history", "+allocation_history", "+inventory_record_history"),
)
FOLLOWED = (
    *("order_hdr", "order_dtl", "allocation", "inventory", "inventory_history", "container", "location"),
    *("item", "order_instruction", "wave", "container_lock_xref", "batch_number", "item_metrics"),
)
SECONDS_A_DAY = 86_400
"""Versions are read one second apart (tests/support/harness.py)."""
TIMES = ["2026-05-04T08:00:00-03:00", "2026-05-04T09:30:00-03:00", "2026-05-04T09:30:01-03:00", None]
UNREADABLE = '{"id": 1'
HIDES = {
    "order_hdr": "company_known",
    "order_dtl": "item_known",
    "allocation": "line_exists",
    "inventory": "item_known",
}
"""Rules that hide records in every second case."""
COMPARED = ("orders", "order_lines", "wms_allocations", "order_cycle_times", "inventory_movements", "inventory_current")
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
            kind = {"is_picking_flg": dice.random() < 0.8, "from_inventory_id": relation(dice.randint(1, 5))}
            state = {"status_id": dice.choice([0, 30, 90, 99]), "packed_qty": dice.choice(["0", "2", "5"])}
            wave = {"wave_id": relation(dice.choice([None, 1, 2]))}
            picked = {"picked_ts": dice.choice(TIMES)}
            return allocation(dice.randint(1, 40), dice.randint(1, 28), quantity="4", **kind, **state, **wave, **picked)
    return {"id": dice.randint(1, 6), "create_ts": CREATED, "mod_ts": MODIFIED, **labels(entity, dice)}


def labels(entity: str, dice: Random) -> Mapping[str, object]:
    order_id, place = relation(dice.randint(1, 12)), relation(dice.choice([None, 1, 2]))
    text, item = f"text {dice.randint(1, 9)}", dice.choice([ITEM, 901])
    lock, place_id = relation(dice.choice([None, 1, 2])), dice.randint(1, 2)
    fields: dict[str, Mapping[str, object]] = {
        "item": {"id": item, "code": text, "company_id": relation(COMPANY), "unit_cost": dice.choice(["1.5", None])},
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
            "facility_id": relation(dice.choice([11, 14])),
            "item_id": relation(dice.choice([item, 902])),
            "container_id": relation(dice.randint(1, 6)),
            "location_id": place,
            "batch_number_id": relation(dice.choice([None, 1, 2])),
            "expiry_date": dice.choice(["2026-06-01", None]),
            "curr_qty": dice.choice(["3", "8"]),
        },
        "container": {"type": dice.choice("IO"), "status_id": dice.choice([10, 48, 91]), "curr_location_id": place},
        "location": {"id": place_id, "locn_str": text, "max_volume": dice.choice([0, 80]), "lock_code_id": lock},
        "inventory_history": {
            "facility_id": relation(11),
            "order_id": order_id,
            "history_activity_id": relation(19),
            "order_seq_nbr": dice.randint(1, 4),
            "reason_code_id": relation(1),
        },
    }
    return fields[entity]


def change_something(warehouse: Warehouse, dice: Random) -> None:
    """Land new versions, deletions and unreadable documents of some entities, perhaps on a later day."""
    if dice.random() < 0.4:
        warehouse.raw.last_read_order["inventory"] += SECONDS_A_DAY
    for entity in FOLLOWED:
        many = entity in {"order_hdr", "order_dtl", "allocation", "inventory"}
        if dice.random() < 0.7:
            warehouse.raw.put_all(entity, [some(entity, dice) for _ in range(dice.randint(1, 12 if many else 3))])
        if dice.random() < 0.4:
            warehouse.raw.put_all(entity, [some(entity, dice) for _ in range(dice.randint(0, 2))], is_deleted=1)
        if many and dice.random() < 0.2:
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
    for entity in FOLLOWED:
        warehouse.raw.put_all(entity, [some(entity, dice) for _ in range(100)])
    warehouse.build(*rules, select=SELECTED)
    for _ in range(4 if EXHAUSTIVE else 2):
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
    empty = [table for table in COMPARED if not rebuilt[table]]
    assert not empty, "nothing was compared"


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
    for name, limit in limits.items():
        monkeypatch.delenv("WMS_ELT_BUILT_UP_TO", raising=False)
        whole = compiled(dbt_project, name)
        monkeypatch.setenv("WMS_ELT_BUILT_UP_TO", '{"order_hdr": 7}')
        partial = compiled(dbt_project, name)
        assert limit in partial
        assert (whole == partial) == (not limit)


def compiled(project: DbtProject, test: str) -> str:
    (result,) = project.run("compile", "--select", test).result.results
    return str(result.node.compiled_code)
