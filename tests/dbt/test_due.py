"""Results that change without a new version: each node with such a result is a view, or says when it is due."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest

from loader.dbt.declarations import read_declarations
from loader.dbt.plan import PERIODS
from tests.support.harness import REPOSITORY, DbtProject

CLOCK = re.compile(r"current_timestamp|localtimestamp|current_date|sysdate|systimestamp|\bnow\(|run_started_at")
READ_LATER = {"view", "ephemeral"}
"""Materializations without rows: the reader evaluates them."""


@pytest.fixture(scope="module")
def manifest(dbt_work_dir: Path) -> Manifest:
    outcome = DbtProject(dbt_work_dir).run("parse")
    assert isinstance(outcome.result, Manifest)
    return outcome.result


def clock_macros(manifest: Manifest) -> set[str]:
    """Return the macros of the project that read the clock, themselves or by calling another one."""
    own = {name: macro for name, macro in manifest.macros.items() if macro.package_name == "wms_elt"}
    found = {name for name, macro in own.items() if CLOCK.search(macro.macro_sql)}
    while more := {name for name, macro in own.items() if found & {*macro.depends_on.macros}} - found:
        found |= more
    return found


def undeclared(manifest: Manifest) -> set[str]:
    """Return the nodes with rows that read the clock or the run tables, and aren't rebuilt in time."""
    clocks = clock_macros(manifest)
    nodes: Mapping[str, Any] = {name: node for name, node in manifest.nodes.items() if node.resource_type != "seed"}

    def changes(node: Any) -> bool:
        return (
            bool(clocks & {*node.depends_on.macros} or CLOCK.search(node.raw_code))
            or any(parent.startswith("source.wms_elt.elt.") for parent in node.depends_on.nodes)
            or any(
                parent in nodes and nodes[parent].config.materialized in READ_LATER and changes(nodes[parent])
                for parent in node.depends_on.nodes
            )
        )

    def is_due(node: Any) -> bool:
        return "due" in node.config.meta or any(is_due(nodes[name]) for name in node.depends_on.nodes if name in nodes)

    stored = [node for node in nodes.values() if node.resource_type in {"model", "snapshot"}]
    return {node.name for node in stored if node.config.materialized not in READ_LATER and changes(node)} - {
        node.name for node in stored if is_due(node)
    }


def test_nodes_that_read_clock_or_run_tables_are_due(manifest: Manifest) -> None:
    assert "macro.wms_elt.utc_now" in clock_macros(manifest)
    assert undeclared(manifest) == set()


@pytest.mark.parametrize("name", ["rejected_records", "source_reconciliation"])
def test_missing_declaration_of_due_is_found(manifest: Manifest, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(manifest.nodes[f"model.wms_elt.{name}"].config.meta, "due")
    assert undeclared(manifest) == {name}


def test_clock_view_as_table_is_found(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest.nodes["model.wms_elt.data_freshness"].config, "materialized", "table")
    assert undeclared(manifest) == {"data_freshness"}


def test_no_data_test_reads_the_clock(manifest: Manifest) -> None:
    """A test runs with its model. Its verdict must not change in between."""
    clocks = clock_macros(manifest)
    tests: Iterable[Any] = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    assert [test.name for test in tests if clocks & {*test.depends_on.macros} or CLOCK.search(test.raw_code)] == []


def test_files_and_manifest_declare_the_same(manifest: Manifest) -> None:
    """The loader reads sources, thresholds and periods from the files, because importing dbt takes seconds."""
    declared = read_declarations(REPOSITORY / "dbt_project")
    seconds: Callable[[Any], float | None] = lambda limit: (  # noqa: E731
        limit.count * PERIODS[str(limit.period)].total_seconds() if limit and limit.count else None
    )
    assert {(source.name, source.warn_after, source.error_after) for source in declared.sources} == {
        (
            f"{source.source_name}.{source.name}",
            seconds(source.freshness and source.freshness.warn_after),
            seconds(source.freshness and source.freshness.error_after),
        )
        for source in manifest.sources.values()
    }
    assert declared.periods == {
        node.config.meta["due"] for node in manifest.nodes.values() if "due" in node.config.meta
    }
    assert {source.source_name for source in manifest.sources.values()} == {"wms", "elt"}
