from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from loader.dbt import BuildResult, NodeResult, SourceFreshness
from loader.dbt.plan import BuildPlan
from loader.report import EntityResult, ErrorEntry, RejectedRows, RunReport, render
from loader.report.console import next_steps
from loader.report.model import MartAge


def screen(report: RunReport, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO())
    console.print(render(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def lines_of(report: RunReport) -> list[str]:
    return [line.rstrip() for line in screen(report).splitlines()]


def test_run_report_fits_one_screen_of_100_columns(report: RunReport) -> None:
    lines = lines_of(report)
    text = "\n".join(lines)
    assert len(lines) < 40
    assert max(map(len, lines)) <= 100
    assert "Run 20261123T120000Z-1a2b  warned  41.2 s, 1,205 rows read, 33 new versions" in text
    assert "order_hdr  incremental      1,204   33        1      1.5  11-23 10:00:00 - 11-23 11:58:00" in text
    assert "all rows" in text
    assert "models: 2 built; tests: 1 passed, 1 warned; 12.3 s" in text
    assert "warn test few_rejected (312 rows)" in text
    assert "0.9952; 312 of 65,120 records have an error" in text
    assert "allocation quantity_above_zero: 312" in text


def test_screen_says_what_was_left_out_and_why(report: RunReport) -> None:
    part = BuildPlan(scope="selected", reason="new: order_hdr", unchanged_models=88, unchanged_tests=261)
    at = report.started_at
    marts = (MartAge(mart="orders", as_of=at), MartAge(mart="items", as_of=at - timedelta(hours=2)))
    text = screen(replace(report, plan=part, marts=marts), 120)
    assert "part, new: order_hdr; affected rows; 88 models and 261 tests unchanged" in text
    assert "marts      as of 2026-11-23 12:00:00Z, except items (11-23 10:00:00Z)" in text
    text = screen(replace(report, plan=replace(part, all_rows="facility may change any row"), marts=marts), 120)
    assert "part, new: order_hdr; all rows, because facility may change any row; 88 models" in " ".join(text.split())
    nothing = BuildPlan(scope="nothing", reason="nothing new since 10:02Z", unchanged_models=250, unchanged_tests=796)
    text = screen(replace(report, plan=nothing, build=None, marts=marts[:1]), 120)
    assert "dbt        not run: nothing new since 10:02Z; 250 models and 796 tests unchanged" in text
    assert "marts      as of 2026-11-23 12:00:00Z\n" in "\n".join(map(str.rstrip, text.splitlines()))
    whole = BuildPlan(scope="everything", reason="a full run")
    assert "everything, a full run\n" in "\n".join(map(str.rstrip, screen(replace(report, plan=whole)).splitlines()))


def test_report_in_a_log_has_no_colour(report: RunReport, capsys: pytest.CaptureFixture[str]) -> None:
    Console(width=100).print(render(report))
    assert "\x1b" not in capsys.readouterr().out


def test_early_failure_shows_skipped_steps_and_hint(report: RunReport, entity: EntityResult, error: ErrorEntry) -> None:
    broken = replace(entity, entity="order_dtl", status="failed", message="WMS_CONN_001: long\nand longer")
    failed = replace(
        report,
        status="failed",
        entities=(entity, broken),
        errors=(error, error),
        build=None,
        freshness=None,
        quality=None,
    )
    text = "\n".join(lines_of(failed))
    assert "11:58:00  failed" in text
    assert "dbt        not run" in text
    assert "freshness  not checked" in text
    assert "quality    not measured" in text
    assert "error      WMS_CONN_001: cannot connect" in text
    assert next_steps(failed) == ("check the network",)


def test_warning_of_the_project_is_shown(report: RunReport) -> None:
    warning = "No raw tables in schema 'elsewhere': load first."
    node = NodeResult(
        name="landed", kind="test", status="warn", seconds=0, failures=1, message="Got 1 result", said=warning
    )
    text = screen(replace(report, build=BuildResult(nodes=(node,), seconds=1)))
    assert f"warn test landed (1 rows): {warning}" in " ".join(text.split())
    assert "Got 1" not in text


CUT = "An error occurred during execution of unit test 'u'. There may be an error in the unit test definition: check."
STACK = "\n  > in macro get_fixture_sql (macros/x.sql)\n  > called by model orders"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (f"Runtime Error in unit_test u (models/u.yml)\n  {CUT}\n   Runtime Error\n    Conversion Error: no", "no"),
        (f"Compilation Error in model orders (models/u.yml)\n  No relation orders\n  {STACK}", "No relation orders"),
        ("Runtime Error in unit_test u (models/u.yml)", "Runtime Error in unit_test u (models/u.yml)"),
    ],
)
def test_message_of_unit_test_starts_with_its_cause(report: RunReport, message: str, shown: str) -> None:
    node = NodeResult(name="u", kind="unit_test", status="failed", seconds=0, message=message)
    text = " ".join(screen(replace(report, build=BuildResult(nodes=(node,), seconds=1))).split())
    assert f"failed unit_test u: {'Conversion Error: ' if shown == 'no' else ''}{shown} " in text


