from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loader.marts.declared import Mart, Relation, read_marts


def model(name: str, *columns: str, folder: str = "marts") -> dict[str, Any]:
    return {
        "resource_type": "model",
        "name": name,
        "description": f"About {name}.\n",
        "fqn": ["wms_elt", folder, "core", name],
        "columns": {column: {"name": column, "description": f"The {column}."} for column in columns},
    }


def check(name: str, mart: str, column: str | None = None, **arguments: object) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "name": f"{name}_{mart}_{column}",
        "attached_node": f"model.wms_elt.{mart}",
        "column_name": column,
        "test_metadata": {"name": name, "kwargs": arguments},
    }


@pytest.fixture
def marts(tmp_path: Path) -> dict[str, Mart]:
    nodes = [
        model("orders", "order_id", "order_nbr"),
        model("order_lines", "order_dtl_id", "ORDER_ID", "kpi"),
        model("kpi_daily", "facility_id", "kpi"),
        model("stg_wms__order_hdr", "order_hdr_id", folder="staging"),
        {**model("order_hdr_history", "dbt_scd_id", folder="snapshots"), "resource_type": "snapshot"},
        {**model("status_ids", "status_id", folder="seeds"), "resource_type": "seed"},
    ]
    tests = [
        check("unique", "orders", "order_nbr"),
        check("unique", "orders", "order_id"),
        check("unique", "order_lines", "order_dtl_id"),
        check("unique_combination", "kpi_daily", columns=["facility_id", "kpi"]),
        check("relationships", "order_lines", "ORDER_ID", to="ref('orders')", field="order_id"),
        check("relationships", "order_lines", "kpi", to="ref('kpi_daily')", field="kpi"),
        check("not_null", "orders", "order_id"),
    ]
    manifest = tmp_path / "manifest.json"
    named = {f"{node['resource_type']}.wms_elt.{node['name']}": node for node in [*nodes, *tests]}
    manifest.write_text(json.dumps({"metadata": {"x": 1}, "nodes": named}))
    return {mart.name: mart for mart in read_marts(manifest)}


def test_marts_are_snapshots_and_the_models_of_their_folder(marts: dict[str, Mart]) -> None:
    assert list(marts) == ["kpi_daily", "order_hdr_history", "order_lines", "orders"]
    assert marts["orders"].description == "About orders."
    assert marts["order_lines"].columns["order_id"] == "The ORDER_ID."


def test_key_is_the_first_unique_column_or_a_combination(marts: dict[str, Mart]) -> None:
    keys = {name: mart.key for name, mart in marts.items()}
    assert keys.pop("order_hdr_history") == ()
    assert keys == {"kpi_daily": ("facility_id", "kpi"), "order_lines": ("order_dtl_id",), "orders": ("order_id",)}


def test_relations_lead_to_keys(marts: dict[str, Mart]) -> None:
    assert marts["order_lines"].relations == (Relation("order_id", "orders", "order_id"),)
