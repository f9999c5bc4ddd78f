"""`dbt build` with only a profile: a database without raw tables becomes empty marts, and dbt warns about it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunnerResult

from tests.support.harness import DbtProject, RawDatabase
from tests.support.sampling import EXHAUSTIVE

# rows from the project itself, and one row per entity that reports that nothing was read
FILLED = {"business_rules", "data_freshness", "source_reconciliation", "dim_status", "status_usage", "mart_entities"}
"""Rules, entities, known statuses and marts exist without any document."""


@pytest.fixture(scope="module")
def database(dbt_work_dir: Path) -> Path:
    """A file without any schema."""
    path = dbt_work_dir / "warehouse.duckdb"
    for file in (path, path.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)
    duckdb.connect(path).close()
    return path


@pytest.fixture(scope="module")
def built(database: Path, dbt_work_dir: Path) -> dbtRunnerResult:
    """Build everything with all unit tests. `make test-all` runs the data tests too."""
    return DbtProject(dbt_work_dir).run("build", *(() if EXHAUSTIVE else ("--exclude", "test_type:generic")))


def test_empty_database_build_passes_every_test(built: dbtRunnerResult) -> None:
    ends = Counter((str(result.node.resource_type), str(result.status)) for result in built.result.results)
    assert set(ends) == {
        *(("model", "success"), ("seed", "success"), ("snapshot", "success"), ("exposure", "no-op")),
        *(("test", "pass"), ("test", "warn"), ("unit_test", "pass")),
    }
    warned = [result.node.name for result in built.result.results if str(result.status) == "warn"]
    assert warned == ["assert_something_is_landed"]


def test_marts_exist_and_are_empty(built: dbtRunnerResult, database: Path) -> None:
    marts = {
        result.node.alias
        for result in built.result.results
        if result.node.resource_type == "model" and result.node.fqn[1] == "marts"
    }
    with duckdb.connect(database, read_only=True) as connection:
        filled = {name for name in marts if connection.execute(f"select 1 from wms.{name} limit 1").fetchone()}
        read = connection.execute("select distinct freshness_state from wms.data_freshness").fetchall()
    assert filled == FILLED
    assert read == [("not asked",)]


def test_mart_columns_follow_contract_order(built: dbtRunnerResult, database: Path) -> None:
    """In another order, a build uses dbt's own comparison, which is slower."""
    declared = {
        result.node.alias: list(result.node.columns)
        for result in built.result.results
        if result.node.resource_type == "model" and result.node.contract.enforced
    }
    with duckdb.connect(database, read_only=True) as connection:
        found = {name: [column[0] for column in connection.table(f"wms.{name}").description] for name in declared}
    assert found == declared
    assert len(found) > 20


def test_unread_source_is_not_fresh(database: Path, dbt_work_dir: Path) -> None:
    outcome = DbtProject(dbt_work_dir).invoke("source freshness")
    assert {str(result.status) for result in outcome.result.results} == {"error"}


def test_later_rows_are_added_to_empty_tables(built: dbtRunnerResult, database: Path) -> None:
    raw = RawDatabase(database)
    raw.put("wave", {"id": 1, "run_nbr": "W1"})
    outcome = DbtProject(database.parent).run(
        *("build", "--indirect-selection", "buildable", "--select", "stg_wms__wave", "assert_something_is_landed")
    )
    assert {str(result.status) for result in outcome.result.results} == {"success", "pass"}
    assert raw.rows("select wave_id, run_nbr from wms.stg_wms__wave") == [(1, "W1")]
