"""Runs: load alone, or load -> freshness -> build -> report (docs/design.md, the way of the data)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from loader.elt.origin import open_source, source_name
from loader.elt.stopping import stop_on_signals
from loader.errors import Interrupted
from loader.extract.context import Outcome
from loader.landing.load import Backfill, LoadResult, load
from loader.report import (
    EntityResult,
    ErrorEntry,
    Progress,
    RunReport,
    Silent,
    concluded,
    measure,
    save_entities,
    save_run,
    write,
)
from loader.report.drift import drift_warning, record_schemas
from loader.settings import Settings
from loader.site import refreshed
from loader.target import open_target
from loader.transform import DbtProject

FULL = frozenset({"full"})
STOPPED = "WMS_RUN_001"


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way."""

    settings: Settings
    progress: Progress
    run_id: str
    started_at: datetime


def run_load(settings: Settings, *, full: bool = False, progress: Progress | None = None) -> RunReport:
    """Lands what is new in the WMS and reports; dbt is not run.

    Args:
        full: reads every document again instead of the windows that are due.

    Raises:
        WmsEltError: nothing could begin: the WMS or the target cannot be reached. What fails later, such as one
            entity, stands in the report.
    """
    return finish_run(*run_named(settings, progress or Silent(), passes=FULL if full else frozenset()))


def run_elt(
    settings: Settings,
    *,
    full: bool = False,
    passes: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> RunReport:
    """The whole run. `passes` are catch-up passes to run whether due or not.

    Other arguments and errors as `run_load`; failed tests and stale sources stand in the report.
    """
    run, report = run_named(settings, progress or Silent(), passes=passes | FULL if full else passes)
    interrupted = any(error.code == STOPPED for error in report.errors)
    return finish_run(run, report if interrupted else _transform(run, report))


def run_named(
    settings: Settings,
    progress: Progress,
    *,
    passes: frozenset[str] = frozenset(),
    backfill: Backfill | None = None,
) -> tuple[Run, RunReport]:
    """Loads as a new run; its report lacks an end and a verdict, which `finish_run` adds."""
    now = datetime.now(UTC)
    run = Run(settings, progress, f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}", now)
    with stop_on_signals() as stop, open_source(settings, progress) as reachable:
        progress.step("Loading from the WMS")
        result = load(reachable, stop=stop, observer=progress, forced_passes=passes, backfill=backfill)
        report = _draft(run, result, interrupted=stop.is_set())
    # freshness reads these rows: they must stand before it is checked
    with open_target(settings) as target:
        save_entities(report, target)
        changes = record_schemas(target, run.run_id, run.started_at, result.described)
    if changes:
        report = replace(report, warnings=(*report.warnings, drift_warning(changes)))
    return run, report


def _draft(run: Run, result: LoadResult, *, interrupted: bool) -> RunReport:
    errors = [ErrorEntry.of(outcome.error) for outcome in result.outcomes.values() if outcome.error]
    if interrupted:
        hint = "run again: it goes on where it stopped"
        errors.append(ErrorEntry.of(Interrupted(STOPPED, "the run was stopped before its end", hint=hint)))
    warnings = [f"{outcome.entity}: {text}" for outcome in result.outcomes.values() for text in outcome.warnings]
    return RunReport(
        run_id=run.run_id,
        status="ok",
        exit_code=0,
        started_at=run.started_at,
        finished_at=run.started_at,
        duration_s=0.0,
        source=source_name(run.settings),
        target=result.target,
        uses_simulator=run.settings.uses_simulator,
        entities=tuple(_entity_result(outcome, result) for outcome in result.outcomes.values()),
        errors=tuple(errors),
        warnings=tuple(warnings),
    )


def _entity_result(outcome: Outcome, result: LoadResult) -> EntityResult:
    finished = outcome.finished_at or datetime.now(UTC)
    return EntityResult(
        entity=outcome.entity,
        status="skipped" if outcome.status == "running" else outcome.status,
        mode=outcome.mode,
        window_from=outcome.window.lo if outcome.window else None,
        window_to=outcome.read_until,
        rows_read=outcome.rows_read,
        pages=outcome.pages,
        new_versions=result.landed_rows.get(outcome.entity, 0),
        deleted_rows=outcome.deleted_rows,
        started_at=outcome.started_at,
        finished_at=finished,
        duration_s=(finished - outcome.started_at).total_seconds(),
        message=str(outcome.error) if outcome.error else "",
    )


def _transform(run: Run, report: RunReport) -> RunReport:
    project = DbtProject(run.settings, run.progress.node_finished)
    run.progress.step("Checking source freshness")
    freshness = project.freshness()
    run.progress.step("Building and testing with dbt")
    build = project.build()
    with open_target(run.settings) as target:
        quality = measure(target)
    return replace(report, freshness=freshness, build=build, quality=quality)


def finish_run(run: Run, report: RunReport) -> RunReport:
    """Concludes the report and keeps it: as JSON in the work directory, as a row in the target."""
    now = datetime.now(UTC)
    ended = replace(report, finished_at=now, duration_s=(now - run.started_at).total_seconds())
    final = concluded(ended, run.settings.pipeline)
    with open_target(run.settings) as target:
        save_run(final, target)
    final = refreshed(run.settings, final)
    write(final, run.settings.pipeline.work_dir)
    return final
