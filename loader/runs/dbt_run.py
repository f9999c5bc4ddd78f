"""Runs dbt without loading: source freshness, then a build with the given arguments."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from loader.dbt import DbtProject
from loader.locking import this_process
from loader.report import Progress, RunReport, measure, value_losses, with_outcome
from loader.runs.before_build import before_build
from loader.runs.locks import acquire_locks
from loader.runs.run_session import new_run_id
from loader.settings import Settings
from loader.warehouse import open_warehouse
from loader.warehouse.source_guard import check_source


def run_dbt(settings: Settings, progress: Progress, arguments: Sequence[str]) -> RunReport:
    """Builds from the raw tables. Doesn't read from the WMS and doesn't record a run.

    Raises:
        LockedError: ``WMS_RUN_002``, a run is in progress.
        ForeignTarget: the data in the target comes from another source.
        WmsEltError: dbt can't start.
    """
    started = datetime.now(UTC)
    run_id = new_run_id(started)
    with acquire_locks(settings, this_process(run_id, "dbt"), lambda: None):
        with open_warehouse(settings) as target:
            check_source(target, settings)
        return _rebuilt(settings, progress, arguments, run_id, started)


def _rebuilt(
    settings: Settings, progress: Progress, arguments: Sequence[str], run_id: str, started: datetime
) -> RunReport:
    clock = time.monotonic()
    project = DbtProject(settings, progress.node_finished)
    before_build(settings, progress)
    progress.step("Checking source freshness")
    freshness = project.freshness()
    progress.step("Building and testing with dbt")
    build = project.build(unit_tests=True, extra=arguments)
    with open_warehouse(settings) as target:
        quality, losses, description = measure(target), value_losses(target), target.description
    report = RunReport(
        run_id=run_id,
        status="ok",
        exit_code=0,
        started_at=started,
        finished_at=datetime.now(UTC),
        duration_s=round(time.monotonic() - clock, 3),
        source="raw tables",
        target=description,
        command="dbt",
        environment=settings.environment,
        build=build,
        freshness=freshness,
        quality=quality,
        warnings=losses,
    )
    return with_outcome(report, settings.pipeline)
