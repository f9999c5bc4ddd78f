"""Keeping a report: as JSON in the work directory and as rows in the target."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from loader.dbt.results import BuildResult, NodeResult
from loader.errors import ConfigError
from loader.files import mode_of_new_file
from loader.report.model import EntityResult, RunReport
from loader.warehouse import ENTITY_RUN, NODE_RESULT, RECONCILIATION, RUN, TEST_RESULT, Warehouse

if TYPE_CHECKING:
    from loader.report.reconciliation import Reconciliation

LATEST = "latest.json"
NAME_LENGTH = 128
"""Characters that a name column of the run tables holds."""


def to_json(report: RunReport) -> bytes:
    """The documented JSON, indented, UTF-8; instants are ISO 8601 with Z."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def from_json(text: bytes | str) -> RunReport:
    """Reads a report back. Raises msgspec.ValidationError when it is not one."""
    return msgspec.json.decode(text, type=RunReport)


def json_schema() -> dict[str, Any]:
    """The JSON schema of a report."""
    return msgspec.json.schema(RunReport)


def write(report: RunReport, work_dir: Path) -> Path:
    """Writes ``runs/<run_id>.json`` and ``runs/latest.json``; each appears whole or not at all.

    Returns:
        The path of the run's own file.

    Raises:
        ConfigError: ``WMS_CONF_005``, the directory cannot be written.
    """
    path = work_dir / "runs" / f"{report.run_id}.json"
    content = to_json(report)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for name in (path.name, LATEST):
            _replace(path.with_name(name), content)
    except OSError as error:
        raise ConfigError(
            "WMS_CONF_005",
            f"The run report cannot be written: {error.strerror}.",
            hint="Set GRUPONOS_PIPELINE__WORK_DIR to a directory this user may write to, with free space.",
            context={"path": path},
        ) from error
    return path


def save_entities(report: RunReport, target: Warehouse) -> None:
    """Adds the run's entities to elt_entity_run: source freshness is measured on them. Raises TargetError."""
    target.ensure_run_tables()
    with target.transaction():
        target.insert(ENTITY_RUN, [_entity_row(report.run_id, entity) for entity in report.entities])


def save_run(report: RunReport, target: Warehouse) -> None:
    """Adds the ended run to elt_run, and its nodes to elt_test_result and elt_node_result. Raises TargetError."""
    target.ensure_run_tables()
    with target.transaction():
        target.insert(RUN, [_run_row(report)])
        if report.build:
            target.insert(TEST_RESULT, _by_name(_test_row(report, node) for node in report.build.tests))
            target.insert(NODE_RESULT, _by_name(_node_row(report, node) for node in report.build.builds))


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


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode_of_new_file())
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _run_row(report: RunReport) -> Mapping[str, object]:
    build, quality = report.build, report.quality
    return {
        "run_id": report.run_id,
        "schema_version": report.schema_version,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "status": report.status,
        "exit_code": report.exit_code,
        "source": report.source,
        "target": report.target,
        "rows_read": report.rows_read,
        "new_versions": report.new_versions,
        "models_ok": build.built("ok") if build else None,
        "models_failed": build.built("failed") if build else None,
        "tests_passed": build.tested("ok") if build else None,
        "tests_warned": build.tested("warn") if build else None,
        "tests_failed": build.tested("failed") if build else None,
        "rejected_rows": quality.rejected_rows if quality else None,
        "quality_score": quality.score if quality else None,
        "refused_share": quality.refused_share if quality else None,
        "built_from": _built_from(build),
        "duration_s": report.duration_s,
        "command": report.command,
        "host": report.host[:NAME_LENGTH],
        "release": report.release,
        "error_code": report.errors[0].code if report.errors else None,
    }


def _built_from(build: BuildResult | None) -> datetime | None:
    """When the first model was built: what landed later may not be in the marts."""
    began = [node.started_at for node in build.nodes if node.kind == "model" and node.started_at] if build else []
    return min(began, default=None)


def _test_row(report: RunReport, node: NodeResult) -> Mapping[str, object]:
    own = {"test_name": node.name[:NAME_LENGTH], "severity": node.severity, "failures": node.failures}
    return {**own, **_common(report, node)}


def _node_row(report: RunReport, node: NodeResult) -> Mapping[str, object]:
    return {"node_name": node.name[:NAME_LENGTH], "node_kind": node.kind, **_common(report, node)}


def _common(report: RunReport, node: NodeResult) -> Mapping[str, object]:
    return {
        "run_id": report.run_id,
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
        "entity": found.entity,
        "facility_id": found.facility_id,
        "source_rows": found.source_rows,
        "raw_rows": found.raw_rows,
        "pending_rows": found.pending,
        "missing_rows": found.missing,
        "stale_rows": found.stale,
        "vanished_rows": found.vanished,
        "staging_behind": line.staging_behind,
        "message": line.count_problem or None,
    }


def _by_name(rows: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """One row a name: a long name is cut, and cut names may be the same."""
    return list({row.get("test_name") or row.get("node_name"): row for row in rows}.values())


def _entity_row(run_id: str, entity: EntityResult) -> Mapping[str, object]:
    row = asdict(entity)
    # MODE is a reserved word on Oracle; text columns hold 4,000 bytes there
    return {**row, "run_id": run_id, "load_mode": entity.mode, "message": entity.message[:1000]}
