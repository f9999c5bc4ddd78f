"""dbt builds the same through dbt-oracle and the double as on DuckDB, row for row."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest

from tests.dbt.harness import DbtProject
from tests.landing.conftest import Loads
from tests.oracle.conftest import OracleLoads
from tests.oracle.sent import statements_of
from tests.oracle.small import READER, WITHOUT_TESTS, environment
from tests.oracle.warehouse import STEPS, Contents, Row, Warehouse
from tests.oracle_double.server import Server

# three builds of everything in one fixture
pytestmark = pytest.mark.timeout(1800)

EVERYTHING = bool(os.environ.get("WMS_ELT_EXHAUSTIVE"))


@dataclass
class Built:
    """An imitated Oracle with everything in it, and how it came there."""

    server: Server
    project: DbtProject
    contents: Contents
    on_duckdb: Contents
    """What DuckDB has after as many steps."""
    starts: list[int]
    """How many statements had been sent before each build, and after the last."""

    @property
    def manifest(self) -> Manifest:
        assert self.project.manifest is not None
        return self.project.manifest

    def sent(self, node: str, build: int) -> list[str]:
        """Statements of a node in a build, from 1."""
        return statements_of(node, self.server.statements[self.starts[build - 1] : self.starts[build]])


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> list[Contents]:
    """What DuckDB has in all models after each step."""
    directory = tmp_path_factory.mktemp("duckdb")
    loads, project = Loads(directory), DbtProject(directory / "dbt")

    def read(model: str) -> tuple[list[str], list[Row]]:
        with duckdb.connect(str(loads.database), read_only=True) as connection:
            result = connection.execute("set timezone = 'UTC'").execute(f"select * from wms.{model}")
            return [column[0].lower() for column in result.description or ()], result.fetchall()

    with pytest.MonkeyPatch.context() as patch:
        for name, value in loads.settings().dbt_environment().items():
            patch.setenv(name, value)
        project.parse()
        warehouse, after = Warehouse(loads, project, read), []
        for number in range(len(STEPS)):
            warehouse.step(number, *WITHOUT_TESTS)
            after.append(warehouse.contents())
        return after


@pytest.fixture(scope="module", params=[19, 23])
def on_oracle(
    request: pytest.FixtureRequest,
    on_duckdb: list[Contents],
    oracle_project: DbtProject,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Built]:
    """Steps through the loader and dbt-oracle: on 19 all, and all tests in the last; on 23, to save time, two."""
    server = Server(request.param)
    server.add_user(READER)
    loads = OracleLoads(tmp_path_factory.mktemp("double"), server)

    def read(model: str) -> tuple[list[str], list[Row]]:
        columns = server.catalogue.find(server.user, model.upper()).columns
        return [name.lower() for name in columns], server.rows(f'select * from {server.user}."{model.upper()}"')

    with pytest.MonkeyPatch.context() as patch, environment(server):
        server.install(patch)
        warehouse, starts = Warehouse(loads, oracle_project, read), []
        is_whole = server.release == 19 or EVERYTHING
        steps = range(len(STEPS) if is_whole else 2)
        for number in steps:
            starts.append(len(server.statements))
            warehouse.step(number, *(() if is_whole and number == steps[-1] else WITHOUT_TESTS))
        starts.append(len(server.statements))
        yield Built(server, oracle_project, warehouse.contents(), on_duckdb[steps[-1]], starts)
    server.close()


def test_every_model_holds_what_it_holds_on_duckdb(on_oracle: Built) -> None:
    found, expected = on_oracle.contents, on_oracle.on_duckdb
    assert len(expected) > 30
    assert {name: columns for name, (columns, _) in found.items()} == {name: item[0] for name, item in expected.items()}
    assert {model: gap for model in expected if (gap := _difference(found[model], expected[model]))} == {}


def test_the_world_reaches_every_layer_and_changes(on_duckdb: list[Contents]) -> None:
    """Two empty models are equal too."""
    filled = {model for model, (_, rows) in on_duckdb[-1].items() if rows}
    changed = {model for model in filled if on_duckdb[0][model] != on_duckdb[1][model] != on_duckdb[2][model]}
    assert {"dim_item", "rejection_history", "rejected_records"} <= filled
    moving = {"order_hdr_history", "orders", "order_lines", "stg_wms__order_dtl"}
    assert moving - changed == set()


def test_readers_of_marts_keep_their_privilege_and_never_meet_a_missing_table(on_oracle: Built) -> None:
    marts = {
        node.unique_id: node
        for node in on_oracle.manifest.nodes.values()
        if node.resource_type == "model" and node.fqn[1] == "marts"
    }
    granted = {name.lower() for _, name, grantee, _ in on_oracle.server.catalogue.grants if grantee == READER}
    assert granted == {node.alias for node in marts.values()}
    for name, node in marts.items():
        grants = [sum(text.startswith("grant ") for text in on_oracle.sent(name, build)) for build in (1, 2)]
        swaps = [text for text in on_oracle.sent(name, 2) if " rename to " in text.lower()]
        stays = node.config.materialized == "incremental"
        assert (grants, bool(swaps)) == (([1, 0], False) if stays else ([1, 1], True)), name


def test_docs_and_freshness_pass(on_oracle: Built) -> None:
    catalog = on_oracle.project.run("docs generate", "--no-compile").result
    assert {node.metadata.name.lower() for node in catalog.nodes.values()} == set(on_oracle.contents)
    fresh = on_oracle.project.run("source freshness").result
    assert {str(result.status) for result in fresh} == {"pass"}


def test_temporary_tables_are_gone(on_oracle: Built) -> None:
    temporary = {r.name for r in on_oracle.server.catalogue.relations.values() if r.kind == "preserve rows"}
    assert temporary == set()


def _difference(found: Any, expected: Any) -> dict[str, list[Any]]:
    """Up to three rows that only one of the two has."""
    pairs = {"only on Oracle": found[1] - expected[1], "only on DuckDB": expected[1] - found[1]}
    return {
        side: [dict(zip(found[0], row, strict=True)) for row in list(rows)[:3]] for side, rows in pairs.items() if rows
    }
