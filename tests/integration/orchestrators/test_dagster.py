"""The Dagster graph, and its steps, which do the same as the command line."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from loader.dbt import DbtProject
from loader.dbt.plan import BuildState
from loader.integrations.dagster.dbt_assets import dbt_assets_of
from loader.integrations.dagster.entities import agreement_check, entity_asset
from loader.integrations.dagster.freshness import freshness_checks
from loader.integrations.dagster.location import build_definitions
from loader.integrations.plan import POOL, SCHEDULES
from loader.integrations.tasks import load_entity, record_build
from loader.report.build_states import save_state
from loader.runs import run_load
from loader.settings import load_settings
from loader.warehouse import open_warehouse
from tests.system.runs.conftest import Tenant, tenant

__all__ = ["tenant"]

ROOT = Path(__file__).parents[3]
# backfill_policy is beta, so Dagster warns for each asset
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")

LOADS = {f"dlt_wms_{entity}" for entity in load_settings({}, env_file=None).pipeline.all_entities}
Manifest = dict[str, dict[str, dict[str, object]]]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Working directory with the project: a copy would be parsed again."""
    directory = tmp_path_factory.mktemp("checkout")
    (directory / "dbt_project").symlink_to(ROOT / "dbt_project")
    shutil.copy(ROOT / "profiles.yml.example", directory)
    with contextlib.chdir(directory):
        yield directory


@pytest.fixture(scope="module")
def definitions(checkout: Path) -> dg.Definitions:
    environment = {"GRUPONOS_PIPELINE__WORK_DIR": str(checkout / "work")}
    return build_definitions(load_settings(environment, env_file=None))


@pytest.fixture(scope="module")
def manifest(checkout: Path, definitions: dg.Definitions) -> Manifest:
    content: Manifest = json.loads((checkout / "work" / "dbt" / "target" / "manifest.json").read_text())
    return content


def keys(definitions: dg.Definitions) -> set[str]:
    return {key.to_user_string() for key in definitions.resolve_asset_graph().materializable_asset_keys}


def test_entities_and_dbt_nodes_are_assets(definitions: dg.Definitions, manifest: Manifest) -> None:
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] in {"model", "seed", "snapshot"}]
    found = keys(definitions)
    assert found > LOADS
    assert len(found) == len(LOADS) + len(nodes)


