"""Runs dbt without loading: source freshness, then a build with the given arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from loader.locking import this_process
from loader.report import Progress, RunReport, with_outcome
from loader.runs.build_stage import build_stage
from loader.runs.locks import acquire_locks
from loader.runs.run_session import Run, new_run_id
from loader.settings import Settings
from loader.warehouse import Sessions
from loader.warehouse.source_guard import check_source


def run_dbt(settings: Settings, progress: Progress, arguments: Sequence[str]) -> RunReport:
    """Builds from the raw tables. Doesn't read from the WMS and doesn't record a run.

    Raises:
        LockedError: ``WMS_RUN_002``, a run is in progress.
        ForeignTarget: the data in the target comes from another source.
        WmsEltError: dbt can't start.
    """
    now = datetime.now(UTC)
    run = Run(settings, progress, "dbt", new_run_id(now), now, Sessions(settings))
    owner = this_process(run.run_id, run.command)
    with run.sessions, acquire_locks(settings, owner, lambda: None, run.sessions):
        with run.sessions.open() as target:
            check_source(target, settings)
            draft = run.report(source="raw tables", target=target.description, uses_simulator=False)
        report = build_stage(run, draft, unit_tests=True, arguments=arguments)
    ended = datetime.now(UTC)
    report = replace(report, finished_at=ended, duration_s=(ended - now).total_seconds())
    return with_outcome(report, settings.pipeline, settings.target.duckdb_file)
