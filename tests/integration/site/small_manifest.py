"""A small dbt project: a staging model, an intermediate model, two marts, a seed and a source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GUIDE = """
# Warehouse data

What this is.

## What is where

| Question | Table |
|---|---|
| x | `y` |

## How to read

Read **well**. <script>alert(1)</script>
"""


def column(name: str, kind: str = "bigint", **meta: Any) -> dict[str, Any]:
    return {"name": name, "description": f"The {name}.", "data_type": kind, "meta": {}, "config": {"meta": meta}}


def model(layer: str, area: str, name: str, sql: str, columns: list[dict[str, Any]], **meta: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.wms_elt.{name}",
        "package_name": "wms_elt",
        "resource_type": "model",
        "name": name,
        "alias": name,
        "schema": "wms",
        "fqn": ["wms_elt", layer, area, name],
        "description": f"All about {name}. Grain: one row per thing.",
        "config": {"meta": meta, "materialized": "table"},
        "columns": {given["name"]: given for given in columns},
        "group": "analysts",
        "original_file_path": f"models/{layer}/{name}.sql",
        "raw_code": sql,
        "compiled_code": sql,
        "depends_on": {"nodes": []},
    }


def source(name: str, group: str = "wms") -> dict[str, Any]:
    return {
        **model("staging", "wms", name, "", []),
        "unique_id": f"source.wms_elt.{group}.{name}",
        "resource_type": "source",
        "source_name": group,
        "identifier": name,
        "schema": "wms_raw",
        "fqn": ["wms_elt", "staging", "wms", group, name],
        "config": {"meta": {}},
        "raw_code": "",
        "compiled_code": "",
    }


def data_test(name: str, table: str, column_name: str | None, kind: str, **kwargs: Any) -> dict[str, Any]:
    return {
        "unique_id": f"test.wms_elt.{name}",
        "package_name": "wms_elt",
        "resource_type": "test",
        "name": name,
        "column_name": column_name,
        "attached_node": f"model.wms_elt.{table}",
        "test_metadata": {"name": kind, "kwargs": {"model": "x", "column_name": column_name, **kwargs}},
        "config": {"severity": "warn", "where": "x = 1"},
        "depends_on": {"nodes": []},
    }


def manifest() -> dict[str, Any]:
    staging = model(
        "staging",
        "wms",
        "stg_wms__item",
        "select 1 as item_id",
        [
            column("item_id", json_path="$.id"),
            column("item_code", "varchar(20)", json_path="$.code"),
            column("modified_by", "varchar(20)", json_path="$.mod_user", personal_data=True),
        ],
    )
    middle = model(
        "intermediate",
        "core",
        "int_item__named",
        'with item as (select * from "db"."wms"."stg_wms__item") '
        "select item_id, item_code, modified_by as who from item",
        [column("item_id"), column("item_code", "varchar(20)"), column("who", "varchar(20)")],
    )
    stock = model(
        "marts",
        "inventory",
        "stock",
        "select item.item_id, upper(item.item_code) as item_code, item.who as picker, 1 as on_hand_qty "
        'from "db"."wms"."int_item__named" item',
        [
            column("item_id"),
            column("item_code", "varchar(20)"),
            column("picker", "varchar(20)"),
            column("on_hand_qty", "decimal(19, 6)"),
        ],
        questions=["What is where & since when?"],
        needs=["item"],
    )
    orders = model("marts", "fulfilment", "orders", "select 1 as order_id", [column("order_id")])
    seed = {**model("seeds", "", "kpi_definitions", "", [column("kpi")]), "resource_type": "seed"}
    foreign = {**model("marts", "inventory", "theirs", "", []), "package_name": "other"}
    staging["depends_on"]["nodes"] = ["source.wms_elt.wms.item"]
    middle["depends_on"]["nodes"] = ["model.wms_elt.stg_wms__item"]
    stock["depends_on"]["nodes"] = ["model.wms_elt.int_item__named"]
    tests = [
        data_test("unique_stock_item_id", "stock", "item_id", "unique"),
        data_test("rel", "stock", "item_id", "relationships", to="ref('stg_wms__item')", field="item_id"),
        data_test("combined", "stock", None, "unique_combination", columns=["item_id", "item_code"]),
    ]
    nodes = [staging, middle, stock, orders, seed, foreign, *tests]
    sources = [
        source("item"),
        source("task"),
        source("allocation"),
        source("elt_run", "elt"),
    ]
    exposure = {
        "unique_id": "exposure.wms_elt.review",
        "name": "review",
        "label": "Morning review",
        "description": "Read at seven.",
        "maturity": "high",
        "owner": {"name": "Analysts", "email": "a@example.com"},
        "url": "https://example.com",
        "depends_on": {"nodes": ["model.wms_elt.stock"]},
    }
    return {
        "metadata": {"adapter_type": "duckdb"},
        "nodes": {node["unique_id"]: node for node in nodes},
        "groups": {"group.wms_elt.analysts": {"name": "analysts", "owner": {"name": "Analysts"}}},
        "docs": {"doc.wms_elt.__overview__": {"block_contents": GUIDE}},
        "sources": {node["unique_id"]: node for node in sources},
        "exposures": {"e": exposure},
    }


def write_project(directory: Path, content: dict[str, Any]) -> tuple[Path, Path, Path]:
    """Write manifest, catalog and the KPI dictionary. Return the paths of manifest, catalog and project."""
    seeds = directory / "dbt_project" / "seeds"
    seeds.mkdir(parents=True)
    header = "kpi,title,formula,dated_by,grain,exclusions,unit,target,better_is,owner,source\n"
    fill = "fill,Fill rate,Filled / lines,Day,day,None,share,0.97,higher,Analysts,Us\n"
    wait = "wait,Wait,x,Day,day,None,hours,,lower,Analysts,Us\n"
    (seeds / "kpi_definitions.csv").write_text(header + wait + fill)
    (seeds / "_seeds.yml").write_text(
        """seeds:
  - name: kpi_definitions
    config:
      meta:
        kpis_by_question:
          service:
            fill: {also_called: [OTIF], moved_by: [wait, stock]}
"""
    )
    catalog = {
        "nodes": {"model.wms_elt.orders": {"columns": {"EXTRA": {"type": "DATE", "index": 2, "name": "EXTRA"}}}},
        "sources": {},
    }
    (directory / "manifest.json").write_text(json.dumps(content))
    (directory / "catalog.json").write_text(json.dumps(catalog))
    return directory / "manifest.json", directory / "catalog.json", directory / "dbt_project"
