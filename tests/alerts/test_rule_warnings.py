"""Alerts of tests that only warn: a rule that would hide too much, and refusals that rise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loader.alerts.conditions import from_run
from loader.report import RunReport
from loader.settings import PipelineSettings
from loader.transform.results import BuildResult, NodeResult


class Names:
    """Names of tables as they are."""

    def raw(self, table: str) -> str:
        return table

    def model(self, name: str) -> str:
        return name


def run_with(name: str, status: str) -> RunReport:
    """A run in which one test ended so."""
    node = NodeResult(name=name, kind="test", status=status, seconds=0.1, failures=2)  # type: ignore[arg-type]
    return RunReport(
        run_id="r",
        status="warned",
        exit_code=0,
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
        finished_at=datetime(2026, 11, 23, tzinfo=UTC),
        duration_s=1.0,
        source="wms",
        target="duckdb",
        command="elt",
        build=BuildResult(nodes=(node,), seconds=1.0),
    )


@pytest.mark.parametrize(
    ("name", "table"),
    [("assert_no_rule_is_capped", "business_rules"), ("assert_refusals_do_not_rise", "rejected_records")],
)
def test_a_watched_test_that_warns_is_an_alert(name: str, table: str) -> None:
    run = run_with(name, "warn")
    findings = from_run(run, Names(), PipelineSettings())
    [condition] = findings.conditions
    assert (condition.kind, condition.subject, condition.severity) == ("rules_warned", name, "warn")
    assert "2 rows" in condition.summary
    assert table in condition.rows_query
    assert "rules_warned:" in findings.judged


@pytest.mark.parametrize(("name", "status"), [("assert_no_rule_is_capped", "ok"), ("assert_parents_are_read", "warn")])
def test_other_tests_and_good_ones_are_no_alert(name: str, status: str) -> None:
    run = run_with(name, status)
    assert from_run(run, Names(), PipelineSettings()).conditions == ()
