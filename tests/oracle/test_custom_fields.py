"""Custom fields in a mart on Oracle: contract, merge and an added column."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.minimal_warehouse import READER, SmallWarehouse, environment
from tests.support.custom_mart import custom_mart, variables
from tests.support.harness import DbtProject, problems
from tests.support.oracle_double.server import Server


def test_custom_fields_are_built_and_added_on_oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(19)
    server.add_user(READER)
    server.install(monkeypatch)
    with environment(server):
        project = DbtProject(tmp_path, target="oracle", project_dir=custom_mart(tmp_path))
    warehouse = SmallWarehouse(server, project)
    warehouse.put("dock", 1, cust_field_1="A", cust_decimal_2="0.5")
    warehouse.put("dock", 2)
    first = warehouse.dbt("build", *variables({"dock": {"cust_field_1": "zone"}}))
    assert first.success, problems(first)
    assert warehouse.rows("select dock_id, zone from {user}.docks order by 1") == [(1, "A"), (2, None)]
    warehouse.put("dock", 2, cust_field_1="B")
    second = warehouse.dbt("build", *variables({"dock": {"cust_field_1": "zone", "cust_decimal_2": "height_factor"}}))
    assert second.success, problems(second)
    found = warehouse.rows("select dock_id, zone, height_factor from {user}.docks order by 1")
    assert [(row[0], row[1], row[2] and float(row[2])) for row in found] == [(1, "A", 0.5), (2, "B", None)]
