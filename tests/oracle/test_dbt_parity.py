"""dbt builds the same models through dbt-oracle and the imitated Oracle as on DuckDB, row for row."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.harness import DbtProject
from tests.landing.conftest import Loads
from tests.oracle.conftest import OracleLoads
from tests.oracle.warehouse import WITHOUT_TESTS, Contents, Row, Warehouse, models_of


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Contents]:
    """Names of all models, and what DuckDB has in them."""
    directory = tmp_path_factory.mktemp("duckdb")
    loads, project = Loads(directory), DbtProject(directory / "dbt")

    def read(model: str) -> tuple[list[str], list[Row]]:
        with duckdb.connect(str(loads.database), read_only=True) as connection:
            result = connection.execute("set timezone = 'UTC'").execute(f"select * from wms.{model}")
            return [column[0].lower() for column in result.description or ()], result.fetchall()

    with pytest.MonkeyPatch.context() as patch:
        _environment(patch, loads)
        warehouse = Warehouse(loads, project, read)
        warehouse.run(*WITHOUT_TESTS)
        models = models_of(project)
    return models, warehouse.contents(models)


@pytest.fixture(scope="module")
def dbt_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for both releases, so that dbt parses once."""
    return tmp_path_factory.mktemp("oracle")


def test_every_model_holds_what_it_holds_on_duckdb(
    oracle_loads: OracleLoads,
    on_duckdb: tuple[list[str], Contents],
    dbt_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models, expected = on_duckdb
    loads, server = oracle_loads, oracle_loads.server
    _environment(monkeypatch, loads)

    def read(model: str) -> tuple[list[str], list[Row]]:
        columns = server.catalogue.find(server.user, model.upper()).columns
        return [name.lower() for name in columns], server.rows(f'select * from {server.user}."{model.upper()}"')

    warehouse = Warehouse(loads, DbtProject(dbt_dir, target="oracle"), read)
    # tests and unit tests are the same SQL on both releases
    warehouse.run(*(() if server.release == 19 or os.environ.get("WMS_ELT_EXHAUSTIVE") else WITHOUT_TESTS))
    assert len(models) > 30
    found = warehouse.contents(models)
    assert {name: columns for name, (columns, _) in found.items()} == {name: item[0] for name, item in expected.items()}
    assert {model: gap for model in models if (gap := _difference(found[model], expected[model]))} == {}


def _difference(found: Any, expected: Any) -> dict[str, list[Any]]:
    """Up to three rows that only one of the two has."""
    pairs = {"only on Oracle": found[1] - expected[1], "only on DuckDB": expected[1] - found[1]}
    return {
        side: [dict(zip(found[0], row, strict=True)) for row in list(rows)[:3]] for side, rows in pairs.items() if rows
    }


def _environment(patch: pytest.MonkeyPatch, loads: Loads) -> None:
    for name, value in loads.settings().dbt_environment().items():
        patch.setenv(name, value)
    patch.setenv("DBT_ORACLE_THREADS", "1")
