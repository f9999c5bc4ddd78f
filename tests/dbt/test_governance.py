"""Requirements for every mart, checked in dbt's manifest: contract, owner, grain and tested key."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest

from loader.settings.profiles import CORE, PARENTS
from tests.support.harness import REPOSITORY, DbtProject
from tests.support.parsed_once import COMPILED

READ = re.compile(r'"(\w+)"|(?:from|join) \{(\w+)\}')
"""Names of tables in the code of the page: quoted, or in braces in a query."""
GRAIN = re.compile(r"Grain: one row per [^.]+\.$")
# dimension keys: a mart with one of them joins the dimension
DIMENSIONS = ("facility_id",)
MOST_LINES = 100
SELECTORS = {"hot", "nightly", "wms_core"}
WITHOUT_NEEDS = {
    *("dim_date", "kpi_current", "kpi_daily"),
    *("business_rules", "data_freshness", "mart_entities", "quality_score", "rejected_records"),
    *("source_reconciliation", "status_usage", "value_losses"),
}
"""Marts about all entities."""


@pytest.fixture(scope="module")
def manifest(dbt_work_dir: Path) -> Manifest:
    outcome = DbtProject(dbt_work_dir).run("parse")
    assert isinstance(outcome.result, Manifest)
    return outcome.result


def marts(manifest: Manifest) -> list[Any]:
    found = [node for node in manifest.nodes.values() if node.resource_type == "model" and node.fqn[1] == "marts"]
    assert len(found) >= 9
    return found


def generic_tests(manifest: Manifest) -> Iterator[tuple[str, str, str | None, dict[str, Any]]]:
    """Return tested node, test name, column and arguments."""
    for node in manifest.nodes.values():
        if node.resource_type == "test" and getattr(node, "test_metadata", None) and node.attached_node:
            yield node.attached_node, node.test_metadata.name, node.column_name, node.test_metadata.kwargs


def unmet(manifest: Manifest, *rules: Any) -> dict[str, list[str]]:
    """Return what each mart lacks."""
    lacking = {mart.name: [text for rule in rules for text in rule(mart)] for mart in marts(manifest)}
    return {name: texts for name, texts in lacking.items() if texts}


def test_sql_files_have_at_most_100_lines() -> None:
    lengths = {file.name: file.read_text().count("\n") for file in (REPOSITORY / "dbt_project").rglob("*.sql")}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}
    assert len(lengths) > 200


def test_marts_have_contract_owner_and_grain(manifest: Manifest) -> None:
    def promises(mart: Any) -> Iterator[str]:
        if not mart.contract.enforced:
            yield "no enforced contract"
        if not GRAIN.search(mart.description.strip()):
            yield "the description does not end with its grain"
        if mart.access != "public":
            yield "not public"
        owner = manifest.groups[f"group.wms_elt.{mart.group}"].owner if mart.group else None
        if not (owner and owner.name and owner.email):
            yield "no owner"

    assert unmet(manifest, promises) == {}


def test_mart_columns_have_type_and_description(manifest: Manifest) -> None:
    def described(mart: Any) -> Iterator[str]:
        for column in mart.columns.values():
            if not column.data_type or len(column.description) < 4 or not column.description.strip().endswith("."):
                yield column.name

    assert unmet(manifest, described) == {}


def test_marts_have_tested_key(manifest: Manifest) -> None:
    unique: defaultdict[str, list[list[str]]] = defaultdict(list)
    not_null: defaultdict[str, set[str]] = defaultdict(set)
    for tested, name, column, arguments in generic_tests(manifest):
        if name == "unique" and column:
            unique[tested].append([column])
        elif name == "unique_combination":
            unique[tested].append(arguments["columns"])
        elif name == "not_null" and column:
            not_null[tested].add(column)

    def keyed(mart: Any) -> Iterator[str]:
        if not any(set(key) <= not_null[mart.unique_id] for key in unique[mart.unique_id]):
            yield "no column or combination that is tested to be unique and never null"

    assert unmet(manifest, keyed) == {}


def test_foreign_keys_to_dimensions_are_tested(manifest: Manifest) -> None:
    joined = {(tested, column) for tested, name, column, _ in generic_tests(manifest) if name == "relationships"}

    def joins(mart: Any) -> Iterator[str]:
        for column in mart.columns.values():
            # the facility itself may be the invalid value
            exempt = mart.group == "data_quality" or mart.name == f"dim_{column.name.removesuffix('_id')}"
            if column.name in DIMENSIONS and not exempt and (mart.unique_id, column.name) not in joined:
                yield column.name

    assert unmet(manifest, joins) == {}


def test_flags_are_0_or_1(manifest: Manifest) -> None:
    def flags(mart: Any) -> Iterator[str]:
        for column in mart.columns.values():
            if column.name.startswith("is_") and column.data_type != "integer":
                yield f"{column.name} is no 0 or 1"

    assert unmet(manifest, flags) == {}


def test_histories_write_descriptions_of_their_columns_to_the_database(manifest: Manifest) -> None:
    snapshots = [node for node in manifest.nodes.values() if node.resource_type == "snapshot"]
    assert len(snapshots) == 7
    for snapshot in snapshots:
        assert snapshot.config.persist_docs == {"relation": True, "columns": True}
        assert {"dbt_valid_from", "dbt_valid_to"} <= snapshot.columns.keys()
        assert [column.name for column in snapshot.columns.values() if not column.description] == []


def test_exposures_have_owner_url_and_maturity(manifest: Manifest) -> None:
    assert manifest.exposures
    for exposure in manifest.exposures.values():
        assert exposure.url
        assert exposure.maturity
        assert exposure.owner.name
        assert exposure.owner.email
        assert exposure.depends_on.nodes


def test_every_mart_has_exposure(manifest: Manifest) -> None:
    read = {node for exposure in manifest.exposures.values() for node in exposure.depends_on.nodes}
    assert [mart.name for mart in marts(manifest) if mart.unique_id not in read] == []


def test_status_page_exposure_lists_its_models(manifest: Manifest) -> None:
    words = {
        word
        for path in (REPOSITORY / "loader" / "site").glob("*.py")
        for found in READ.findall(path.read_text())
        for word in found
    }
    tables = {mart.name for mart in marts(manifest)} | {
        node.name for node in manifest.nodes.values() if node.resource_type == "seed"
    }
    page = manifest.exposures["exposure.wms_elt.data_status_page"]
    assert {name.rpartition(".")[2] for name in page.depends_on.nodes} == words & tables


def test_selectors_cover_described_nodes(dbt_work_dir: Path, manifest: Manifest) -> None:
    project = DbtProject(dbt_work_dir)
    every = {mart.unique_id for mart in marts(manifest)}
    chosen = {name: set(listed(project, name)) for name in SELECTORS}
    assert every <= chosen["nightly"]
    assert {name for name in chosen["nightly"] if name.startswith("snapshot.")} == {
        node.unique_id for node in manifest.nodes.values() if node.resource_type == "snapshot"
    }
    assert every <= chosen["wms_core"]
    assert not [name for name in chosen["wms_core"] if name.startswith("unit_test.")]
    assert {name for name in chosen["hot"] if not name.startswith("source.")} <= chosen["nightly"]
    assert {"model.wms_elt.wms_allocations", "model.wms_elt.rejected_records"} <= chosen["hot"]
    assert not {"model.wms_elt.dim_item", "model.wms_elt.kpi_daily"} & chosen["hot"]
    for name in ("hot", "wms_core"):
        assert len([test for test in chosen[name] if test.startswith("test.")]) > 100
        assert unbuilt_parents(manifest, chosen[name]) == set()
        assert "test.wms_elt.assert_something_is_landed" in chosen[name]


def unbuilt_parents(manifest: Manifest, chosen: set[str]) -> set[str]:
    """Return the inputs of selected nodes and tests that are not selected: a new database would lack them."""
    nodes = [manifest.nodes[name] for name in chosen if name in manifest.nodes]
    built = [node for node in nodes if node.resource_type in {"model", "snapshot", "test"}]
    return {parent for node in built for parent in node.depends_on.nodes if parent in manifest.nodes} - chosen


def listed(project: DbtProject, selector: str) -> list[str]:
    outcome = project.run("ls", "--selector", selector, "--output", "json", "--output-keys", "unique_id", "--quiet")
    return [re.findall(r'"unique_id": "([^"]+)"', line)[0] for line in outcome.result]


def test_marts_list_questions_and_appear_in_overview(manifest: Manifest) -> None:
    overview = manifest.docs["doc.wms_elt.__overview__"].block_contents

    def answers(mart: Any) -> Iterator[str]:
        questions = mart.config.meta.get("questions", [])
        if not questions or not all(question.endswith("?") for question in questions):
            yield "no meta.questions, or one that does not end with a question mark"
        entities = {source.name for source in manifest.sources.values()}
        for key in ("needs", "improved_by"):
            if unknown := set(mart.config.meta.get(key, [])) - entities:
                yield f"meta.{key} names no entity of the sources: {unknown}"
        known = {*mart.config.meta.get("needs", []), *mart.config.meta.get("improved_by", [])}
        known |= {PARENTS[entity] for entity in known if entity in PARENTS}
        staged = {name.partition("stg_wms__")[2].removesuffix("_versions") for name in mart.depends_on.nodes}
        if mart.name not in WITHOUT_NEEDS and (undeclared := staged - known - {"", *CORE}):
            yield f"meta.improved_by lacks the optional entities {undeclared}"
        if not mart.config.meta.get("needs") and mart.name not in WITHOUT_NEEDS:
            yield "no meta.needs: the entities without which it has no rows"
        if f"`{mart.name}`" not in overview:
            yield "not in overview.md"

    assert unmet(manifest, answers) == {}


def test_incremental_marts_write_differences(manifest: Manifest) -> None:
    """So a changed meaning of a status, such as by status_overrides, reaches rows of any age at the next build."""
    strategies = {
        node.name: node.config.incremental_strategy
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.config.materialized == "incremental" and "marts" in node.fqn
    }
    assert len(strategies) > 5
    assert set(strategies.values()) == {"affected_rows"}


def test_sources_of_affected_rows_are_followed_or_declared(manifest: Manifest) -> None:
    """A version of a source may change a mart: the models of affected keys read its new versions, or it is declared."""
    filtered = {node.unique_id for node in manifest.nodes.values() if node.config.meta.get("affected")}
    assert len(filtered) > 15
    keys = {f"model.wms_elt.{manifest.nodes[name].config.meta['affected']['keys']}" for name in filtered}
    keys |= {name for name in manifest.nodes if name.endswith("__changed")}
    staged = {name for key in keys for name in manifest.parent_map[key] if ".stg_wms__" in name}
    followed = ancestors(manifest, staged)
    declared = {source.unique_id for source in manifest.sources.values() if source.config.meta.get("affects_all_rows")}
    assert {name for name in ancestors(manifest, filtered) - followed if name.startswith("source.")} == declared


def test_former_keys_are_read_before_table_is_written(manifest: Manifest) -> None:
    """Models of affected keys read tables as the last build left them, so dbt must write these tables after them."""
    read = {
        (name, f"model.wms_elt.{table}")
        for name, node in manifest.nodes.items()
        for code in (node.raw_code, *(manifest.macros[macro].macro_sql for macro in node.depends_on.macros))
        if name.startswith("model.wms_elt.int_")
        for table in re.findall(r"as_built\('(\w+)'\)", code)
    }
    assert len(read) > 10
    assert {(name, table) for name, table in read if name not in ancestors(manifest, [table])} == set()


def ancestors(manifest: Manifest, nodes: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        parents = set(manifest.parent_map.get(waiting.pop(), ())) - found
        found |= parents
        waiting += parents
    return found


def test_no_property_reads_variables_of_shared_parses() -> None:
    """Tests with other values of these share a parse, so only compiled SQL may read them."""
    read = {
        f"{path.name}: {name}"
        for path in (REPOSITORY / "dbt_project").rglob("*.yml")
        for name in COMPILED
        if re.search(rf"var\(\s*['\"]{name}", path.read_text())
    }
    assert read == set()
