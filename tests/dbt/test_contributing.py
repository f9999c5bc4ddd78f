"""The guides in docs/contributing/dbt.md, executed in a copy of the project, and slim CI."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from dbt.contracts.graph.manifest import Manifest

from loader.simulator import Clock, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from tests.dbt import test_governance as governance
from tests.support.harness import REPOSITORY, DbtProject, RawDatabase
from tests.system.runs.conftest import ORIGIN, Tenant

PAGE = (REPOSITORY / "docs" / "contributing" / "dbt.md").read_text()
# `path`, then optionally the text of the line before the block, then the block
STEP = re.compile(r"`(dbt_project/[^`]+)`(?:,\s+after\s+`([^`]+)`)?\n\n```\w+\n(.+?)```", re.DOTALL)
AGAIN = re.compile(r"in the same file, after `([^`]+)`\n\n```\w+\n(.+?)```", re.DOTALL)
ENTITY = "stg_wms__location_type"
SHIPPED = "json_extract_string(doc, '$.order_shipped_ts') > ''"
WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def follow(recipe: str, copy: Path) -> list[str]:
    """Follow a section and return the changed files."""
    steps = STEP.findall(section(recipe))
    steps += [(steps[-1][0], after, block) for after, block in AGAIN.findall(section(recipe))]
    for name, after, block in steps:
        path = copy / Path(name).relative_to("dbt_project")
        assert path.exists() or not after, f"{name} does not exist: correct the guide"
        assert after or not path.exists(), f"{name} exists: choose another example for the guide"
        path.write_text(_inserted(path.read_text(), after, block) if after else block)
    return [name for name, _, _ in steps]


def _inserted(text: str, after: str, block: str) -> str:
    """Insert a block after the first line that contains a word."""
    lines = text.splitlines(keepends=True)
    place = next((number for number, line in enumerate(lines, 1) if after in line), None)
    assert place, f"no line contains {after!r}: correct the guide"
    return "".join([*lines[:place], block, *lines[place:]])


@dataclass
class Contribution:
    """A copy of the project, main's built database and main's manifest."""

    project: DbtProject
    raw: RawDatabase
    state: Path

    def slim(self, command: str, *arguments: str) -> list[str]:
        """Return the names of the nodes that slim CI selects for a command."""
        outcome = self.project.run(command, "--select", "state:modified+", "--state", str(self.state), *arguments)
        if command == "ls":
            return [line.rpartition(".")[2] for line in outcome.result]
        return [result.node.name for result in outcome.result.results]


@pytest.fixture(scope="module")
def main(dbt_work_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Contribution:
    """Orders and the guide's entity from the simulator, loaded as in the first step. Orders are built by main."""
    directory = tmp_path_factory.mktemp("contribution")
    shutil.copytree(
        REPOSITORY / "dbt_project", directory / "dbt_project", ignore=shutil.ignore_patterns("target", "logs")
    )
    database = dbt_work_dir / "warehouse.duckdb"
    for file in (database, database.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)
    raw = RawDatabase(database)
    raw.execute("drop schema wms_raw cascade")
    [[name, value]] = re.findall(r"^(GRUPONOS_\w+)=(\w+) make load$", section("An entity"), re.MULTILINE)
    config = SimulatorConfig(world=WorldSpec(scale=300, days=2, origin=ORIGIN))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
        entities = "company,facility,order_hdr,order_dtl,allocation"
        Tenant(simulator, dbt_work_dir).load(GRUPONOS_PIPELINE__ENTITIES=entities, **{name: value})
    for facility, order in (("null", "min(entity_id)"), ('{"id": 99999}', "max(entity_id)")):
        raw.execute(
            f"""update wms_raw.order_hdr set doc = json_merge_patch(doc, '{{"facility_id": {facility}}}')
            where entity_id = (select {order} from wms_raw.order_hdr where {SHIPPED})"""
        )
    project = DbtProject(directory, project_dir=directory / "dbt_project")
    state = directory / "state"
    manifest = project.run("parse").result
    manifest.write(str(state / "manifest.json"))
    project.run("build", *WITHOUT_TESTS, "--select", "+orders", "+dim_facility")
    return Contribution(project, raw, state)


