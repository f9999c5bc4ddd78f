"""dbt alone, as a run with a report: freshness, then a build with the arguments given."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from loader.report import Progress, RunReport, concluded, measure
from loader.settings import Settings
from loader.target import open_target
from loader.transform import DbtProject


def rebuild(settings: Settings, progress: Progress, arguments: Sequence[str]) -> RunReport:
    """Builds from what is landed; nothing is read from the WMS and no run is recorded.

    Raises:
        WmsEltError: dbt cannot start.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    project = DbtProject(settings, progress.node_finished)
    progress.step("Checking source freshness")
    freshness = project.freshness()
    progress.step("Building and testing with dbt")
    build = project.build(unit_tests=True, extra=arguments)
    with open_target(settings) as target:
        quality, description = measure(target), target.description
    report = RunReport(
        run_id=f"{started:%Y%m%dT%H%M%SZ}-dbt",
        status="ok",
        exit_code=0,
        started_at=started,
        finished_at=datetime.now(UTC),
        duration_s=round(time.monotonic() - clock, 3),
        source="raw tables",
        target=description,
        build=build,
        freshness=freshness,
        quality=quality,
    )
    return concluded(report, settings.pipeline)
