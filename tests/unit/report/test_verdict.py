from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from loader.dbt import BuildResult, FreshnessResult, NodeResult, SourceFreshness
from loader.dbt.results import FreshnessStatus, NodeKind, NodeStatus
from loader.report import EntityResult, ErrorEntry, RunReport, with_outcome
from loader.settings import PipelineSettings

PIPELINE = PipelineSettings(quality_error=0.95, quality_warn=0.98)


@pytest.fixture
def plain(report: RunReport) -> RunReport:
    """Report of a run that only loaded entities."""
    return replace(report, build=None, freshness=None, quality=None, warnings=(), status="failed", exit_code=99)


def node(kind: NodeKind, status: NodeStatus, name: str = "n") -> NodeResult:
    return NodeResult(name=name, kind=kind, status=status, seconds=0)


def built(*nodes: NodeResult) -> BuildResult:
    return BuildResult(nodes=nodes, seconds=0)


def source(status: FreshnessStatus) -> FreshnessResult:
    one = SourceFreshness(
        source="wms.item",
        status=status,
        loaded_at=None,
        age_seconds=None,
        warn_after_seconds=None,
        error_after_seconds=None,
    )
    return FreshnessResult(sources=(one,), seconds=0)


def test_run_without_findings_is_ok(plain: RunReport) -> None:
    final = with_outcome(replace(plain, build=built(node("model", "ok")), freshness=source("ok")), PIPELINE)
    assert (final.status, final.exit_code, final.errors, final.warnings) == ("ok", 0, (), ())


@pytest.mark.parametrize(
    ("nodes", "code", "exit_code"),
    [
        ([node("model", "failed")], "WMS_DBT_002", 30),
        ([node("snapshot", "failed")], "WMS_DBT_002", 30),
        ([node("seed", "failed")], "WMS_DBT_002", 30),
        ([node("operation", "failed")], "WMS_DBT_002", 30),
        ([node("test", "failed")], "WMS_DQ_001", 40),
        ([node("unit_test", "failed")], "WMS_DQ_001", 40),
        ([node("test", "failed"), node("model", "failed")], "WMS_DBT_002", 30),
    ],
)
def test_failed_dbt_nodes_decide_the_exit_code(
    plain: RunReport, nodes: list[NodeResult], code: str, exit_code: int
) -> None:
    final = with_outcome(replace(plain, build=built(*nodes)), PIPELINE)
    assert (final.status, final.exit_code) == ("failed", exit_code)
    assert final.errors[0].code == code
    assert final.errors[0].hint


@pytest.mark.parametrize(
    ("kind", "failures", "advice"),
    [("unit_test", 0, "run `make elt` once"), ("unit_test", 1, ""), ("test", 3, "Query rejected_records")],
)
def test_hint_of_failed_test_fits_its_kind(plain: RunReport, kind: NodeKind, failures: int, advice: str) -> None:
    failed = replace(node(kind, "failed"), failures=failures)
    [error] = with_outcome(replace(plain, build=built(failed)), PIPELINE).errors
    others = {"run `make elt` once", "Query rejected_records"} - {advice}
    assert advice in error.hint
    assert not any(other in error.hint for other in others)
    assert "result:fail result:error result:skipped" in error.hint
    assert "target/dbt/logs/dbt.log" in error.message


def test_selection_without_nodes_warns(plain: RunReport) -> None:
    final = with_outcome(replace(plain, build=built()), PIPELINE)
    assert (final.status, final.exit_code) == ("warned", 0)
    assert "dbt ran nothing" in final.warnings[0]


def test_skipped_nodes_add_no_error(plain: RunReport) -> None:
    final = with_outcome(replace(plain, build=built(node("model", "skipped"), node("test", "skipped"))), PIPELINE)
    assert final.status == "ok"


def test_warnings_do_not_fail_the_run(plain: RunReport) -> None:
    final = with_outcome(replace(plain, build=built(node("test", "warn", "few")), freshness=source("warn")), PIPELINE)
    assert (final.status, final.exit_code) == ("warned", 0)
    assert final.warnings == ("tests warned: few", "sources are getting old: wms.item")


def test_stale_sources_are_a_quality_error(plain: RunReport) -> None:
    final = with_outcome(replace(plain, freshness=source("failed")), PIPELINE)
    assert [(error.code, error.exit_code) for error in final.errors] == [("WMS_DQ_002", 40)]


@pytest.mark.parametrize(
    ("score", "status", "exit_code"),
    [(0.9499, "failed", 40), (0.95, "warned", 0), (0.9799, "warned", 0), (0.98, "ok", 0), (None, "ok", 0)],
)
def test_score_is_compared_with_both_thresholds(
    report: RunReport, plain: RunReport, score: float | None, status: str, exit_code: int
) -> None:
    assert report.quality
    final = with_outcome(replace(plain, quality=replace(report.quality, score=score)), PIPELINE)
    assert (final.status, final.exit_code) == (status, exit_code)


def test_first_error_decides_the_exit_code(plain: RunReport, error: ErrorEntry) -> None:
    final = with_outcome(replace(plain, errors=(error,), build=built(node("test", "failed"))), PIPELINE)
    assert [entry.code for entry in final.errors] == ["WMS_CONN_001", "WMS_DQ_001"]
    assert final.exit_code == 20


def test_skipped_entity_is_a_warning(plain: RunReport, entity: EntityResult) -> None:
    skipped = replace(entity, status="skipped", message="the run was stopped")
    final = with_outcome(replace(plain, entities=(skipped,)), PIPELINE)
    assert final.warnings == ("order_hdr was skipped: the run was stopped",)


def test_long_list_of_names_is_shortened(plain: RunReport) -> None:
    nodes = [node("model", "failed", f"m{number}") for number in range(9)]
    final = with_outcome(replace(plain, build=built(*nodes)), PIPELINE)
    assert "m0, m1, m2, m3, m4 and 4 more" in final.errors[0].message


@pytest.mark.parametrize("others", [(), ("failed",), ("ok", "warn")])
def test_source_that_was_not_checked_is_not_stale(plain: RunReport, others: tuple[FreshnessStatus, ...]) -> None:
    sources = tuple(one for status in (*others, "unknown") for one in source(status).sources)  # type: ignore[arg-type]
    final = with_outcome(replace(plain, freshness=FreshnessResult(sources=sources, seconds=0)), PIPELINE)
    assert [(error.code, error.exit_code) for error in final.errors] == [("WMS_TGT_008", 30)]
    assert "unknown" in final.errors[0].message
    assert "stale" not in final.errors[0].message


@pytest.mark.parametrize(
    ("duckdb_file", "message", "code"),
    [
        ("a.duckdb", "Runtime Error\n  Corrupt database file: computed checksum 1", "WMS_TGT_007"),
        ("a.duckdb", "IO Error: Could not read enough bytes from file", "WMS_TGT_007"),
        ("a.duckdb", "Binder Error: no such column", "WMS_DBT_002"),
        (None, "ORA-01578: ORACLE data block corrupted", "WMS_DBT_002"),
    ],
)
def test_damaged_file_found_by_dbt_is_reported_as_damage(
    plain: RunReport, duckdb_file: str | None, message: str, code: str
) -> None:
    broken = replace(node("model", "failed"), message=message)
    final = with_outcome(replace(plain, build=built(broken)), PIPELINE, Path(duckdb_file) if duckdb_file else None)
    assert (final.errors[0].code, final.exit_code) == (code, 30)
