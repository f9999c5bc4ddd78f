"""Step of a run that publishes the read copy of a DuckDB target."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from msgspec import ValidationError

from loader.dbt.artifacts import MANIFEST
from loader.dbt.plan import BuildState
from loader.dbt.results import BuildResult
from loader.marts import ReadCopyError, Stamp, last_stamp, publish, read_marts
from loader.report import ReadCopy, RunReport
from loader.settings import Settings
from loader.warehouse.duckdb.connect import DuckDbWarehouse

UNCHANGED = "nothing was built since"
INCOMPLETE = "the build failed"


def published(
    settings: Settings, report: RunReport, target: DuckDbWarehouse, state: BuildState | None = None
) -> RunReport:
    """Publishes the marts if a build has succeeded since they were published, and adds the result to the report.

    After a failed build the former copy stays, because some marts may be older than others. A copy that can't be
    written is a warning: the run's own data is complete.

    Args:
        target: the open target.
        state: state of the builds after the run; None if the run has none.
    """
    if not (settings.target.duckdb_read_copy and report.is_built):
        return report
    path, schema = settings.target.read_copy, settings.target.schema_name
    former = last_stamp(target, path, schema)
    built_at = state.built_at if state else report.started_at
    copy = ReadCopy(path=str(path), is_published=False, built_at=former.built_at if former else None)
    if report.build and not is_complete(report.build):
        return replace(report, read_copy=replace(copy, reason=INCOMPLETE))
    if report.build is None and former and former.built_at == built_at:
        return replace(report, read_copy=replace(copy, reason=UNCHANGED))
    started = time.monotonic()
    try:
        marts, stamp = read_marts(_manifest(settings)), _stamp(report, built_at)
        size = publish(target, path, schema, marts, stamp, changed=_changed(report, former))
    except (ReadCopyError, OSError, ValidationError) as error:
        warning = f"can't write the read copy {path}: {error}"
        copy = replace(copy, reason="it can't be written")
        return replace(report, read_copy=copy, warnings=(*report.warnings, warning))
    seconds = time.monotonic() - started
    copy = replace(copy, is_published=True, built_at=built_at, size=size, seconds=seconds)
    return replace(report, read_copy=copy)


def is_complete(build: BuildResult) -> bool:
    """Whether all nodes of a build ended without an error. Tests that warn don't count."""
    # operations are hooks, which can fail, and exposures, which dbt skips
    return not any(
        node.status == "failed" or (node.status == "skipped" and node.kind != "operation") for node in build.nodes
    )


def _changed(report: RunReport, former: Stamp | None) -> Collection[str] | None:
    """Marts that differ from the former copy, if it is that of the build before; else None."""
    if not (former and report.build and report.plan and report.plan.since == former.built_at):
        return None
    return {node.name.lower() for node in report.build.nodes if node.kind in {"model", "snapshot"}}


def _stamp(report: RunReport, built_at: datetime) -> Stamp:
    return Stamp(built_at, report.run_id, report.source, report.release)


def _manifest(settings: Settings) -> Path:
    return settings.pipeline.work_dir / "dbt" / "target" / MANIFEST
