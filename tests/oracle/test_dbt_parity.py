"""dbt builds the same rows through dbt-oracle and the double as on DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import GenericTestNode, SingularTestNode

from tests.dbt.marts.full_world import BUILT_AT, READ_AT, FullWorld, full_world_in
from tests.oracle.copied import copy_versions, create_raw_tables, highest_read_orders
from tests.oracle.minimal_warehouse import READER, WITHOUT_TESTS, environment
from tests.oracle.recorded_sql import statements_of
from tests.oracle.warehouse import Contents, Reader, Row, contents_of
from tests.support.harness import DbtProject
from tests.support.oracle_double.server import Server
from tests.support.sampling import A_RELEASE, EXHAUSTIVE, parameters, sampled

SAMPLE = (
    *("+orders", "+order_lines", "+wms_allocations", "+allocation_performance", "+inventory_transactions"),
    *("+int_order_instruction__orders", "+order_hdr_history"),
)
"""Models that `make test` builds on the double; `make test-all` builds all."""
SELECTED = BUILT_AT if EXHAUSTIVE else (tuple(f"{sample},{kept}" for sample in SAMPLE for kept in BUILT_AT[0]), SAMPLE)
"""What each build selects."""
UNIT_TESTS = 4
DATA_TESTS = 1
"""Tests per kind: `unique`, `not_null` and so on. Each handwritten test is its own kind."""


@dataclass
class Built:
    """A double with everything built, and the statements that built it."""

    server: Server
    project: DbtProject
    contents: Contents
    on_duckdb: Contents
    """Models on DuckDB after the same instants."""
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
def full_world(tmp_path_factory: pytest.TempPathFactory) -> FullWorld:
    """A warehouse with all entities, built on DuckDB at two instants."""
    return full_world_in(tmp_path_factory.mktemp("duckdb") / "full")


@pytest.fixture(scope="module", params=parameters((19, 23), A_RELEASE))
def on_oracle(request: pytest.FixtureRequest, full_world: FullWorld, oracle_project: DbtProject) -> Iterator[Built]:
    """The same raw rows, built with dbt-oracle at the same instants, then tests. `make test-all` runs all tests.

    The second build computes only affected rows; the one on DuckDB computes all.
    """
    server = Server(request.param)
    server.add_user(READER)
    create_raw_tables(server, full_world.raw.path)

    def read(model: str) -> tuple[list[str], list[Row]]:
        columns = server.catalogue.find(server.user, model.upper()).columns
        return [name.lower() for name in columns], server.rows(f'select * from {server.user}."{model.upper()}"')

    with pytest.MonkeyPatch.context() as patch, environment(server):
        server.install(patch)
        starts, models, built = [], set[str](), set[str]()
        for at, selected in zip(READ_AT, SELECTED, strict=True):
            starts.append(len(server.statements))
            if at != READ_AT[0]:
                patch.setenv("WMS_ELT_BUILT_UP_TO", json.dumps(highest_read_orders(server, full_world.raw.path)))
            copy_versions(server, full_world.raw.path, at.replace(tzinfo=None))
            nodes = [
                result.node for result in oracle_project.run("build", *WITHOUT_TESTS, "--select", *selected).result
            ]
            built |= {node.unique_id for node in nodes}
            models |= {node.alias.lower() for node in nodes if node.resource_type in {"model", "seed", "snapshot"}}
        starts.append(len(server.statements))
        patch.delenv("WMS_ELT_BUILT_UP_TO")
        oracle_project.run("test", *chosen_tests(oracle_project, built))
        server.duck.execute("detach source")
        with opened(full_world.raw.path) as read_duckdb:
            on_duckdb = contents_of(models, read_duckdb)
        yield Built(server, oracle_project, contents_of(models, read), on_duckdb, starts)
    server.close()


@contextmanager
def opened(file: Path) -> Iterator[Reader]:
    """Open a DuckDB file, and return a function that reads a model in it."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")

        def read(model: str) -> tuple[list[str], list[Row]]:
            result = connection.execute(f"select * from wms.{model}")
            return [column[0].lower() for column in result.description or ()], result.fetchall()

        yield read


