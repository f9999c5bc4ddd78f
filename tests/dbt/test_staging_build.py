"""The complete staging layer: unit tests, key tests and personal data."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunnerResult

from tests.support.harness import DbtProject, RawDatabase

ORDER = {
    "id": 1,
    "order_nbr": "ORD-1",
    "cust_name": "Ana",
    "cust_city": "",
    "create_user": "U1",
    "ord_date": "2026-05-04",
}


def test_staging_builds_and_passes_tests(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put("order_hdr", ORDER)
    outcome = dbt_project.run("build", "--select", "staging", "--indirect-selection", "cautious")
    kinds = {str(result.node.resource_type) for result in outcome.result.results}
    assert kinds == {"model", "test", "unit_test"}
    assert column_types(raw_db) == described_types(outcome)


def column_types(raw_db: RawDatabase) -> dict[tuple[str, str], str]:
    """Return types in the database, in lower case; DuckDB stores no text length."""
    columns = raw_db.rows(
        "select table_name, column_name, lower(data_type) from information_schema.columns "
        "where table_schema = 'wms' and table_name like 'stg\\_wms\\_\\_%' escape '\\'"
    )
    return {(table, column): data_type for table, column, data_type in columns}


def described_types(outcome: dbtRunnerResult) -> dict[tuple[str, str], str]:
    """Return types in the YAML of the built models."""
    return {
        (result.node.name, column.name): column.data_type.partition("(")[0]
        if "varchar" in column.data_type
        else column.data_type
        for result in outcome.result.results
        if result.node.resource_type == "model"
        for column in result.node.columns.values()
    }


@pytest.mark.exhaustive
def test_personal_data_can_be_masked(raw_db: RawDatabase, dbt_work_dir: Path) -> None:
    # a variable makes dbt parse everything again, so don't use the shared parse of the other tests
    dbt_project = DbtProject(dbt_work_dir / "masked")
    raw_db.put_all("order_hdr", [ORDER, {**ORDER, "id": 2}, {**ORDER, "id": 3, "cust_name": "Bia"}])
    dbt_project.run("run", "--select", "stg_wms__order_hdr", "--vars", json.dumps({"mask_personal_data": True}))
    rows = raw_db.rows(
        "select cust_name, cust_city, created_by, order_nbr from wms.stg_wms__order_hdr order by order_hdr_id"
    )
    names = [row[0] for row in rows]
    assert names[0] == names[1] != names[2]
    assert not {"Ana", "Bia", "U1"} & {value for row in rows for value in row}
    assert [row[1] for row in rows] == [None] * 3
    assert {row[3] for row in rows} == {"ORD-1"}


def test_failing_rows_can_be_kept(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put_run("wave", "surprising", timedelta(0))
    dbt_project.run("run", "--select", "int_quality__entity_runs")
    outcome = dbt_project.invoke("test", "--select", "int_quality__entity_runs", "--store-failures")
    assert not outcome.success
    (table,) = raw_db.rows(
        "select table_name from information_schema.tables where table_name like 'dq\\_\\_%values%' escape '\\'"
    )
    assert raw_db.rows(f"select value_field from wms.{table[0]}") == [("surprising",)]


def test_document_missing_from_staging_is_found(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put_all("order_hdr", [ORDER, {**ORDER, "id": 2}])
    check = ["test", "--select", "has_every_document_stg_wms__order_hdr*"]
    dbt_project.run("run", "--select", "stg_wms__order_hdr")
    raw_db.put("order_hdr", {**ORDER, "id": 3})  # landed during the dbt build
    dbt_project.run(*check)
    raw_db.execute("update wms.stg_wms__order_hdr set order_hdr_id = 7 where order_hdr_id = 1")
    outcome = dbt_project.invoke(*check)
    assert [result.failures for result in outcome.result.results] == [2]
