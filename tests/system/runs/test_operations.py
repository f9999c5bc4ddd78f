"""Complete runs, backfills and reconciliations through their public functions: real HTTP, a real DuckDB file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from loader.dbt import BuildResult, DbtProject
from loader.dbt.relations import mart_names
from loader.errors import ConfigError
from loader.report import RunReport, Silent
from loader.report.reconciliation import Reconciliation, render
from loader.runs import reconcile, run_backfill, run_elt, run_load
from loader.settings import Settings
from tests.system.runs.conftest import Tenant

ROOT = Path(__file__).parents[3]

TASKS = {"GRUPONOS_PIPELINE__ENTITIES": "task,task_status", "GRUPONOS_PIPELINE__READ_PARENTS": "false"}
READ_COPY = {"GRUPONOS_TARGET__DUCKDB_READ_COPY": "true"}
ORDERS = {"GRUPONOS_PIPELINE__ENTITIES": "facility,order_hdr,order_dtl,order_status"}


@pytest.fixture
def settings(tenant: Tenant) -> Settings:
    return tenant.settings(**ORDERS)


def shown(lines: list[Reconciliation]) -> str:
    console = Console(width=140, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(render(lines))
    return console.export_text()


def test_run_loads_builds_and_saves_report(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = run_elt(tenant.settings(**READ_COPY))
    assert (report.status, report.exit_code, report.errors) == ("ok", 0, ())
    assert_read_copy_has_all_marts(tenant, report)
    assert report.build is not None
    assert report.build.built("failed") == report.build.tested("failed") == 0
    assert report.freshness is not None
    assert report.freshness.count("ok") == len(report.freshness.sources)
    # not the sources of entities that no run was asked for
    assert {line.source for line in report.freshness.sources} == {
        f"wms.{entity}" for entity in tenant.settings().pipeline.all_entities
    }
    assert report.quality is not None
    assert report.quality.rejected_rows > 0
    assert tenant.query("select run_id, status, exit_code from wms_raw.elt_run") == [(report.run_id, "ok", 0)]
    assert tenant.query("select count(*) from wms_raw.elt_entity_run") == [(len(report.entities),)]
    written = json.loads((tenant.directory / "work" / "runs" / "latest.json").read_text())
    assert written["run_id"] == report.run_id
    assert tenant.query("select count(*) from wms.wms_allocations")[0][0] > 0
    assert report.plan
    assert (report.plan.scope, len(report.marts)) == ("everything", len(mart_names(ROOT / "dbt_project")))
    assert_builds_what_changed(tenant, report)


def assert_read_copy_has_all_marts(tenant: Tenant, report: RunReport) -> None:
    assert report.read_copy
    assert report.read_copy.is_published
    copy = tenant.settings().target.read_copy
    with duckdb.connect(str(copy), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        [(rows, comments)] = connection.execute(
            "select (select count(*) from wms.orders), count(comment) from duckdb_columns() where table_name = 'orders'"
        ).fetchall()
    histories = {file.stem for file in (ROOT / "dbt_project" / "snapshots").glob("*.yml")}
    assert tables == {*mart_names(ROOT / "dbt_project"), *histories, "read_copy"}
    assert [(rows,)] == tenant.query("select count(*) from wms.orders")
    assert comments > 20


def assert_builds_what_changed(tenant: Tenant, first: RunReport) -> None:
    copy = tenant.settings().target.read_copy
    before = copy.stat()
    unchanged = run_elt(tenant.settings(**READ_COPY))
    assert copy.stat() == before
    assert unchanged.plan
    assert (unchanged.plan.scope, unchanged.build, unchanged.errors) == ("nothing", None, ())
    assert unchanged.quality
    assert first.quality
    assert unchanged.quality.rules == first.quality.rules
    assert unchanged.verdict == first.verdict
    tenant.advance(minutes=90)
    changed = run_elt(tenant.settings(**TASKS))
    assert changed.plan
    assert changed.build
    assert changed.plan.reason == "new: task"
    built = {node.name for node in changed.build.builds}
    assert {"stg_wms__task", "task_performance", "source_reconciliation"} <= built
    assert not {"stg_wms__order_hdr", "orders"} & built
    assert changed.errors == ()
    assert len({mart.as_of for mart in changed.marts}) == 1


def test_entity_failure_is_reported_and_isolated(tenant: Tenant) -> None:
    report = run_load(tenant.settings(GRUPONOS_PIPELINE__ENTITIES="facility,order_hrd"))
    assert report.exit_code == 20
    assert [error.code for error in report.errors] == ["WMS_ENTITY_001"]
    assert {entity.entity: entity.status for entity in report.entities} == {"facility": "ok", "order_hrd": "failed"}


def test_backfill_reads_period_and_keeps_watermark(tenant: Tenant, settings: Settings) -> None:
    run_load(settings)
    tenant.advance(minutes=40)
    report = run_backfill(settings, "order_hdr", "2026-05-02", "2026-05-04T06:00Z")
    [entity] = report.entities
    assert (report.exit_code, entity.entity, entity.new_versions) == (0, "order_hdr", 0)
    changed = [datetime.fromisoformat(json.loads(text)["mod_ts"]) for text in tenant.documents("order_hdr")]
    period = (datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 4, 6, tzinfo=UTC))
    assert 0 < sum(period[0] <= at < period[1] for at in changed) <= entity.rows_read
    following = run_load(settings)
    window = next(entity.window_from for entity in following.entities if entity.entity == "order_hdr")
    assert window is not None
    assert f"{window:%H:%M}" == "11:30"


class Notes(Silent):
    """Records each message and the number of requests answered by then."""

    def __init__(self, tenant: Tenant) -> None:
        self._stats = tenant.simulator.stats
        self.heard: list[tuple[int, str]] = []

    def note(self, text: str) -> None:
        self.heard.append((self._stats.requests, text))


def test_backfill_plan_is_shown_before_reading(tenant: Tenant, settings: Settings) -> None:
    notes = Notes(tenant)
    run_backfill(settings, "order_hdr", "2026-05-02", "2026-05-04T06:00Z", progress=notes)
    plan = [text.strip() for requests, text in notes.heard if requests == 0]
    assert "3 windows" in plan[0]
    assert plan[1:4] == [
        "2026-05-02 00:00:00Z to 2026-05-03 00:00:00Z",
        "2026-05-03 00:00:00Z to 2026-05-04 00:00:00Z",
        "2026-05-04 00:00:00Z to 2026-05-04 06:00:00Z",
    ]
    assert tenant.simulator.stats.requests > 0


@pytest.mark.parametrize(
    ("entity", "first", "last", "code"),
    [
        ("order_hdr", "yesterday", "2026-05-04", "WMS_CONF_020"),
        ("order_hdr", "2026-05-04", "2026-05-04", "WMS_CONF_020"),
        ("order_hdr", "2026-05-04", "2026-05-01", "WMS_CONF_020"),
        ("order_hrd", "2026-05-01", "2026-05-04", "WMS_CONF_022"),
    ],
)
def test_invalid_backfill_is_refused_before_reading(
    tenant: Tenant, settings: Settings, entity: str, first: str, last: str, code: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        run_backfill(settings, entity, first, last)
    assert caught.value.code == code
    assert not tenant.database.exists()


def test_backfill_of_entity_without_mod_ts_is_refused(settings: Settings) -> None:
    report = run_backfill(settings, "order_status", "2026-05-01", "2026-05-02")
    assert [error.code for error in report.errors] == ["WMS_CONF_021"]


def test_reconcile_after_load_ignores_pending_changes(tenant: Tenant, settings: Settings) -> None:
    run_load(settings)
    lines = reconcile(settings)
    assert [line for line in lines if not line.agrees] == []
    assert "agree" in shown(lines)
    tenant.advance(minutes=30)
    lines = reconcile(settings)
    assert [line for line in lines if not line.agrees] == []
    assert sum(line.comparison.pending for line in lines) > 0


def test_gap_is_reported_by_facility_and_repaired(
    tenant: Tenant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    # the repairing run compares only staging; the first test builds everything
    models = [f"stg_wms__{entity}" for entity in settings.pipeline.all_entities]
    build = DbtProject.build
    staging: Callable[..., BuildResult] = lambda project, *_, **__: build(  # noqa: E731
        project, models, extra=["--exclude-resource-type", "test"]
    )
    monkeypatch.setattr(DbtProject, "build", staging)
    run_load(settings)
    lose_the_oldest_order(tenant)
    lines = reconcile(settings)
    [gap] = [line for line in lines if not line.agrees]
    assert (gap.comparison.entity, gap.comparison.missing, len(gap.comparison.examples)) == ("order_hdr", 1, 1)
    assert "REPAIR=1" in shown(lines)
    kept = "select sum(missing_rows), sum(stale_rows) from wms_raw.elt_reconciliation where entity = 'order_hdr'"
    assert tenant.query(kept) == [(1, 0)]
    assert [line for line in reconcile(settings, repair=True) if not line.agrees] == []
    assert tenant.current("order_hdr") == tenant.documents("order_hdr")
    # twice with the gap, once without
    assert tenant.query(f"{kept} group by compared_at order by compared_at") == [(1, 0), (1, 0), (0, 0)]


def lose_the_oldest_order(tenant: Tenant) -> None:
    import duckdb

    with duckdb.connect(str(tenant.database)) as connection:
        connection.execute(
            "delete from wms_raw.order_hdr where entity_id = (select min(entity_id) from wms_raw.order_hdr "
            "where facility_id is not null)"
        )


def test_incomparable_entity_is_reported(tenant: Tenant) -> None:
    lines = reconcile(tenant.settings(GRUPONOS_PIPELINE__ENTITIES="order_hrd"))
    assert [line.error.code for line in lines if line.error] == ["WMS_ENTITY_001"]
    assert "WMS_ENTITY_001" in shown(lines)
    [(source_rows, message)] = tenant.query("select source_rows, message from wms_raw.elt_reconciliation")
    assert source_rows is None
    assert "WMS_ENTITY_001" in message


def test_long_backfill_is_confirmed_and_starts_at_first_row(tenant: Tenant, settings: Settings) -> None:
    period = ("order_hdr", "1990-01-01", "2026-05-04")
    with pytest.raises(ConfigError, match=r"13,272 windows") as caught:
        run_backfill(settings, *period)
    assert (caught.value.code, tenant.database.exists()) == ("WMS_CONF_043", False)
    report = run_backfill(settings, *period, confirmed=True)
    [whole] = run_backfill(settings, "order_hdr", "2026-04-20", "2026-05-04").entities
    assert (report.status, report.entities[0].rows_read) == ("ok", whole.rows_read)
    assert whole.rows_read > 0
    # windows of one day would need 13,272 requests
    assert tenant.simulator.stats.requests < 200


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0900-01-01", "\0", "\ud83d", "1" * 9000],
    ids=range(6),
)
def test_date_out_of_range_is_config_error(settings: Settings, text: str) -> None:
    for period in ((text, "2026-05-04"), ("2026-05-01", text)):
        with pytest.raises(ConfigError, match="WMS_CONF_020"):
            run_backfill(settings, "order_hdr", *period)