def test_unit_test_shows_columns_and_rows_that_differ(report: RunReport) -> None:
    table = "actual differs from expected:\n\n@@ ,id,qty\n   ,1 ,2\n→  ,3 ,4→5\n+++,6 ,7\n"
    node = NodeResult(name="u", kind="unit_test", status="failed", seconds=0, failures=2, message=table)
    lines = lines_of(replace(report, build=BuildResult(nodes=(node,), seconds=1)))
    first = lines.index("           failed unit_test u (2 rows)")
    assert lines[first + 1 : first + 4] == [f"             {line}" for line in ("@@ ,id,qty", "→ ,3 ,4→5", "+++,6 ,7")]


def test_brackets_in_message_are_shown_unchanged(report: RunReport) -> None:
    node = NodeResult(name="orders", kind="model", status="failed", seconds=0, message="ORA-00904: [bold]X[/bold]")
    text = screen(replace(report, build=BuildResult(nodes=(node,), seconds=1)))
    assert "failed model orders: ORA-00904: [bold]X[/bold]" in text


def test_long_lists_are_shortened_with_a_count(report: RunReport) -> None:
    assert report.quality
    nodes = tuple(
        NodeResult(name=f"t{n}", kind="model", status="failed", seconds=0, message="x " * 500) for n in range(20)
    )
    rules = tuple(RejectedRows(entity="item", rule=f"r{n}", rows=n) for n in range(11))
    text = screen(
        replace(report, build=BuildResult(nodes=nodes, seconds=1), quality=replace(report.quality, rules=rules))
    )
    assert "and 12 more, in the JSON report" in text
    assert "and 3 more rules, in rejected_records" in text
    assert len(text.splitlines()) < 60


def test_only_sources_that_are_not_fresh_are_listed(report: RunReport) -> None:
    assert report.freshness
    late = SourceFreshness(
        source="wms.allocation",
        status="warn",
        loaded_at=report.started_at,
        age_seconds=3 * 3600.0,
        warn_after_seconds=7200.0,
        error_after_seconds=14_400.0,
    )
    lines = lines_of(replace(report, freshness=replace(report.freshness, sources=(*report.freshness.sources, late))))
    assert "freshness  1 fresh, 1 late" in lines
    assert "           warn wms.allocation, 3.0 h old" in lines
    assert not any("wms.item" in line for line in lines)


def test_next_steps_depend_on_the_source(report: RunReport) -> None:
    assert "in a minute" in next_steps(report)[0]
    assert "make full" in next_steps(replace(report, uses_simulator=False))[0]


@pytest.mark.parametrize(("seconds", "shown"), [(0.04, "0.0 s"), (119.9, "119.9 s"), (3725.0, "62 min 5 s")])
def test_duration_is_readable(report: RunReport, seconds: float, shown: str) -> None:
    assert f"warned  {shown}, " in lines_of(replace(report, duration_s=seconds))[0]
