"""dbt alone, as a run with a report: freshness, then a build with the arguments given."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from loader.locking import this_process
from loader.report import Progress, RunReport, with_outcome
from loader.runs.build_stage import build_stage
from loader.runs.locks import acquire_locks
from loader.runs.run_session import new_run_id
from loader.settings import Settings
from loader.warehouse import Sessions
from loader.warehouse.source_guard import check_source


def run_dbt(settings: Settings, progress: Progress, arguments: Sequence[str]) -> RunReport:
    """Builds from what is landed; nothing is read from the WMS and no run is recorded.

    Raises:
        BusyError: ``WMS_RUN_002``, a run is at work.
        ForeignTarget: the target belongs to another source.
        WmsEltError: dbt cannot start.
    """
    started = datetime.now(UTC)
    run_id = new_run_id(started)
    with Sessions(settings) as sessions, acquire_locks(settings, this_process(run_id, "dbt"), lambda: None, sessions):
        with sessions.open() as target:
            check_source(target, settings)
            description = target.description
        clock = time.monotonic()
        built = build_stage(settings, progress, sessions, unit_tests=True, arguments=arguments)
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
        **built,
    )
    return with_outcome(report, settings.pipeline, settings.target.duckdb_file)
