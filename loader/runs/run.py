"""Runs: load only, or load, freshness check, build and report (docs/explanation/design.md, data flow)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import structlog

from loader.dbt import DbtProject
from loader.discovery import known_fields, read_discovery
from loader.errors import LockedError
from loader.extract.context import Outcome
from loader.extract.document_warnings import document_warnings
from loader.masking import mask
from loader.pipeline.load import Backfill, LoadResult, load
from loader.pipeline.scope_guard import register_scope, registered, release_scope
from loader.report import EntityResult, ErrorEntry, Progress, RunReport, Silent, former_entities, save_entities
from loader.report.drift import drift_warning, record_schemas
from loader.runs.build_stage import build_stage
from loader.runs.finalize import finalize_run
from loader.runs.run_session import Run, run_session, stopped
from loader.runs.signals import stop_on_signals
from loader.runs.source import open_source
from loader.settings import Settings
from loader.warehouse.source_guard import claim_source

FULL = frozenset({"full"})


def run_load(settings: Settings, *, full: bool = False, progress: Progress | None = None) -> RunReport:
    """Loads what has changed in the WMS, without dbt.

    For example, to load and show how many versions are new:

        from wms_elt import load_settings, run_load

        report = run_load(load_settings())
        print(sum(entity.new_versions for entity in report.entities))

    Args:
        full: reads every document again instead of the windows since the last run.

    Raises:
        LockedError: ``WMS_RUN_002``, another run is in progress.
        WmsEltError: the run can't start, because the WMS or the target can't be reached; it is recorded as failed.
            Later errors, such as those of one entity, are in the report.
    """
    with run_session(settings, "load", progress or Silent()) as run:
        return finalize_run(settings, load_stage(run, passes=FULL if full else frozenset()), run.sessions)


def run_elt(
    settings: Settings,
    *,
    full: bool = False,
    everything: bool = False,
    passes: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> RunReport:
    """Loads, checks source freshness, builds with dbt what can have a new result, and reports.

    For example, with your own settings:

        from wms_elt import load_settings, run_elt

        settings = load_settings({"GRUPONOS_PIPELINE__ENTITIES": "order_hdr,order_dtl"})
        report = run_elt(settings)
        print(report.status, report.exit_code)

    Args:
        everything: builds all models and runs all data tests, as a full run does.
        passes: catch-up passes to run even if they aren't due.

    Other arguments and errors are those of `run_load`. The report lists failed tests and stale sources.
    """
    with run_session(settings, "full" if full else "elt", progress or Silent()) as run:
        # fails for a project or profile that dbt can't use before anything is loaded
        DbtProject(settings).profiles()
        report = load_stage(run, passes=passes | FULL if full else passes)
        if run.stop.is_set():
            return finalize_run(settings, report, run.sessions)
        reason = "a full run" if full else "asked for" if everything else ""
        built = build_stage(run, report, everything=reason)
        return finalize_run(settings, built.report, run.sessions, built.state, built.marks, built.kept)


def load_stage(run: Run, *, passes: frozenset[str] = frozenset(), backfill: Backfill | None = None) -> RunReport:
    """Loads from the WMS and returns the report, which `loader.runs.finalize.finalize_run` completes."""
    with run.sessions.held():
        return _load_stage(run, passes, backfill)


def _load_stage(run: Run, passes: frozenset[str], backfill: Backfill | None) -> RunReport:
    with run.sessions.open() as target:
        target.check_damage()
        # fails for a target of a newer release before anything is loaded
        target.ensure_run_tables()
        entities = (backfill.entity,) if backfill else run.settings.pipeline.all_entities
        known = registered(target)
        register_scope(target, run.settings, entities, run.started_at, known)
        if not backfill:
            release_scope(target, run.settings.pipeline.name, entities, known=known)
    with stop_on_signals(run.stop), open_source(run.settings, run.progress) as reachable:
        # before the first document, and after the simulator has set its start date
        with run.sessions.open() as target:
            claim_source(target, run.settings, run.started_at)
        run.progress.step("Loading from the WMS")
        result = load(
            reachable,
            stop=run.stop,
            observer=run.progress,
            forced_passes=passes,
            backfill=backfill,
            sessions=run.sessions,
        )
        report = drafted(run, result)
    # `run_session` unbinds them
    structlog.contextvars.bind_contextvars(load_ids=list(result.load_ids))
    # source freshness reads these rows
    with run.sessions.open() as target:
        save_entities(report, target)
        report = replace(report, former_entities=former_entities(target))
        discovered = known_fields(read_discovery(run.settings), result.described)
        changes = record_schemas(target, run.run_id, run.started_at, result.described, discovered)
    if changes:
        report = replace(report, schema_changes=tuple(changes), warnings=(*report.warnings, drift_warning(changes)))
    return report


def drafted(run: Run, result: LoadResult) -> RunReport:
    """Returns the report of the load, not yet finalized."""
    errors = [ErrorEntry.of(outcome.error) for outcome in result.outcomes.values() if outcome.error]
    if run.stop.is_set():
        errors.append(ErrorEntry.of(_lost() if run.lost.is_set() else stopped()))
    warnings = [mask(f"{outcome.entity}: {text}") for outcome in result.outcomes.values() for text in _said(outcome)]
    warnings += [*_scope_changes(result), *_empty(result)]
    return run.report(
        target=result.target,
        entities=tuple(_entity_result(outcome, result) for outcome in result.outcomes.values()),
        errors=tuple(errors),
        warnings=(*result.notes, *warnings),
    )


def _scope_changes(result: LoadResult) -> list[str]:
    """Returns one line per change of scope, with all affected entities."""
    changes: dict[tuple[str, str], list[str]] = {}
    for outcome in result.outcomes.values():
        if moved := outcome.rescoped:
            counts = f"{outcome.entity} {moved.added:,} read and {moved.removed:,} out of scope"
            changes.setdefault((moved.before, moved.after), []).append(counts)
    return [
        f"the scope changed from {before} to {after}; rows: {', '.join(counts)}"
        for (before, after), counts in changes.items()
    ]


def _empty(result: LoadResult) -> list[str]:
    """One line for all entities whose first load showed no row: a user without the right may see an empty list too."""
    empty = [outcome.entity for outcome in result.outcomes.values() if outcome.is_empty]
    return [f"0 rows in the first load of {', '.join(empty)}: empty in the WMS, or not visible to the user"] * bool(
        empty
    )


def _lost() -> LockedError:
    return LockedError(
        "WMS_RUN_003",
        "Lost the lock: this run sent no heartbeat, and another run took over.",
        hint="Check why this machine was suspended or overloaded. No data is lost, and the next run continues.",
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
        message=str(outcome.error) if outcome.error else mask("; ".join((*_said(outcome), *outcome.notes))),
        collapsed=outcome.collapsed,
        quarantined=outcome.set_aside,
        quarantined_open=result.set_aside.get(outcome.entity, 0),
        read_to=outcome.read_to,
    )


def _said(outcome: Outcome) -> tuple[str, ...]:
    """Warnings of the outcome, including those about single documents."""
    return (*(warning.text for warning in outcome.warnings), *document_warnings(outcome))
