"""The project on Oracle, as far as its SQL goes: every node compiles and none breaks a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.oracle_project import compile_for_oracle
from tests.dbt.oracle_rules import check


@pytest.fixture(scope="module", params=[False, True], ids=["first build", "incremental build"])
def compiled(request: pytest.FixtureRequest, oracle_work_dir: Path) -> dict[str, str]:
    return compile_for_oracle(oracle_work_dir, built_before=request.param)


def test_no_node_breaks_a_rule(compiled: dict[str, str]) -> None:
    assert len(compiled) > 100
    found = [f"{name}:{finding.line}: {finding}" for name, sql in compiled.items() for finding in check(sql)]
    assert found == []


def test_a_table_that_exists_is_built_on(compiled: dict[str, str], request: pytest.FixtureRequest) -> None:
    watermark = "coalesce(max(read_order), 0) from wms.stg_wms__task"
    assert (watermark in compiled["stg_wms__task"]) == ("incremental" in request.node.callspec.id)


def test_every_staging_model_parses_its_document_once(compiled: dict[str, str]) -> None:
    staging = {name: sql for name, sql in compiled.items() if name.startswith("stg_wms__")}
    assert len(staging) >= 20
    assert {name for name, sql in staging.items() if sql.count("json_table(") != 1 or "json_value(" in sql} == set()
