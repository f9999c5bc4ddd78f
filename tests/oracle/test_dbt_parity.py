"""dbt builds the same rows through dbt-oracle and the double as on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import GenericTestNode, SingularTestNode

from tests.oracle.conftest import OracleLoads
from tests.oracle.minimal_warehouse import READER, WITHOUT_TESTS, environment
from tests.oracle.recorded_sql import statements_of
from tests.oracle.warehouse import STEPS, Contents, Row, Warehouse, on_duckdb_after
from tests.support.harness import DbtProject
from tests.support.oracle_double.server import Server
from tests.support.sampling import A_RELEASE, EXHAUSTIVE, parameters, sampled

UNIT_TESTS = 4
DATA_TESTS = 1
"""Tests per kind: `unique`, `not_null` and so on. Each handwritten test is its own kind."""
TAKEN = STEPS if EXHAUSTIVE else STEPS[:2]
"""The second step rejects and releases rows. The third repeats this on tables that grew twice."""


@dataclass
class Built:
    """A double with everything built, and the statements that built it."""

    server: Server
    project: DbtProject
    contents: Contents
    on_duckdb: Contents
    """Models on DuckDB after the same number of steps."""
    starts: list[int]
    """Number of statements sent before each build and after the last one."""

    @property
    def manifest(self) -> Manifest:
        assert self.project.manifest is not None
        return self.project.manifest

    def sent(self, node: str, build: int) -> list[str]:
        """Return the statements of a node in a build, numbered from 1."""
        return statements_of(node, self.server.statements[self.starts[build - 1] : self.starts[build]])


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> list[Contents]:
    """Return all models on DuckDB after each step."""
    return on_duckdb_after(tmp_path_factory.mktemp("duckdb"), len(TAKEN), *WITHOUT_TESTS)


@pytest.fixture(scope="module", params=parameters((19, 23), A_RELEASE))
def on_oracle(
    request: pytest.FixtureRequest,
    on_duckdb: list[Contents],
    oracle_project: DbtProject,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Built]:
    """Steps through the loader and dbt-oracle, then tests. WMS_ELT_EXHAUSTIVE=1 runs all tests."""
    server = Server(request.param)
    server.add_user(READER)
    loads = OracleLoads(tmp_path_factory.mktemp("double"), server)

    def read(model: str) -> tuple[list[str], list[Row]]:
        columns = server.catalogue.find(server.user, model.upper()).columns
        return [name.lower() for name in columns], server.rows(f'select * from {server.user}."{model.upper()}"')

    with pytest.MonkeyPatch.context() as patch, environment(server):
        server.install(patch)
        warehouse, starts = Warehouse(loads, oracle_project, read), []
        for number in range(len(TAKEN)):
            starts.append(len(server.statements))
            warehouse.step(number, *WITHOUT_TESTS)
        starts.append(len(server.statements))
        oracle_project.run("test", *chosen_tests(oracle_project))
        yield Built(server, oracle_project, warehouse.contents(), on_duckdb[-1], starts)
    server.close()


def chosen_tests(project: DbtProject) -> tuple[str, ...]:
    """Return dbt arguments that select a sample of tests per kind; none if all tests run."""
    assert project.manifest is not None
    if EXHAUSTIVE:
        return ()
    kinds: dict[str, list[str]] = {}
    for node in project.manifest.nodes.values():
        if isinstance(node, GenericTestNode | SingularTestNode):
            kind = node.test_metadata.name if isinstance(node, GenericTestNode) else node.name
            kinds.setdefault(kind, []).append(node.name)
    unit_tests = sorted(test.name for test in project.manifest.unit_tests.values())
    data_tests = [name for names in kinds.values() for name in sampled(sorted(names), DATA_TESTS)]
    return ("--select", *data_tests, *sampled(unit_tests, UNIT_TESTS))


def test_models_equal_duckdb(on_oracle: Built) -> None:
    found, expected = on_oracle.contents, on_oracle.on_duckdb
    assert len(expected) > 30
    assert {name: columns for name, (columns, _) in found.items()} == {name: item[0] for name, item in expected.items()}
    assert {model: gap for model in expected if (gap := _difference(found[model], expected[model]))} == {}


def test_simulated_data_reaches_every_layer_and_changes(on_duckdb: list[Contents]) -> None:
    """Two empty models would be equal too."""
    filled = {model for model, (_, rows) in on_duckdb[-1].items() if rows}
    changed = {model for model in filled if all(before[model] != now[model] for before, now in pairwise(on_duckdb))}
    assert {"dim_item", "rejection_history", "rejected_records", "value_losses"} <= filled
    moving = {
        "order_hdr_history",
        "orders",
        "order_lines",
        "stg_wms__order_dtl",
        "rejected_records",
        "rejection_history",
    }
    assert moving - changed == set()


def test_mart_readers_keep_grants_and_never_miss_table(on_oracle: Built) -> None:
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


def test_temporary_tables_are_dropped(on_oracle: Built) -> None:
    temporary = {r.name for r in on_oracle.server.catalogue.relations.values() if r.kind == "preserve rows"}
    assert temporary == set()


def _difference(found: Any, expected: Any) -> dict[str, list[Any]]:
    """Return up to three rows that only one side has."""
    pairs = {"only on Oracle": found[1] - expected[1], "only on DuckDB": expected[1] - found[1]}
    return {
        side: [dict(zip(found[0], row, strict=True)) for row in list(rows)[:3]] for side, rows in pairs.items() if rows
    }
