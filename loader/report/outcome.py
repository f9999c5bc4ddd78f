"""Derives errors, warnings, status and exit code from the results of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from loader.dbt.dbt_log import log_path
from loader.dbt.results import NodeResult, SourceFreshness
from loader.errors import QualityError, TargetError
from loader.report.model import ErrorEntry, RunReport, RunStatus
from loader.report.overall import listed
from loader.settings import PipelineSettings
from loader.warehouse.duckdb.damage import damage_error, says_damage


def with_outcome(report: RunReport, pipeline: PipelineSettings, duckdb_file: Path | None = None) -> RunReport:
    """Returns the report with status, exit code, and the errors and warnings that follow from its results.

    Errors already in the report come first and decide the exit code. A failed model is a target error (exit 30). A
    failed test, stale source or low quality score is a data quality error (exit 40): the data is loaded nevertheless.

    Args:
        duckdb_file: the target, if it is DuckDB: a damaged file has a separate error.
    """
    found = (
        *_build_errors(report, pipeline, duckdb_file),
        *_freshness_errors(report, duckdb_file),
        *_quality_errors(report, pipeline),
    )
    errors = (*report.errors, *found)
    warnings = (*report.warnings, *_warnings(report, pipeline))
    status: RunStatus = "failed" if errors else "warned" if warnings else "ok"
    return replace(
        report, errors=errors, warnings=warnings, status=status, exit_code=errors[0].exit_code if errors else 0
    )


def _build_errors(report: RunReport, pipeline: PipelineSettings, duckdb_file: Path | None) -> list[ErrorEntry]:
    if report.build is None:
        return []
    failed = [node for node in report.build.problems if node.status == "failed"]
    tests = [node for node in failed if node.kind in {"test", "unit_test"}]
    models = [node.name for node in failed if node not in tests]
    context = {"dbt_log": log_path(pipeline.work_dir)}
    errors: list[ErrorEntry] = []
    if damage := _damage(duckdb_file, [node.message for node in failed]):
        errors.append(damage)
    if models:
        message = f"Can't build with dbt: {listed(models)}."
        hint = "Fix the errors shown above, then run `make dbt`. The loaded data is kept."
        errors.append(ErrorEntry.of(TargetError("WMS_DBT_002", message, hint=hint, context=context)))
    if tests:
        message = f"Tests failed: {listed([node.name for node in tests])}."
        errors.append(ErrorEntry.of(QualityError("WMS_DQ_001", message, hint=_hint(tests), context=context)))
    return errors


def _hint(tests: Sequence[NodeResult]) -> str:
    """Returns the next step for failed tests. A unit test without differing rows ended before it could compare.

    dbt skips the model of a failed unit test, and runs a unit test only with its model, hence ``result:skipped``.
    """
    hint = "Fix the cause, then run `wms-elt dbt --select result:fail result:error result:skipped`."
    if any(node.kind == "unit_test" and not node.failures for node in tests):
        hint += " A unit test needs the parents of its model in the database: run `make elt` once."
    if any(node.kind == "test" for node in tests):
        hint += " Query rejected_records for the records that break a rule."
    return f"{hint} The data is loaded."


def _freshness_errors(report: RunReport, duckdb_file: Path | None) -> list[ErrorEntry]:
    sources = report.freshness.sources if report.freshness else ()
    unknown = [source for source in sources if source.status == "unknown"]
    if unknown:
        return [_unknown_freshness(unknown, duckdb_file)]
    stale = [source.source for source in sources if source.status == "failed"]
    if not stale:
        return []
    hint = "Check whether the WMS has newer rows and whether the last runs read them, then run `make elt`."
    return [ErrorEntry.of(QualityError("WMS_DQ_002", f"Sources are stale: {listed(stale)}.", hint=hint))]


def _unknown_freshness(unknown: list[SourceFreshness], duckdb_file: Path | None) -> ErrorEntry:
    """The error of a target that didn't answer. Other sources aren't evaluated: their ages may be outdated."""
    named = listed([source.source for source in unknown])
    said = next((source.message for source in unknown if source.message), "")
    if damage := _damage(duckdb_file, [source.message for source in unknown]):
        return damage
    error = TargetError(
        "WMS_TGT_008",
        f"Can't check the freshness of {named}: the target didn't answer"
        f"{': ' + _last_line(said)[:200] if said else ''}. Freshness is unknown.",
        hint="Run the command again. If the error persists, run `make doctor` to check the target.",
    )
    return ErrorEntry.of(error)


def _damage(duckdb_file: Path | None, messages: Iterable[str]) -> ErrorEntry | None:
    """Returns the error for a DuckDB message about a damaged file; dbt passes on only its text."""
    lines = (line.strip() for message in messages for line in message.splitlines() if says_damage(line))
    reason = next(lines, None)
    return ErrorEntry.of(damage_error(reason, duckdb_file)) if reason and duckdb_file else None


def _quality_errors(report: RunReport, pipeline: PipelineSettings) -> list[ErrorEntry]:
    score = report.quality.score if report.quality else None
    if score is None or score >= pipeline.quality_error:
        return []
    error = QualityError(
        "WMS_DQ_003",
        f"The quality score is {score:.4f}, below {pipeline.quality_error}.",
        hint="Query rejected_records for the records and reasons, and correct them in the WMS.",
    )
    return [ErrorEntry.of(error)]


def _warnings(report: RunReport, pipeline: PipelineSettings) -> list[str]:
    skipped = [entity for entity in report.entities if entity.status == "skipped" and entity.message]
    warnings = [f"{entity.entity} was skipped: {entity.message}" for entity in skipped]
    if report.build and not report.build.nodes:
        warnings.append(
            "dbt ran nothing: the selection has no model or data test. A unit test runs only with its model"
        )
    if report.build and (warned := [node.name for node in report.build.problems if node.status == "warn"]):
        warnings.append(f"tests warned: {listed(warned)}")
    if report.plan and report.plan.warned:
        warnings.append(f"tests warned in an earlier build, and nothing has changed: {listed(report.plan.warned)}")
    if report.build and report.build.repeated:
        warnings.append(f"dbt retried after a transient error: {listed(list(report.build.repeated))}")
    if report.freshness and (late := [source.source for source in report.freshness.sources if source.status == "warn"]):
        warnings.append(f"sources are getting old: {listed(late)}")
    score = report.quality.score if report.quality else None
    if score is not None and pipeline.quality_error <= score < pipeline.quality_warn:
        warnings.append(f"the quality score is {score:.4f}, below {pipeline.quality_warn}")
    return warnings


def _last_line(message: str) -> str:
    """Returns the message of the database, without dbt's heading and the driver's help link."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.strip().startswith("Help:")]
    return lines[-1] if lines else ""
