"""Custom fields that a tenant publishes: staged, typed, in the marts, and part of their contracts."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from loader.settings.custom_fields import PUBLISHING
from tests.dbt.marts.warehouse import Warehouse, line, order
from tests.dbt.oracle_project import compile_for_oracle
from tests.dbt.oracle_rules import check
from tests.support.harness import REPOSITORY, DbtProject, RawDatabase, problems

PUBLISHED = {
    "order_hdr": {"cust_field_1": "channel", "cust_date_1": "promised_date"},
    "order_dtl": {"cust_decimal_1": "margin", "cust_number_2": "box_count"},
}
MARTS = REPOSITORY / "dbt_project" / "models" / "marts"
CALL = re.compile(r"custom_fields\('(\w+)', '([\w.]+)'\)")


def variables(fields: dict[str, dict[str, str]]) -> tuple[str, ...]:
    return ("--vars", json.dumps({"custom_fields": fields}))


@pytest.fixture(scope="module")
def warehouse(dbt_work_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Two orders with a line each, built with custom fields. Its dbt files are separate, because variables differ."""
    path = dbt_work_dir / "warehouse.duckdb"
    for file in (path, path.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)
    warehouse = Warehouse(RawDatabase(path), DbtProject(tmp_path_factory.mktemp("custom")))
    warehouse.open()
    warehouse.raw.put_all("order_hdr", [order(1, cust_field_1="Loja", cust_date_1="2026-05-09"), order(2)])
    warehouse.raw.put_all("order_dtl", [line(1, 1, cust_decimal_1="0.25", cust_number_2=7), line(2, 2)])
    warehouse.build(*variables(PUBLISHED), select=("+orders", "+order_lines"))
    return warehouse


def rows(warehouse: Warehouse, mart: str, *columns: str) -> list[tuple[Any, ...]]:
    return warehouse.raw.rows(f"select {', '.join(columns)} from wms.{mart} order by 1")


def test_marts_have_custom_columns_with_their_types(warehouse: Warehouse) -> None:
    orders = rows(warehouse, "orders", "order_id", "channel", "promised_date")
    assert orders == [(1, "Loja", date(2026, 5, 9)), (2, None, None)]
    lines = rows(warehouse, "order_lines", "order_dtl_id", "margin", "box_count")
    assert lines == [(1, Decimal("0.25"), 7), (2, None, None)]


def test_later_builds_follow_changed_values_and_fields(warehouse: Warehouse) -> None:
    warehouse.raw.put("order_hdr", order(1, cust_field_1="Site", cust_field_2="x"))
    changed = {"order_hdr": {"cust_field_1": "channel", "cust_field_2": "gate"}}
    # one column leaves, another one comes: all rows get it
    warehouse.build(*variables(changed), select=("stg_wms__order_hdr", "orders"))
    assert rows(warehouse, "orders", "order_id", "channel", "gate") == [(1, "Site", "x"), (2, None, None)]


def test_column_of_the_mart_is_not_replaced(warehouse: Warehouse) -> None:
    arguments = ("--select", "orders", *variables({"order_hdr": {"cust_field_1": "priority"}}))
    outcome = warehouse.dbt.invoke("run", *arguments)
    assert not outcome.success
    assert "orders has a column of that name" in "".join(problems(outcome))


def test_name_with_sql_is_refused(warehouse: Warehouse) -> None:
    outcome = warehouse.dbt.invoke("parse", *variables({"order_hdr": {"cust_field_1": "x from dual --"}}))
    assert not outcome.success
    assert "maps custom fields to column names" in "".join(problems(outcome))


def test_custom_columns_are_valid_on_oracle(tmp_path: Path) -> None:
    fields = {entity: {"cust_field_1": f"{entity}_channel", "cust_date_2": f"{entity}_day"} for entity in PUBLISHING}
    compiled = compile_for_oracle(
        tmp_path, built_before=False, arguments=(*variables(fields), "--select", *published())
    )
    assert compiled.keys() >= set(published())
    assert [f"{name}: {finding}" for name, sql in compiled.items() for finding in check(sql)] == []
    for name, entity in published().items():
        assert f"as {entity}_channel," in compiled[name]


def published() -> dict[str, str]:
    """Return the marts that publish custom fields, with the entity."""
    found = {path.stem: CALL.search(path.read_text()) for path in MARTS.rglob("*.sql")}
    return {name: call[1] for name, call in found.items() if call}


def test_every_publishing_entity_has_one_mart() -> None:
    assert sorted(published().values()) == sorted(PUBLISHING)


def test_publishing_marts_have_an_enforced_contract() -> None:
    for name in published():
        (path,) = MARTS.rglob(f"{name}.yml")
        (model,) = yaml.safe_load(path.read_text())["models"]
        assert model["config"]["contract"] == {"enforced": True}
