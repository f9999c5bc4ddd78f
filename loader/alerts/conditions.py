"""Derives alert conditions from the results of a run; the runbook has a section per kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from loader.alerts.model import Condition, Findings
from loader.errors import BUILD_CODES
from loader.report import ErrorEntry, RunReport
from loader.report.reconciliation import Reconciliation
from loader.settings import PipelineSettings

_SCHEDULED = frozenset({"elt", "full", "load", "build"})
# the run was stopped, or another run is in progress: not a failure
_NO_FAILURE = frozenset({50, 130})
_QUALITY = 40


class Names(Protocol):
    """Qualified names in the target."""

    def raw(self, table: str) -> str:
        """Qualified name of a raw or run table."""
        ...

    def model(self, name: str) -> str:
        """Qualified name of a dbt model."""
        ...


def from_run(report: RunReport, names: Names, pipeline: PipelineSettings) -> Findings:
    """Returns the conditions after a run. Only scheduled commands are evaluated."""
    if report.command not in _SCHEDULED or report.exit_code in _NO_FAILURE:
        return Findings((), frozenset())
    conditions = (
        *_failures(report, names, pipeline),
        *_failed_tests(report, names),
        *_quality(report, names, pipeline),
        *_capped(report, names),
        *_refusals(report, names, pipeline),
        *_freshness(report, names),
        *_eligibility_loss(report, names),
        *_drift(report, names),
    )
    return Findings(conditions, frozenset(_judged(report, pipeline)))


def from_reconciliation(lines: Sequence[Reconciliation], names: Names) -> Findings:
    """Returns a condition per entity whose WMS, raw and staging rows differ in a way the next run won't fix."""
    compared = [line for line in lines if line.error is None]
    conditions = []
    for entity, group in groupby(compared, key=lambda line: line.comparison.entity):
        counts = list(dict.fromkeys(gap for line in group for gap in _gaps(line)))
        if counts:
            conditions.append(
                Condition(
                    kind="reconciliation_gap",
                    subject=entity,
                    severity="error",
                    summary=f"source, raw and staging disagree: {'; '.join(counts)}",
                    rows_query=f"select facility_id, count(distinct entity_id) from {names.raw(entity)} "  # noqa: S608
                    "group by facility_id order by facility_id",
                )
            )
    return Findings(tuple(conditions), frozenset(f"reconciliation_gap:{line.comparison.entity}" for line in compared))


def _judged(report: RunReport, pipeline: PipelineSettings) -> Iterator[str]:
    if report.entities or any(_is_load(error) for error in report.errors):
        yield f"run_failed:{_load_of(pipeline)}"
    for entity in report.entities:
        if entity.status == "ok":
            yield from (f"eligibility_collapse:{entity.entity}", f"schema_drift:{entity.entity}")
    # a build of a part runs all tests again that failed before
    if report.is_built:
        yield from ("run_failed:build", "tests_failed:")
    if report.freshness and not report.freshness.count("unknown"):
        yield "freshness_breached:"
    if report.quality:
        yield "rule_capped:"
        if report.quality.score is not None:
            yield "quality_below:"
        if report.quality.refused_share is not None:
            yield "refusals_rose:"


def _load_of(pipeline: PipelineSettings) -> str:
    """Subject of load alerts: a worker that loads one entity has its own."""
    entities = pipeline.all_entities
    return f"load of {entities[0]}" if len(entities) == 1 else "load"


def _failures(report: RunReport, names: Names, pipeline: PipelineSettings) -> Iterator[Condition]:
    failed = [error for error in report.errors if error.exit_code != _QUALITY]
    load = [error for error in failed if _is_load(error)]
    build = [error for error in failed if error.code in BUILD_CODES]
    entities = (
        f"select entity, message from {names.raw('elt_entity_run')} where run_id = '{report.run_id}' and status <> 'ok'"  # noqa: S608
        if report.entities
        # the run ended before the first entity
        else f"select command, host, error_code from {names.raw('elt_run')} where run_id = '{report.run_id}'"  # noqa: S608
    )
    nodes = f"select node_name, status from {names.raw('elt_node_result')} where run_id = '{report.run_id}' and status <> 'ok'"  # noqa: S608, E501
    for subject, errors, query in ((_load_of(pipeline), load, entities), ("build", build, nodes)):
        if errors:
            yield Condition(
                kind="run_failed", subject=subject, severity="error", summary=_said(errors), rows_query=query
            )


def _failed_tests(report: RunReport, names: Names) -> Iterator[Condition]:
    tests = report.build.tests if report.build else ()
    failed = sorted((test for test in tests if test.status == "failed"), key=lambda test: test.group)
    for group, members in groupby(failed, key=lambda test: test.group):
        listed = ", ".join(f"{test.name} ({test.failures} rows)" for test in members)
        owner = f"owner_group = '{group}'" if group else "owner_group is null"
        yield Condition(
            kind="tests_failed",
            subject=group or "nobody",
            severity="error",
            summary=f"tests failed: {listed}",
            rows_query=f"select test_name, failures from {names.raw('elt_test_result')} "  # noqa: S608
            f"where run_id = '{report.run_id}' and status = 'failed' and {owner}",
        )