def chosen_tests(project: DbtProject, built: set[str]) -> tuple[str, ...]:
    """Return dbt arguments that select a sample of tests per kind of the built nodes; none if all tests run."""
    assert project.manifest is not None
    if EXHAUSTIVE:
        return ()
    kinds: dict[str, list[str]] = {}
    for node in project.manifest.nodes.values():
        if not isinstance(node, GenericTestNode | SingularTestNode):
            continue
        if built.issuperset(parent for parent in node.depends_on.nodes if not parent.startswith("source.")):
            kind = node.test_metadata.name if isinstance(node, GenericTestNode) else node.name
            kinds.setdefault(kind, []).append(node.name)
    unit_tests = sorted(
        test.name for test in project.manifest.unit_tests.values() if built.issuperset(test.depends_on.nodes)
    )
    data_tests = [name for names in kinds.values() for name in sampled(sorted(names), DATA_TESTS)]
    return ("--select", *data_tests, *sampled(unit_tests, UNIT_TESTS))


def test_models_equal_duckdb(on_oracle: Built) -> None:
    partial = {name for name in on_oracle.contents if name.endswith(("__affected", "__changed"))}
    assert all(on_oracle.contents[name][1] for name in partial - {"int_inventory_history__affected"})
    found, expected = (
        {name: rows for name, rows in contents.items() if name not in partial}
        for contents in (on_oracle.contents, on_oracle.on_duckdb)
    )
    assert len(expected) > 30
    assert {name: columns for name, (columns, _) in found.items()} == {name: item[0] for name, item in expected.items()}
    assert {model: gap for model in expected if (gap := _difference(found[model], expected[model]))} == {}


def test_simulated_data_changes_in_every_layer(full_world: FullWorld) -> None:
    """Two empty models would be equal too."""
    moving = {
        "order_hdr_history",
        "orders",
        "order_lines",
        "stg_wms__order_dtl",
        "rejection_history",
    }
    with opened(full_world.before) as first, opened(full_world.raw.path) as second:
        before, after = contents_of(moving, first), contents_of(moving, second)
    for model in moving:
        assert before[model][1]
        assert before[model] != after[model]


def test_mart_readers_keep_grants_and_never_miss_table(on_oracle: Built) -> None:
    marts = {
        node.unique_id: node
        for node in on_oracle.manifest.nodes.values()
        if node.resource_type == "model" and node.fqn[1] == "marts" and node.alias in on_oracle.contents
    }
    granted = {name.lower() for _, name, grantee, _ in on_oracle.server.catalogue.grants if grantee == READER}
    assert granted == {node.alias for node in marts.values()}
    for name in marts:
        first, second = on_oracle.sent(name, 1), on_oracle.sent(name, 2)
        grants = [sum(text.startswith("grant ") for text in sent) for sent in (first, second)]
        assert grants == ([1, 0] if first else [0, 1]), name
        assert not [text for text in second if " rename to " in text.lower()], name


def test_docs_and_freshness_pass(on_oracle: Built) -> None:
    catalog = on_oracle.project.run("docs generate", "--no-compile").result
    assert {node.metadata.name.lower() for node in catalog.nodes.values()} == set(on_oracle.contents)
    fresh = on_oracle.project.run("source freshness").result
    assert {str(result.status) for result in fresh} == {"pass"}


def test_temporary_tables_have_stable_names(on_oracle: Built) -> None:
    temporary = {relation.name for relation in on_oracle.server.catalogue.relations.values() if relation.is_temporary}
    assert temporary
    assert {name for name in temporary if not name.startswith("ELT$")} == set()


def _difference(found: Any, expected: Any) -> dict[str, list[Any]]:
    """Return up to three rows that only one side has."""
    pairs = {"only on Oracle": found[1] - expected[1], "only on DuckDB": expected[1] - found[1]}
    return {
        side: [dict(zip(found[0], row, strict=True)) for row in list(rows)[:3]] for side, rows in pairs.items() if rows
    }
