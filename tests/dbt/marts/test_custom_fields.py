"""Custom fields that a tenant publishes: staged, typed, in the marts, and part of their contracts."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from loader.settings.custom_fields import PUBLISHING
from tests.dbt.marts.warehouse import FACILITIES, Warehouse, line, order, relation
from tests.dbt.oracle_project import compile_for_oracle
from tests.dbt.oracle_rules import check
from tests.support.custom_mart import custom_mart, variables
from tests.support.harness import REPOSITORY, DbtProject, RawDatabase, problems
from tests.support.sampling import parameters

CALL = re.compile(r"custom_fields\('(\w+)', '([\w.]+)'\)")
MARTS = {
    path.stem: (call[1], path)
    for path in (REPOSITORY / "dbt_project" / "models" / "marts").rglob("*.sql")
    if (call := CALL.search(path.read_text()))
}
"""Marts that publish custom fields, with the entity and the file."""
FIELDS = {entity: {"cust_field_1": "channel", "cust_date_1": "promised_date"} for entity in PUBLISHING} | {
    "order_dtl": {"cust_decimal_1": "margin", "cust_number_2": "box_count"}
}
VALUES = {"cust_field_1": "Loja", "cust_date_1": "2026-05-09", "cust_decimal_1": "0.25", "cust_number_2": 7}


@pytest.fixture(scope="module")
def warehouse(dbt_work_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A row in every publishing mart. Its dbt files are separate, because changed variables make dbt parse again."""
    path = dbt_work_dir / "warehouse.duckdb"
    for file in (path, path.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)
    warehouse = Warehouse(RawDatabase(path), DbtProject(tmp_path_factory.mktemp("custom")))
    warehouse.open()
    raw, facility = warehouse.raw, relation(11)
    raw.put_all("order_hdr", [order(1, **VALUES), order(2)])
    raw.put_all("order_dtl", [line(1, 1, **VALUES), line(2, 2)])
    audit = {"create_ts": "2026-05-04T09:00:00Z", "mod_ts": "2026-05-04T09:00:00Z"}
    stock = {"item_id": relation(900), "container_id": relation(6), "curr_qty": "3", "facility_id": facility}
    raw.put("container", {"id": 6, **audit, **VALUES, "facility_id": facility, "type": "I", "status_id": 30})
    raw.put("inventory", {"id": 5, **audit, **stock})
    for entity in ("ib_shipment", "location"):
        raw.put(entity, {"id": 4, **audit, **VALUES, "facility_id": facility})
    raw.put("item", {"id": 900, **audit, **VALUES, "code": "SKU-900", "company_id": relation(3)})
    for key, code in FACILITIES.items():
        raw.put("facility", {"id": key, **audit, **VALUES, "code": code, "name": code})
    warehouse.build(*variables(FIELDS), select=[f"+{mart}" for mart in MARTS])
    return warehouse


def rows(warehouse: Warehouse, mart: str, *columns: str) -> list[tuple[Any, ...]]:
    return warehouse.raw.rows(f"select {', '.join(columns)} from wms.{mart} order by 1")


def test_every_publishing_entity_has_one_mart() -> None:
    assert sorted(entity for entity, _ in MARTS.values()) == sorted(PUBLISHING)


@pytest.mark.parametrize("mart", sorted(set(MARTS) - {"order_lines"}))
def test_mart_has_custom_columns(warehouse: Warehouse, mart: str) -> None:
    (model,) = yaml.safe_load(MARTS[mart][1].with_suffix(".yml").read_text())["models"]
    assert model["config"]["contract"] == {"enforced": True}
    assert rows(warehouse, mart, "channel", "promised_date")[0] == ("Loja", date(2026, 5, 9))


def test_custom_columns_have_the_types_of_their_fields(warehouse: Warehouse) -> None:
    lines = rows(warehouse, "order_lines", "order_dtl_id", "margin", "box_count")
    assert lines == [(1, Decimal("0.25"), 7), (2, None, None)]
    assert rows(warehouse, "orders", "order_id", "channel") == [(1, "Loja"), (2, None)]


def test_unit_tests_of_marts_pass(warehouse: Warehouse) -> None:
    """`make dbt` runs them."""
    tests = ("--select", *(f"{mart},test_type:unit" for mart in MARTS))
    warehouse.dbt.run("test", *variables(FIELDS), *tests)


def test_later_builds_follow_changed_values_and_fields(raw_db: RawDatabase, tmp_path: Path) -> None:
    project = DbtProject(tmp_path, project_dir=custom_mart(tmp_path))
    raw_db.put_all("dock", [{"id": 1, "cust_field_1": "A", "cust_field_2": "x"}, {"id": 2}])
    project.run("build", *variables({"dock": {"cust_field_1": "zone"}}))
    assert raw_db.rows("select dock_id, zone from wms.docks order by 1") == [(1, "A"), (2, None)]
    raw_db.put("dock", {"id": 2, "cust_field_1": "B"})
    # a field is added, then one is removed
    for fields in ({"cust_field_1": "zone", "cust_field_2": "gate"}, {"cust_field_2": "gate"}):
        project.run("build", *variables({"dock": fields}))
        assert raw_db.rows("select dock_id, gate from wms.docks order by 1") == [(1, "x"), (2, None)]
    assert raw_db.rows("select zone from wms.docks order by dock_id") == [("A",), ("B",)]
    # the materializations of dbt and dbt-duckdb compare contracts too
    (slow,) = [variables({"dock": {"cust_field_1": "zone"}}, duckdb_fast_path=False)]
    project.run("build", "--full-refresh", *slow)
    assert raw_db.rows("select zone from wms.docks order by dock_id") == [("A",), ("B",)]


@pytest.mark.parametrize(
    ("name", "message"),
    [("priority", "docks has a column of that name"), ("x from y --", "maps custom fields to column names")],
)
def test_unusable_name_is_refused(raw_db: RawDatabase, tmp_path: Path, name: str, message: str) -> None:
    project = DbtProject(tmp_path, project_dir=custom_mart(tmp_path))
    raw_db.put("dock", {"id": 1})
    outcome = project.invoke("build", *variables({"dock": {"cust_field_1": name}}))
    assert not outcome.success
    assert message in "".join(problems(outcome))


@pytest.mark.parametrize("built_before", parameters([False, True], [True]), ids=["first build", "incremental build"])
def test_custom_columns_are_valid_on_oracle(tmp_path: Path, built_before: bool) -> None:
    given = variables({"dock": {"cust_field_1": "zone", "cust_date_2": "opened_date"}})
    project = custom_mart(tmp_path)
    compiled = compile_for_oracle(tmp_path, built_before=built_before, project_dir=project, arguments=given)
    assert [f"{name}: {finding}" for name, sql in compiled.items() for finding in check(sql)] == []
    assert "as opened_date," in compiled["docks"]
