"""Profiles of the docs site on the Oracle double: run tables stand for marts, because both are plain tables."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pytest

from loader.site import profiles
from loader.site.catalogue import Column, Table
from loader.site.profiles import profile_table
from loader.site.results import read_last_results
from loader.warehouse import TEST_RESULT, open_warehouse
from tests.oracle.conftest import OracleLoads
from tests.support.harness import REPOSITORY

ROWS = [
    {
        "run_id": f"r{number}",
        "test_name": "unique",
        "started_at": datetime.fromisoformat(f"2026-05-0{number}"),
        "failures": number,
    }
    for number in (1, 2, 3)
]


def table(materialized: str = "table") -> Table:
    columns = [
        Column(name=column.name, type="text", unit="", description="", path="", is_personal=False, tests=())
        for column in TEST_RESULT.columns
    ]
    names = ("node", "name", "kind", "area", "purpose", "grain", "owner", "path", "code", "compiled")
    empty = ("questions", "needs", "improved_by", "tests", "parents", "children")
    values = {
        **dict.fromkeys(names, ""),
        **dict.fromkeys(empty, ()),
        "columns": tuple(columns),
        "relation": f"wms.{TEST_RESULT.name}",
        "materialized": materialized,
    }
    return cast(Table, Table(**values))  # type: ignore[arg-type]


@pytest.mark.parametrize("materialized", ["table", "view"])
@pytest.mark.parametrize("limit", [1_000_000, 2])
def test_table_is_profiled_on_oracle(
    oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch, limit: int, materialized: str
) -> None:
    monkeypatch.setattr(profiles, "PROFILED_ROWS", limit)
    oracle_loads.wms.rows["item"] = {}
    with open_warehouse(oracle_loads.settings()) as target:
        target.ensure_run_tables()
        target.insert(TEST_RESULT, ROWS)
        profile = profile_table(target, table(materialized), {"test_name"}, "oracle")
    assert profile
    assert profile.rows == 3
    assert profile.sample[0][1] == "masked"
    if limit > 3:
        failures = profile.columns["failures"]
        assert (failures.distinct, failures.low, failures.high) == (3, "1", "3")
        assert profile.columns["status"].null_share == 1
    else:
        assert profile.profiled <= 3


def test_last_results_are_read_on_oracle(oracle_loads: OracleLoads) -> None:
    oracle_loads.wms.rows["item"] = {}
    with open_warehouse(oracle_loads.settings()) as target:
        target.ensure_run_tables()
        target.insert(TEST_RESULT, [{**row, "status": "ok"} for row in ROWS])
        results = read_last_results(target, "wms", REPOSITORY / "dbt_project")
    assert (results.tests["unique"].amount, results.tests["unique"].at) == (3, datetime.fromisoformat("2026-05-03"))
