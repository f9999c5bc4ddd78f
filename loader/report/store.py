"""Stores a report: as JSON in the work directory and as rows in the target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from loader.dbt.results import BuildResult, NodeResult
from loader.files import write_output
from loader.report.build_states import replace_state
from loader.report.model import RunReport
from loader.report.retention import forget_old_runs
from loader.warehouse import NODE_RESULT, RECONCILIATION, RUN, TEST_RESULT, Warehouse

if TYPE_CHECKING:
    from loader.dbt.plan import BuildState
    from loader.report.reconciliation import Reconciliation

LATEST = "latest.json"
NAME_LENGTH = 128
"""Maximum length of names in the run tables, in characters."""


def to_json(report: RunReport) -> bytes:
    """Returns the documented JSON, indented, UTF-8; instants are ISO 8601 with Z."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def from_json(text: bytes | str) -> RunReport:
    """Reads a report from JSON. Raises msgspec.ValidationError if it isn't one."""
    return msgspec.json.decode(text, type=RunReport)


def write(report: RunReport, work_dir: Path) -> Path:
    """Writes ``runs/<run_id>.json`` and ``runs/latest.json`` atomically.

    Returns:
        The path of the run's own file.

    Raises:
        ConfigError: ``WMS_CONF_005``, the directory can't be written.
    """
    path = work_dir / "runs" / f"{report.run_id}.json"
    content = to_json(report)
    for name in (path.name, LATEST):
        write_output(path.with_name(name), content, "The run report")
    return path


def save_run(
    report: RunReport,
    target: Warehouse,
    pipeline: str = "",
    state: BuildState | None = None,
    forget_before: datetime | None = None,
) -> None:
    """Adds the finished run to elt_run, and its nodes to elt_test_result and elt_node_result. Raises TargetError.

    Args:
        state: what the builds of `pipeline` have covered now, stored in the same transaction; None = as before.
        forget_before: rows of runs that started before it are deleted in the same transaction; aware UTC.
    """
    target.ensure_run_tables()
    with target.transaction():
        target.insert(RUN, [_run_row(report)])
        if report.build:
            target.insert(TEST_RESULT, _node_rows(report, report.build.tests))
            target.insert(NODE_RESULT, _node_rows(report, report.build.builds))
        if state:
            replace_state(target, pipeline, state)
        if forget_before:
            forget_old_runs(target, forget_before)


def save_reconciliation(lines: Sequence[Reconciliation], run_id: str, compared_at: datetime, target: Warehouse) -> None:
    """Adds a comparison of source, raw and staging to elt_reconciliation. Raises TargetError.

    Args:
        compared_at: aware UTC.
    """
    target.ensure_run_tables()
    with target.transaction():
        rows = (_comparison_row(line) for line in lines)
        common = {"run_id": run_id, "compared_at": compared_at}
        target.insert(RECONCILIATION, [{**common, "line_number": nth, **row} for nth, row in enumerate(rows, 1)])


def _run_row(report: RunReport) -> Mapping[str, object]:
    build, quality = report.build, report.quality
    return {
        **{name: getattr(report, name, None) for name in RUN.column_names},
        "models_ok": build.built("ok") if build else None,
        "models_failed": build.built("failed") if build else None,
        "tests_passed": build.tested("ok") if build else None,
        "tests_warned": build.tested("warn") if build else None,
        "tests_failed": build.tested("failed") if build else None,
        "rejected_rows": quality.rejected_rows if quality else None,
        "quality_score": quality.score if quality else None,
        "refused_share": quality.refused_share if quality else None,
        "built_from": _built_from(build),
        "host": report.host[:NAME_LENGTH],
        "error_code": report.errors[0].code if report.errors else None,
    }


def _built_from(build: BuildResult | None) -> datetime | None:
    """Start of the first model: documents loaded later may not be in the marts."""
    began = [node.started_at for node in build.nodes if node.kind == "model" and node.started_at] if build else []
    return min(began, default=None)


def _node_rows(report: RunReport, nodes: Iterable[NodeResult]) -> list[Mapping[str, object]]:
    """One row a name: a long name is cut, and cut names may be the same."""
    rows = (_node_row(report, node) for node in nodes)
    return list({row["node_name"]: row for row in rows}.values())


def _node_row(report: RunReport, node: NodeResult) -> Mapping[str, object]:
    """A row of either table."""
    return {
        "run_id": report.run_id,
        "test_name": node.name[:NAME_LENGTH],
        "node_name": node.name[:NAME_LENGTH],
        "node_kind": node.kind,
        "severity": node.severity,
        "failures": node.failures,
        "started_at": report.started_at,
        "status": node.status,
        "owner_group": node.group or None,
        "duration_s": node.seconds,
    }


def _comparison_row(line: Reconciliation) -> Mapping[str, object]:
    found = line.comparison
    if line.error:
        return {"entity": found.entity, "message": str(line.error)[:1000]}
    return {
        **asdict(found),
        "pending_rows": found.pending,
        "missing_rows": found.missing,
        "stale_rows": found.stale,
        "vanished_rows": found.vanished,
        "staging_behind": line.staging_behind,
        "message": line.count_problem or None,
    }
