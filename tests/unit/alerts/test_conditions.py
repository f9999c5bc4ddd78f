"""Conditions that follow from the quality part of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from loader.alerts import from_run
from loader.alerts.changes import changed
from loader.alerts.conditions import from_reconciliation
from loader.dbt import FreshnessResult, SourceFreshness
from loader.dbt.plan import BuildPlan, Scope
from loader.extract.reconcile import Comparison
from loader.report import EntityResult, Quality, RunReport
from loader.report.model import CappedRule
from loader.report.reconciliation import Reconciliation
from loader.settings import PipelineSettings

AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


class Names:
    def raw(self, table: str) -> str:
        return f"wms_raw.{table}"

    def model(self, name: str) -> str:
        return f"wms.{name}"


def report_of(**changes: Any) -> RunReport:
    values: dict[str, Any] = {
        "run_id": "r1",
        "status": "ok",
        "exit_code": 0,
        "started_at": AT,
        "finished_at": AT,
        "duration_s": 1.0,
        "source": "a WMS",
        "target": "DuckDB x",
        "command": "elt",
    }
    return RunReport(**{**values, **changes})


def quality(**changes: Any) -> Quality:
    return Quality(**{"checked_rows": 100, "rejected_rows": 0, "score": 1.0, **changes})


def kinds(report: RunReport, **pipeline: Any) -> list[str]:
    return [condition.kind for condition in from_run(report, Names(), PipelineSettings(**pipeline)).conditions]


def test_capped_rule_alert_names_rule_and_share() -> None:
    capped = (CappedRule(rule="order_hdr.company_known", share=0.0312),)
    [condition] = from_run(report_of(quality=quality(capped=capped)), Names(), PipelineSettings()).conditions
    assert (condition.kind, condition.subject) == ("rule_capped", "order_hdr.company_known")
    assert "company_known would hide 3.1% of order_hdr" in condition.summary
    assert "rule = 'company_known'" in condition.rows_query


@pytest.mark.parametrize(
    ("now", "before", "rises"),
    [
        (0.05, 0.01, True),
        (0.021, 0.01, True),
        (0.02, 0.01, False),
        (0.009, 0.0, False),
        (0.01, 0.0, True),
        (0.5, None, False),
        (None, 0.1, False),
        (0.3, 0.3, False),
    ],
)
def test_sudden_rise_of_rejections_opens_alert(now: float | None, before: float | None, rises: bool) -> None:
    report = report_of(quality=quality(refused_share=now, refused_before=before))
    assert ("refusals_rose" in kinds(report)) is rises


def test_rise_that_opens_alert_is_a_setting() -> None:
    report = report_of(quality=quality(refused_share=0.05, refused_before=0.01))
    assert kinds(report, refusals_rise=5.0) == []
    assert kinds(report, refusals_least=0.06) == []
    assert kinds(report, refusals_rise=4.9, refusals_least=0.05) == ["refusals_rose"]


def test_capped_rule_alert_closes_without_a_cap() -> None:
    capped = (CappedRule(rule="order_hdr.company_known", share=0.0312),)
    pipeline, now = PipelineSettings(), AT.replace(tzinfo=None)
    opened = changed([], from_run(report_of(quality=quality(capped=capped)), Names(), pipeline), "r1", now)
    closed = changed(opened, from_run(report_of(quality=quality()), Names(), pipeline), "r2", now)
    assert [alert.is_open for alert in closed] == [False]


@pytest.mark.parametrize(("scope", "is_judged"), [("nothing", True), ("selected", False), ("everything", False)])
def test_run_with_nothing_to_build_judges_the_build(scope: Scope, is_judged: bool) -> None:
    """A build that can't start opens an alert. If the cause is gone and nothing has changed, no build closes it."""
    findings = from_run(report_of(plan=BuildPlan(scope=scope, reason="")), Names(), PipelineSettings())
    assert ({"run_failed:build", "tests_failed:"} <= findings.evaluated) == is_judged


def test_lost_eligibility_is_found_by_field_not_text() -> None:
    def with_entity(**changes: Any) -> RunReport:
        entity = EntityResult(
            entity="item", status="ok", mode="reconcile", started_at=AT, finished_at=AT, duration_s=1, **changes
        )
        return report_of(entities=(entity,))

    assert kinds(with_entity(collapsed=True, message="anything")) == ["eligibility_collapse"]
    assert kinds(with_entity(message="5 of 9 rows vanished at once")) == []


def test_unknown_freshness_neither_opens_nor_closes_alert() -> None:
    one = SourceFreshness(
        source="wms.item",
        status="unknown",
        loaded_at=None,
        age_seconds=None,
        warn_after_seconds=None,
        error_after_seconds=None,
    )
    report = report_of(freshness=FreshnessResult(sources=(one,), seconds=0))
    findings = from_run(report, Names(), PipelineSettings())
    assert findings.conditions == ()
    assert "freshness_breached:" not in findings.evaluated


@pytest.mark.parametrize(("age", "text"), [(None, "wms.item was never read"), (9000, "wms.item is 2.5 hours old")])
def test_alert_says_how_old_a_source_is(age: float | None, text: str) -> None:
    one = SourceFreshness(
        source="wms.item",
        status="failed",
        loaded_at=None,
        age_seconds=age,
        warn_after_seconds=60,
        error_after_seconds=60,
    )
    report = report_of(freshness=FreshnessResult(sources=(one,), seconds=0))
    [condition] = from_run(report, Names(), PipelineSettings()).conditions
    assert condition.summary == text


def test_count_that_disagrees_is_what_the_alert_says() -> None:
    found = Comparison(
        entity="order_hdr", facility_id=1, source_rows=4, raw_rows=4, counted_rows=9, shown_rows=4, count_agrees=False
    )
    lines = [Reconciliation(found), Reconciliation(replace(found, facility_id=2, missing=3))]
    [condition] = from_reconciliation(lines, Names()).conditions
    assert "the WMS counts 9 rows and shows 4; facility id 2: 3 missing" in condition.summary
    assert "0 missing" not in condition.summary
    assert condition.summary.count("counts") == 1
