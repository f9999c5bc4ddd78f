"""Runs dbt without loading: source freshness, then a build with the given arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from loader.dbt import BuildResult
from loader.dbt.relations import model_names
from loader.locking import this_process
from loader.report import Progress, RunReport, with_outcome
from loader.runs.build_stage import build_arguments, build_stage
from loader.runs.finalize import finalize_run
from loader.runs.locks import acquire_locks
from loader.runs.run_session import Run, new_run_id
from loader.settings import Settings
from loader.settings.project import project_directories
from loader.warehouse import Sessions
from loader.warehouse.source_guard import check_source

_HARMLESS: Final = frozenset(
    {
        *("--select", "-s", "--models", "--model", "-m", "--exclude", "--selector", "--indirect-selection"),
        *("--resource-type", "--resource-types", "--exclude-resource-type", "--exclude-resource-types"),
        *("--full-refresh", "-f", "--fail-fast", "-x", "--no-fail-fast", "--threads", "--debug", "-d", "--quiet", "-q"),
        *("--warn-error", "--warn-error-options", "--store-failures"),
    }
)
"""Options with which a build of all models leaves the marts of the configured target as `make elt` does."""

_SELECT: Final = frozenset({"--select", "-s", "--models", "--model", "-m"})
_READS_FRESHNESS: Final = "source_status:"


def run_dbt(settings: Settings, progress: Progress, arguments: Sequence[str]) -> RunReport:
    """Builds from the raw tables. Doesn't read from the WMS. Checks freshness unless it builds selected nodes.

    A build of all models is recorded as the run `build`: it clears the reasons "never built" and "behind", and updates
    the alerts of builds. A build of some models is not recorded, because the other models don't change. After a build
    with arguments, the next run builds everything.

    Raises:
        LockedError: ``WMS_RUN_002``, a run is in progress.
        ForeignTarget: the data in the target comes from another source.
        WmsEltError: dbt can't start, or the run can't be recorded.
    """
    now = datetime.now(UTC)
    run = Run(settings, progress, "dbt", new_run_id(now), now, Sessions(settings, progress.note))
    owner = this_process(run.run_id, run.command)
    with run.sessions, acquire_locks(settings, owner, lambda: None, run.sessions):
        with run.sessions.open() as target:
            check_source(target, settings)
            draft = run.report(source="raw tables", target=target.description, uses_simulator=False)
        if not arguments:
            built = build_stage(run, draft, everything="`wms-elt dbt`", unit_tests=True, freshness=True)
            return finalize_run(
                settings, replace(built.report, command="build"), run.sessions, built.state, built.marks, built.kept
            )
        report = build_arguments(run, draft, arguments, freshness=checks_freshness(arguments))
        if report.build and builds_all_models(report.build, arguments, *project_directories(settings.target)):
            return finalize_run(settings, replace(report, command="build"), run.sessions)
    ended = datetime.now(UTC)
    report = replace(report, finished_at=ended, duration_s=(ended - now).total_seconds())
    return with_outcome(report, settings.pipeline, settings.target.duckdb_file)


def checks_freshness(arguments: Sequence[str]) -> bool:
    """Whether a build with dbt's arguments checks source freshness first: not for nodes that somebody names."""
    selects = any(word.partition("=")[0] in _SELECT for word in arguments)
    return not selects or any(_READS_FRESHNESS in word for word in arguments)


def builds_all_models(build: BuildResult, arguments: Sequence[str], *projects: Path) -> bool:
    """Whether every model of the projects was built, failed or was skipped.

    Snapshots and seeds may be missing, as in the selector `wms_core`: the age of the marts doesn't depend on them.
    """
    options = {word.partition("=")[0] for word in arguments if word.startswith("-")}
    tried = {node.name.lower() for node in build.nodes if node.kind == "model"}
    return options <= _HARMLESS and model_names(*projects) <= tried
