from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from loader.dbt.plan import BuildState
from loader.report import EntityResult
from loader.report.kept_facts import KeptFacts
from loader.settings import Settings
from loader.site.queries import read_facts
from loader.site.view_model import Facts
from tests.integration.site.conftest import NOW, RECONCILIATION, MakeReport, Warehouse, rejected

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"


def test_last_30_runs_are_read_oldest_first(settings: Settings, warehouse: Warehouse, make_report: MakeReport) -> None:
    for number in range(1, 33):
        warehouse.ended(make_report(number))
    facts = read_facts(settings, now=NOW)
    assert facts.runs is not None
    assert [run["run_id"] for run in facts.runs] == [f"run-{number}" for number in range(3, 33)]
    assert tuple(facts.runs[0][name] for name in ("quality_score", "rows_read", "tests_failed")) == (0.99, 1210, 0)


def test_entity_has_last_result_and_last_success(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    warehouse.ended(make_report(1))
    later = NOW - timedelta(hours=1)
    failed = EntityResult(
        entity="item",
        status="failed",
        mode="incremental",
        started_at=later,
        finished_at=later,
        duration_s=0.1,
        message="no answer",
    )
    warehouse.ended(make_report(2, entities=(failed,)))
    facts = read_facts(settings, now=NOW)
    assert facts.entities is not None
    assert [row.entity for row in facts.entities] == ["order_hdr", "item"]
    item = facts.entities[1]
    assert (item.status, item.message) == ("failed", "no answer")
    assert item.succeeded_at == NOW - timedelta(hours=16) + timedelta(seconds=0.2)


def test_rejected_records_have_5_newest_samples_per_rule(settings: Settings, warehouse: Warehouse) -> None:
    warehouse.reject(*(rejected(number) for number in range(1, 8)))
    warehouse.reject(
        rejected(99, is_deleted=1), rejected(5, "facility_known", severity="warn", facility_id=None, value=None)
    )
    facts = read_facts(settings, now=NOW)
    assert facts.rules is not None
    first, second = facts.rules
    assert (first.rule, first.severity, first.records) == ("quantity_above_zero", "error", 7)
    assert [sample.entity_id for sample in first.samples] == [7, 6, 5, 4, 3]
    assert first.samples[0].facility == "DC01"
    assert first.samples[0].first_seen_at == datetime.fromisoformat("2026-11-20 00:07:00")
    assert (second.rule, second.severity, second.samples[0].value, second.samples[0].facility) == (
        "facility_known",
        "warn",
        "",
        "",
    )


def test_kpis_have_values_of_marts_and_chart_days(settings: Settings, warehouse: Warehouse) -> None:
    facts = read_facts(settings, now=NOW)
    assert facts.kpis is not None
    fill, wait = facts.kpis
    assert (fill.kpi.title, fill.kpi.target, fill.kpi.higher_is_better) == ("Line fill rate", 0.97, True)
    assert [(line.facility, line.state, line.last_7_days) for line in fill.lines] == [
        ("DC01", "off_target", 0.925),
        ("DC02", "on_target", 0.985),
    ]
    assert fill.lines[0].by_day == {date(2026, 11, 24): 0.9, date(2026, 11, 20): 0.95}
    assert (wait.kpi.target, wait.lines[0].last_30_days) == (None, None)


def test_freshness_and_10_slowest_nodes_come_from_the_report(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    warehouse.ended(make_report(1))
    facts = read_facts(settings, now=NOW)
    assert facts.report is not None
    assert facts.report.run_id == "run-1"
    assert facts.slowest is not None
    assert [node.name for node in facts.slowest] == [f"model_{place}" for place in range(11, 1, -1)]
    assert facts.freshness is not None
    assert (facts.freshness[0].source, facts.freshness[0].age_s) == ("order_hdr", 3600)


def test_missing_database_is_no_problem_and_is_not_created(settings: Settings) -> None:
    facts = read_facts(settings, now=NOW)
    assert (facts.problem, facts.runs, facts.kpis, facts.report) == (None, None, None, None)
    assert not settings.target.duckdb_path.exists()


def test_locked_database_is_shown_with_the_report(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    warehouse.ended(make_report(1))
    command = [sys.executable, "-c", HOLD, str(settings.target.duckdb_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        facts = read_facts(settings, now=NOW)
        holder.communicate()
    assert facts.problem is not None
    assert facts.problem.code == "WMS_TGT_002"
    assert facts.report is not None
    assert facts.runs is None


def test_table_of_another_release_leaves_other_parts(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    warehouse.ended(make_report(1))
    warehouse.execute("alter table wms.rejected_records drop column reason")
    facts = read_facts(settings, now=NOW)
    assert facts.unreadable == ("rejected records",)
    assert facts.rules is None
    assert facts.runs
    assert facts.kpis


@pytest.mark.parametrize("content", [b"", b"{", b'{"run_id": 1}'])
def test_invalid_report_file_is_ignored(settings: Settings, content: bytes) -> None:
    path = settings.pipeline.work_dir / "runs" / "latest.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert read_facts(settings, now=NOW).report is None


def test_newer_of_report_and_mart_freshness_is_shown(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    warehouse.execute(
        """create table wms.data_freshness as select * from (values
            ('item', 'ok', 60, 7200, 14400, timestamp '2026-11-24 05:00:00'),
            ('wave', 'error', 20000, 7200, 14400, timestamp '2026-11-24 05:00:00'),
            ('task', 'not asked', null, 7200, 14400, timestamp '2026-11-24 05:00:00')
        ) t(entity, freshness_state, age_seconds, warn_after_seconds, error_after_seconds, checked_at)"""
    )
    warehouse.ended(make_report(1))
    facts = read_facts(settings, now=NOW)
    assert facts.freshness is not None
    assert [(row.source, row.status) for row in facts.freshness] == [
        ("wave", "failed"),
        ("item", "ok"),
        ("task", "skipped"),
    ]
    # after a failed build, the mart is from the run before
    warehouse.ended(make_report(9))
    facts = read_facts(settings, now=NOW)
    assert facts.freshness is not None
    assert [row.source for row in facts.freshness] == ["order_hdr"]


def test_scores_are_totals_per_entity_and_day(settings: Settings, warehouse: Warehouse) -> None:
    warehouse.execute(
        """create table wms.quality_score as select * from (values
            ('item', date '2026-11-24', 10, 1), ('item', date '2026-11-24', 30, 1), ('item', date '2026-10-01', 9, 9),
            ('wave', date '2026-11-24', 0, 0)
        ) t(entity, created_date, checked_count, rejected_count)"""
    )
    facts = read_facts(settings, now=NOW)
    assert facts.quality is not None
    assert [(point.entity, point.day, point.checked, point.score) for point in facts.quality] == [
        ("item", date(2026, 11, 24), 40, 0.95)
    ]


def test_reconciliation_lists_differences_first(settings: Settings, warehouse: Warehouse) -> None:
    warehouse.execute(RECONCILIATION)
    facts = read_facts(settings, now=NOW)
    assert facts.reconciliation is not None
    compared = [(row.differing, str(row.compared_at)) for row in facts.reconciliation]
    assert compared == [(0, "None"), (3, "2026-11-23 04:00:00")]
    assert [(row.entity, row.agrees, row.difference) for row in facts.reconciliation] == [
        ("wave", False, -1),
        ("item", True, 0),
    ]


def test_marts_are_read_again_only_after_a_build(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    report, state = make_report(1), BuildState(fingerprint="f", marks={}, built_at=NOW, covered_at=NOW)
    warehouse.execute(RECONCILIATION)
    warehouse.execute(
        "create table wms.quality_score as select 'item' as entity, date '2026-11-23' as created_date, "
        "5 as checked_count, 1 as rejected_count"
    )
    warehouse.reject(rejected(1))

    def facts(built_at: datetime, at: datetime = NOW) -> Facts:
        kept = KeptFacts(settings.pipeline.work_dir, report, replace(state, built_at=built_at))
        return read_facts(settings, report, at, kept=kept)

    first = facts(NOW)
    warehouse.reject(rejected(2))
    warehouse.execute("delete from wms.kpi_daily")
    second = facts(NOW)
    assert first.rules is not None
    for part in ("rules", "quality", "reconciliation", "kpis"):
        assert getattr(first, part) == getattr(second, part) != (), part
    third, next_day = facts(NOW + timedelta(seconds=1)), facts(NOW, NOW + timedelta(days=1))
    for later in (third, next_day, read_facts(settings, report, NOW)):
        assert later.rules is not None
        assert later.rules[0].records == first.rules[0].records + 1


def test_part_that_cannot_be_read_is_not_kept(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    state = BuildState(fingerprint="f", marks={}, built_at=NOW, covered_at=NOW)
    kept = KeptFacts(settings.pipeline.work_dir, make_report(1), state)
    assert read_facts(settings, make_report(1), NOW, kept=kept).reconciliation is None
    warehouse.execute(RECONCILIATION)
    assert read_facts(settings, make_report(1), NOW, kept=kept).reconciliation