def _quality(report: RunReport, names: Names, pipeline: PipelineSettings) -> Iterator[Condition]:
    score = report.quality.score if report.quality else None
    if score is None or score >= pipeline.quality_warn:
        return
    is_error = score < pipeline.quality_error
    limit = pipeline.quality_error if is_error else pipeline.quality_warn
    yield Condition(
        kind="quality_below",
        subject="all",
        severity="error" if is_error else "warn",
        summary=f"the quality score is {score:.4f}, below {limit}",
        rows_query=f"select entity, rule, count(*) from {names.model('rejected_records')} "  # noqa: S608
        "where severity in ('error', 'hide') and is_deleted = 0 group by entity, rule order by count(*) desc",
    )


def _capped(report: RunReport, names: Names) -> Iterator[Condition]:
    for capped in report.quality.capped if report.quality else ():
        entity, _, rule = capped.rule.partition(".")
        yield Condition(
            kind="rule_capped",
            subject=capped.rule,
            severity="warn",
            summary=f"the rule {rule} would hide {capped.share:.1%} of {entity} and flags instead in this build",
            rows_query=f"select * from {names.model('rejected_records')} "  # noqa: S608
            f"where entity = '{entity}' and rule = '{rule}' and is_deleted = 0",
        )


def _refusals(report: RunReport, names: Names, pipeline: PipelineSettings) -> Iterator[Condition]:
    """Yields an event if WMS_ALLOCATIONS rejects a much larger share than in the previous run."""
    quality = report.quality
    now, before = (quality.refused_share, quality.refused_before) if quality else (None, None)
    if now is None or before is None or now < pipeline.refusals_least or now <= before * pipeline.refusals_rise:
        return
    yield Condition(
        kind="refusals_rose",
        subject="wms_allocations",
        severity="error",
        summary=f"WMS_ALLOCATIONS refuses {now:.1%} of the allocations, {before:.1%} in the run before",
        rows_query=f"select rule, count(*) from {names.model('rejected_records')} "  # noqa: S608
        "where is_refused_by_wms_allocations = 1 and is_deleted = 0 group by rule order by count(*) desc",
    )


def _freshness(report: RunReport, names: Names) -> Iterator[Condition]:
    for source in report.freshness.sources if report.freshness else ():
        if source.status in {"ok", "unknown"}:
            continue
        state = "was never read" if source.age_seconds is None else f"is {source.age_seconds / 3600:.1f} hours old"
        entity = source.source.rpartition(".")[2]
        yield Condition(
            kind="freshness_breached",
            subject=source.source,
            severity="error" if source.status == "failed" else "warn",
            summary=f"{source.source} {state}",
            rows_query=f"select run_id, status, finished_at, message from {names.raw('elt_entity_run')} "  # noqa: S608
            f"where entity = '{entity}' order by finished_at desc",
        )


def _eligibility_loss(report: RunReport, names: Names) -> Iterator[Condition]:
    for entity in report.entities:
        if entity.collapsed:
            yield Condition(
                kind="eligibility_collapse",
                subject=entity.entity,
                severity="error",
                summary=f"{entity.entity}: {entity.message}",
                rows_query=f"select facility_id, count(distinct entity_id) from {names.raw(entity.entity)} "  # noqa: S608
                "group by facility_id order by facility_id",
            )


def _drift(report: RunReport, names: Names) -> Iterator[Condition]:
    ordered = sorted(report.schema_changes, key=lambda change: change.entity)
    for entity, changes in groupby(ordered, key=lambda change: change.entity):
        yield Condition(
            kind="schema_drift",
            subject=entity,
            severity="warn",
            summary=f"the WMS changed its fields: {', '.join(map(str, changes))}",
            rows_query=f"select field_name, change_kind, type_before, type_after from {names.raw('elt_schema_change')} "  # noqa: S608
            f"where run_id = '{report.run_id}' and entity = '{entity}'",
        )


def _is_load(error: ErrorEntry) -> bool:
    return error.exit_code != _QUALITY and error.code not in BUILD_CODES


def _said(errors: Iterable[ErrorEntry]) -> str:
    return "; ".join(f"{error.code}: {error.message}" for error in errors)


def _gaps(line: Reconciliation) -> Iterator[str]:
    """Describes the difference. The count is for the whole entity, and each of its lines repeats it."""
    found = line.comparison
    if line.count_problem:
        yield line.count_problem
    if found.missing or found.stale or found.vanished or line.staging_behind:
        where = "" if found.facility_id is None else f"facility id {found.facility_id}: "
        yield (
            f"{where}{found.missing} missing, {found.stale} stale, {found.vanished} vanished, "
            f"{line.staging_behind or 0} behind in staging"
        )
