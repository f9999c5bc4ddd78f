"""dbt alone, as a run with a report: freshness, then a build with the arguments given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from loader.dbt import BuildResult, DbtProject
from loader.dbt.relations import model_names
from loader.locking import this_process
from loader.report import Progress, RunReport, measure, value_losses, with_outcome
from loader.runs.before_build import before_build
from loader.runs.finalize import finalize_run
from loader.runs.locks import acquire_locks
from loader.runs.run_session import Run, new_run_id
from loader.settings import Settings
from loader.warehouse import open_warehouse
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


def run_dbt(settings: Settings, progress: Progress, arguments: Sequence[str]) -> RunReport:
    """Builds from what is landed; nothing is read from the WMS.

    A build of all models is recorded, as the run `build`: it ends "never built" and "behind", and judges the alerts of
    builds. A build of a part is not recorded, because the rest stays as old as it was.

    Raises:
        LockedError: ``WMS_RUN_002``, a run is in progress.
        ForeignTarget: the target belongs to another source.
        WmsEltError: dbt cannot start, or the run cannot be recorded.
    """
    now = datetime.now(UTC)
    run = Run(settings, progress, "dbt", new_run_id(now), now)
    with acquire_locks(settings, this_process(run.run_id, run.command), lambda: None):
        with open_warehouse(settings) as target:
            check_source(target, settings)
        report = _rebuilt(run, arguments)
        if report.build and builds_all_models(report.build, arguments):
            return finalize_run(settings, replace(report, command="build"))
        now = datetime.now(UTC)
        ended = replace(report, finished_at=now, duration_s=round((now - run.started_at).total_seconds(), 3))
        return with_outcome(ended, settings.pipeline)


def builds_all_models(build: BuildResult, arguments: Sequence[str], root: Path = Path()) -> bool:
    """Whether every model was built, failed or was skipped in the configured target.

    Snapshots and seeds may be left out, as the selector `wms_core` does: the age of the marts does not depend on them.
    """
    options = {word.partition("=")[0] for word in arguments if word.startswith("-")}
    tried = {node.name.lower() for node in build.nodes if node.kind == "model"}
    return options <= _HARMLESS and model_names(root / "dbt_project") <= tried


def _rebuilt(run: Run, arguments: Sequence[str]) -> RunReport:
    settings, progress = run.settings, run.progress
    project = DbtProject(settings, progress.node_finished)
    before_build(settings, progress)
    progress.step("Checking source freshness")
    freshness = project.freshness()
    progress.step("Building and testing with dbt")
    build = project.build(unit_tests=True, extra=arguments)
    with open_warehouse(settings) as target:
        quality, losses, description = measure(target), value_losses(target), target.description
    return run.report(
        source="raw tables",
        target=description,
        freshness=freshness,
        build=build,
        quality=quality,
        warnings=losses,
    )