def test_staging_models_depend_on_their_load(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for entity in load_settings({}, env_file=None).pipeline.all_entities:
        load = dg.AssetKey(f"dlt_wms_{entity}")
        children = {key.path[-1] for key in graph.get(load).child_keys}
        assert f"stg_wms__{entity}" in children, entity
        assert graph.get(load).is_materializable


def test_loads_have_daily_partitions_and_one_pool(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    nodes = [node for node in graph.asset_nodes if node.key.path[-1].startswith("dlt_wms_")]
    # sources of entities that are not configured have no load
    loads = [node for node in nodes if node.is_materializable]
    assert len(loads) == len(LOADS)
    for node in loads:
        assert isinstance(node.partitions_def, dg.DailyPartitionsDefinition)
        assert node.pools == {POOL}
        assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_data_tests_and_entity_comparisons_are_checks(definitions: dg.Definitions, manifest: Manifest) -> None:
    checks = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    attached = {
        str(node["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node.get("attached_node")
    }
    assert len(attached) > 300
    assert attached <= checks
    held = [key for key in definitions.resolve_asset_graph().asset_check_keys if key.name == "agrees_with_the_wms"]
    assert {key.asset_key.path[-1] for key in held} == LOADS
    # unit tests check code, not data
    assert not checks & {str(node["name"]) for node in manifest["unit_tests"].values()}


def test_two_hourly_job_excludes_comparison_with_the_wms(
    definitions: dg.Definitions,
) -> None:
    steps = {node.name for node in definitions.resolve_job_def("wms_elt").nodes}
    assert steps == {*LOADS, "source_freshness", "wms_dbt"}
    compared = {node.name for node in definitions.resolve_job_def("wms_reconcile").nodes}
    assert len(compared) == len(LOADS)
    assert not compared & steps


def test_weekly_job_reads_every_document(definitions: dg.Definitions) -> None:
    config = definitions.resolve_job_def("wms_full").get_run_config_for_partition_key("2026-05-04")
    assert {name for name, op in config["ops"].items() if op["config"]["full"]} == LOADS


def test_schedule_tick_requests_partition_of_its_day(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    schedules = {schedule.job_name: schedule for schedule in repository.schedule_defs}
    assert {name: schedule.cron_schedule for name, schedule in schedules.items()} == dict(SCHEDULES)
    at = datetime(2026, 5, 4, 2, 15, tzinfo=UTC)
    asked = {}
    for name, schedule in schedules.items():
        context = dg.build_schedule_context(scheduled_execution_time=at, repository_def=repository)
        [request] = schedule.evaluate_tick(context).run_requests or ()
        asked[name] = request.partition_key
    assert asked == {"wms_elt": "2026-05-04", "wms_full": "2026-05-04", "wms_reconcile": None}


def test_only_oracle_uses_several_processes(checkout: Path) -> None:
    common = {"GRUPONOS_PIPELINE__WORK_DIR": str(checkout / "work")}
    oracle = {
        "GRUPONOS_TARGET__KIND": "oracle",
        "GRUPONOS_TARGET__ORACLE_USER": "u",
        "GRUPONOS_TARGET__ORACLE_PASSWORD": "p",
        "GRUPONOS_TARGET__ORACLE_DSN": "d",
    }
    assert build_definitions(load_settings(common, env_file=None)).executor == dg.in_process_executor
    assert build_definitions(load_settings(common | oracle, env_file=None)).executor == dg.multiprocess_executor


def test_today_is_incremental_and_a_past_day_a_backfill(tenant: Tenant) -> None:
    days = dg.DailyPartitionsDefinition(start_date="2026-05-01", end_offset=1)
    asset = entity_asset(tenant.settings(), "order_hdr", days)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([asset], partition_key=today, instance=instance).success
        assert tenant.current("order_hdr") == tenant.documents("order_hdr")
        # remove some rows, so that the backfill has new versions to store
        tenant.execute("delete from wms_raw.order_hdr where mod_ts >= '2026-05-03' and mod_ts < '2026-05-04'")
        assert tenant.current("order_hdr") != tenant.documents("order_hdr")
        done = dg.materialize([asset], partition_key="2026-05-03", instance=instance)
        assert tenant.current("order_hdr") == tenant.documents("order_hdr")
    [event] = done.get_asset_materialization_events()
    assert event.materialization.metadata["new_versions"].value > 0
    # separate state, apart from that of the whole pipeline
    names = tenant.query("select distinct pipeline_name from wms_raw.dlt_pipeline_state order by 1")
    assert names == [("wms_order_hdr",), ("wms_order_hdr_backfill_order_hdr",)]


def test_past_day_without_mod_ts_is_skipped(tenant: Tenant) -> None:
    days = dg.DailyPartitionsDefinition(start_date="2026-05-01", end_offset=1)
    done = dg.materialize([entity_asset(tenant.settings(), "order_status", days)], partition_key="2026-05-03")
    [event] = done.get_asset_materialization_events()
    assert event.materialization.metadata["runs"].value == "none: no mod_ts"


def test_error_fails_the_step_with_code_without_secret(tenant: Tenant) -> None:
    days = dg.DailyPartitionsDefinition(start_date="2026-05-01", end_offset=1)
    settings = tenant.settings(GRUPONOS_WMS__PASSWORD="not-the-password", GRUPONOS_WMS__RETRIES="0")
    asset = entity_asset(settings, "order_hdr", days)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    # a retry would take a minute
    done = dg.materialize([asset], partition_key=today, raise_on_error=False)
    assert not done.success
    text = "\n".join(str(event) for event in done.all_events)
    assert "WMS_AUTH_001" in text
    assert not any(event.is_step_up_for_retry for event in done.all_events)
    assert "not-the-password" not in text


def test_build_is_recorded_like_a_command_line_build(tenant: Tenant, checkout: Path) -> None:
    settings = tenant.settings(GRUPONOS_PIPELINE__ENTITIES="wave")
    run_load(settings)
    assets = dbt_assets_of(settings, DbtProject(settings))
    selection = dg.AssetSelection.assets(["stg_wms__wave"])
    checks = selection.checks()
    assert dg.materialize([assets], selection=selection | checks).success
    [(run_id, command, status, built, passed)] = tenant.query(
        "select run_id, command, status, models_ok, tests_passed from wms_raw.elt_run where command <> 'load'"
    )
    # a build of selected nodes evaluates no alert
    assert (command, status, built) == ("dbt", "ok", 1)
    nodes = f"select node_name from wms_raw.elt_node_result where run_id = '{run_id}'"
    assert tenant.query(nodes) == [("stg_wms__wave",)]
    tests = f"select count(*) from wms_raw.elt_test_result where run_id = '{run_id}' and status = 'ok'"
    assert tenant.query(tests) == [(passed,)]
    # three tests of the model, and one of all marts
    assert passed == 4


def test_freshness_of_all_entities_is_checked_in_one_step(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    aged = [key for key in graph.asset_check_keys if key.name == "is_fresh"]
    assert {key.asset_key.path[-1] for key in aged} == LOADS
    [step] = [node for node in definitions.resolve_job_def("wms_full").nodes if node.name == "source_freshness"]
    assert len(step.definition.output_defs) == len(LOADS)


@pytest.mark.exhaustive
def test_old_last_read_makes_an_entity_late_or_stale(tenant: Tenant, checkout: Path) -> None:
    entities = ("allocation", "order_dtl", "order_hdr", "company")
    settings = tenant.settings()
    for entity in ("allocation", "order_dtl", "order_hdr"):
        load_entity(settings, entity, print)
    for entity, hours in (("allocation", 5), ("order_dtl", 13)):
        tenant.execute(
            f"update wms_raw.elt_entity_run set finished_at = (now() at time zone 'UTC') - interval '{hours} hours' "
            f"where entity = '{entity}'"
        )
    checks = freshness_checks(settings, DbtProject(settings), entities)
    specs = [dg.AssetSpec(f"dlt_wms_{entity}") for entity in entities]
    done = dg.Definitions(assets=specs, asset_checks=[checks]).resolve_implicit_global_asset_job_def()
    found = {each.asset_key.path[-1]: each for each in done.execute_in_process().get_asset_check_evaluations()}
    assert {name: (each.passed, each.severity.value) for name, each in found.items()} == {
        "dlt_wms_allocation": (False, "ERROR"),
        "dlt_wms_order_dtl": (False, "WARN"),
        "dlt_wms_order_hdr": (True, "ERROR"),
        # never loaded
        "dlt_wms_company": (True, "ERROR"),
    }
    assert found["dlt_wms_allocation"].metadata["age_seconds"].value == pytest.approx(5 * 3600, abs=300)
    assert found["dlt_wms_allocation"].metadata["error_after_seconds"].value == 4 * 3600


@pytest.mark.exhaustive
def test_freshness_of_unreachable_target_fails_with_code(tenant: Tenant, checkout: Path) -> None:
    settings = tenant.settings(GRUPONOS_TARGET__DUCKDB_PATH=str(checkout / "profiles.yml.example"))
    checks = freshness_checks(tenant.settings(), DbtProject(tenant.settings()), ["wave"])
    broken = freshness_checks(settings, DbtProject(settings), ["wave"])
    for check, code in ((checks, ""), (broken, "WMS_DBT_001")):
        job = dg.Definitions(assets=[dg.AssetSpec("dlt_wms_wave")], asset_checks=[check])
        done = job.resolve_implicit_global_asset_job_def().execute_in_process(raise_on_error=False)
        assert done.success is not bool(code)
        assert code in "\n".join(str(event) for event in done.all_events)


def test_configured_threshold_reaches_the_dagster_build(tenant: Tenant) -> None:
    project = DbtProject(tenant.settings(GRUPONOS_PIPELINE__QUALITY_ERROR="0.5"), root=ROOT)
    assert project.variable_arguments() == ("--vars", '{"quality_error":0.5}')
    assert DbtProject(tenant.settings(), root=ROOT).variable_arguments() == ()


@pytest.mark.exhaustive
def test_scheduled_job_records_runs_of_entities_and_build(tenant: Tenant, checkout: Path) -> None:
    # quality is low in a tiny warehouse
    settings = tenant.settings(GRUPONOS_PIPELINE__QUALITY_ERROR="0.5", GRUPONOS_PIPELINE__QUALITY_WARN="0.5")
    job = build_definitions(settings).resolve_job_def("wms_elt")
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(partition_key=f"{datetime.now(UTC):%Y-%m-%d}", instance=instance).success
    runs = "select command, status, count(*) from wms_raw.elt_run group by all order by all"
    assert tenant.query(runs) == [("build", "ok", 1), ("load", "ok", len(LOADS))]
    [(built, failed, passed, score)] = tenant.query(
        "select models_ok, models_failed, tests_passed, quality_score from wms_raw.elt_run where command = 'build'"
    )
    assert (failed, built > 100, passed > 300, 0.5 < score < 1) == (0, True, True, True)
    reports = [json.loads(file.read_text()) for file in (tenant.directory / "work" / "runs").glob("*.json")]
    # latest.json repeats the report of the last run
    kept = {report["run_id"]: report for report in reports}.values()
    [fresh] = [report["freshness"]["sources"] for report in kept if report["command"] == "build"]
    assert len(fresh) == len(LOADS)
    assert {source["status"] for source in fresh} == {"ok"}


def test_error_that_ends_a_build_is_recorded_and_raised(tenant: Tenant, checkout: Path) -> None:
    settings, now = tenant.settings(GRUPONOS_PIPELINE__ENTITIES="wave"), datetime.now(UTC)
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        save_state(target, "wms", BuildState(fingerprint="", marks={}, built_at=now, covered_at=now))

    def run_dbt() -> None:
        with record_build(settings, DbtProject(settings), whole=True) as built:
            built.artifacts = tenant.directory
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_dbt()
    kept = "select command, status, exit_code, error_code from wms_raw.elt_run"
    assert tenant.query(kept) == [("build", "failed", 70, "WMS_DBT_004")]
    assert tenant.query("select alert_key from wms_raw.elt_alert") == [("run_failed:build",)]
    # the next `wms-elt elt` builds everything
    assert tenant.query("select count(*) from wms_raw.elt_build_state") == [(0,)]


@pytest.mark.exhaustive
def test_comparison_check_names_missing_rows(tenant: Tenant) -> None:
    settings = tenant.settings()
    load_entity(settings, "order_hdr", print)
    check = agreement_check(settings, "order_hdr")
    spec = dg.AssetSpec("dlt_wms_order_hdr")

    def evaluation() -> dg.AssetCheckEvaluation:
        job = dg.Definitions(assets=[spec], asset_checks=[check]).resolve_implicit_global_asset_job_def()
        [found] = job.execute_in_process().get_asset_check_evaluations()
        return found

    assert evaluation().passed
    tenant.execute("delete from wms_raw.order_hdr where entity_id in (select min(entity_id) from wms_raw.order_hdr)")
    found = evaluation()
    assert not found.passed
    assert found.metadata["missing"].value == 1
