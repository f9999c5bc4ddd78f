"""Finalizes a run: outcome, alerts, run tables, verdict, metrics, page and report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from loader.alerts import from_run, notify
from loader.dbt.plan import BuildState
from loader.metrics import publish
from loader.report import RunReport, save_run, with_outcome, write
from loader.report.entity_runs import last_results
from loader.report.evidence import AlreadyRead, read_evidence
from loader.report.kept_facts import KeptFacts
from loader.report.overall import overall
from loader.report.retention import days_ago, forget_old_files
from loader.runs.publish import published
from loader.settings import Settings
from loader.site import refreshed
from loader.warehouse import Sessions
from loader.warehouse.duckdb.connect import DuckDbWarehouse


def finalize_run(
    settings: Settings,
    report: RunReport,
    sessions: Sessions | None = None,
    state: BuildState | None = None,
    marks: Mapping[str, int] | None = None,
    kept: KeptFacts | None = None,
) -> RunReport:
    """Completes the report and stores it: as JSON in the work directory and as rows in the target.

    Args:
        state: what the pipeline's builds have covered now, stored after the run's rows; None = as before.
        marks: as in `AlreadyRead`.
        kept: has what an earlier run read from the same marts.

    Raises:
        TargetError: the target can't be written.
        ConfigError: the work directory can't be written.
    """
    now, sessions = datetime.now(UTC), sessions or Sessions(settings)
    ended = replace(report, finished_at=now, duration_s=(now - report.started_at).total_seconds())
    ended = replace(ended, warnings=(*settings.warnings, *ended.warnings))
    final = with_outcome(ended, settings.pipeline, settings.target.duckdb_file)
    with sessions.held():
        undelivered = notify(
            settings, lambda target: from_run(final, target, settings.pipeline), final.run_id, sessions
        )
        final = replace(final, warnings=(*final.warnings, *undelivered))
        return _store(settings, final, sessions, state, marks, kept)


def _store(
    settings: Settings,
    final: RunReport,
    sessions: Sessions,
    state: BuildState | None,
    marks: Mapping[str, int] | None,
    kept: KeptFacts | None,
) -> RunReport:
    now = final.finished_at
    with sessions.open() as target:
        final = replace(final, target=final.target or target.description)
        last = last_results(target)
        before = days_ago(last.window_end, now, settings.operations.history_days)
        save_run(final, target, settings.pipeline.name, state, before)
        evidence = read_evidence(target, settings.pipeline, now, final, state, AlreadyRead(last, marks))
        final = replace(final, verdict=overall(evidence))
        if isinstance(target, DuckDbWarehouse):
            final = published(settings, final, target, state)
    final = replace(final, warnings=(*final.warnings, *publish(settings, final, len(evidence.alerts))))
    final = refreshed(settings, final, sessions, evidence, kept)
    write(final, settings.pipeline.work_dir)
    forget_old_files(settings.pipeline.work_dir / "runs", before)
    return final