@pytest.fixture(scope="module")
def modified(main: Contribution) -> Contribution:
    """A mart and a new entity on top."""
    assert main.slim("ls") == []
    assert len(follow("An entity", main.project.project_dir)) == 4
    assert len(follow("A mart", main.project.project_dir)) == 4
    return main


@pytest.mark.exhaustive
def test_entity_and_mart_from_guides_build_and_pass_their_tests(modified: Contribution) -> None:
    """The orders include one without a facility and one with an unknown facility."""
    outcome = modified.project.run("build", "--select", ENTITY, "orders_shipped_daily")
    assert {result.status for result in outcome.result.results} == {"success", "pass"}
    names = {result.node.name for result in outcome.result.results}
    assert names >= {ENTITY, f"unique_{ENTITY}_location_type_id", "orders_shipped_daily", "shipped_orders_by_day"}
    staged = modified.raw.rows("select count(*), count(location_type_code) from wms.stg_wms__location_type")
    assert staged == modified.raw.rows("select count(*), count(*) from wms_raw.location_type")
    assert staged[0][0] > 0
    day = "select facility_id, facility_code, shipped_date"
    shipped = f"{day}, count(*), sum(has_error) from wms.orders where is_shipped = 1 group by all order by all"
    counted = f"{day}, order_count, flagged_order_count from wms.orders_shipped_daily order by all"
    found = modified.raw.rows(counted)
    assert found == modified.raw.rows(shipped)
    assert {(row[0] is None, row[1] is None) for row in found} == {(False, False), (True, True), (False, True)}


@pytest.mark.exhaustive
def test_slim_ci_builds_added_nodes_and_their_descendants(modified: Contribution) -> None:
    chosen = set(modified.slim("ls", "--resource-type", "model"))
    descendants = set(modified.project.run("ls", "--select", "int_quality__values_lost+", "--output", "name").result)
    assert chosen - descendants == {"orders_shipped_daily", ENTITY}
    built = modified.slim("build", "--exclude-resource-type", "exposure", "--exclude", "int_quality__values_lost+")
    assert {"orders_shipped_daily", "shipped_orders_by_day", ENTITY, f"unique_{ENTITY}_location_type_id"} <= set(built)


@pytest.mark.exhaustive
def test_mart_from_guide_passes_governance(modified: Contribution) -> None:
    manifest = modified.project.run("parse").result
    assert isinstance(manifest, Manifest)
    governance.test_marts_have_contract_owner_and_grain(manifest)
    governance.test_mart_columns_have_type_and_description(manifest)
    governance.test_marts_have_tested_key(manifest)
    governance.test_foreign_keys_to_dimensions_are_tested(manifest)
    governance.test_every_mart_has_exposure(manifest)
    governance.test_marts_list_questions_and_appear_in_overview(manifest)


@pytest.mark.exhaustive
def test_rule_from_guide_applies_to_every_mart(modified: Contribution) -> None:
    assert len(follow("A rule", modified.project.project_dir)) == 3
    chosen = set(modified.slim("ls", "--resource-type", "model"))
    assert {
        "int_order_hdr__rule_violations",
        "orders",
        "wms_allocations",
        "rejected_records",
        "business_rules",
    } <= chosen
    assert {name for name in chosen if name.startswith("stg_")} == {ENTITY}
    modified.raw.execute(
        """update wms_raw.order_hdr set doc = json_merge_patch(doc, '{"order_nbr": null}')
        where entity_id = (select min(entity_id) from wms_raw.order_hdr)"""
    )
    names = ("stg_wms__order_hdr", "int_order_hdr__rule_violations", "+business_rules")
    modified.project.run("build", "--full-refresh", *WITHOUT_TESTS, "--select", *names)
    modified.project.run("test", "--select", "int_order_hdr__rule_violations,test_type:unit")
    found = modified.raw.rows(
        "select entity_id, severity from wms.int_order_hdr__rule_violations where rule = 'order_number_present'"
    )
    assert found == modified.raw.rows("select min(entity_id), 'warn' from wms_raw.order_hdr")
    assert modified.raw.rows("select entity, severity from wms.business_rules where rule = 'order_number_present'") == [
        ("order_hdr", "warn")
    ]
