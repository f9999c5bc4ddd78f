"""Reads the result of a build from dbt's artifacts, for builds that an orchestrator ran."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast, get_args

import msgspec

from loader.dbt.node_progress import node_status
from loader.dbt.results import BuildResult, NodeKind, NodeResult
from loader.masking import mask

RESULTS = "run_results.json"
MANIFEST = "manifest.json"
SOURCES = "sources.json"


class _Step(msgspec.Struct):
    started_at: datetime | None = None


class _Result(msgspec.Struct):
    unique_id: str
    status: str
    execution_time: float
    timing: list[_Step]
    failures: int | None = None
    message: str | None = None


class _Results(msgspec.Struct):
    results: list[_Result]
    elapsed_time: float


class _Config(msgspec.Struct):
    severity: str = ""


class _Node(msgspec.Struct):
    name: str
    config: _Config
    group: str | None = None
    fqn: list[str] = []


class _Manifest(msgspec.Struct):
    nodes: dict[str, _Node]


def read_build(directory: Path) -> BuildResult | None:
    """Returns the build described by the artifacts in a directory (dbt's run results v6 and manifest v12).

    The field `said` is empty: it comes from dbt's events, which the artifacts don't contain.

    Returns:
        None if dbt ended before it wrote results.

    Raises:
        msgspec.ValidationError: the artifacts have an unknown structure.
    """
    results, manifest = directory / RESULTS, directory / MANIFEST
    if not (results.is_file() and manifest.is_file()):
        return None
    found = msgspec.json.decode(results.read_bytes(), type=_Results)
    known = msgspec.json.decode(manifest.read_bytes(), type=_Manifest).nodes
    nodes = tuple(_read(result, known.get(result.unique_id)) for result in found.results)
    return BuildResult(nodes=nodes, seconds=found.elapsed_time)


def node_seconds(directory: Path) -> dict[str, float]:
    """Returns the duration of each node in the last build of the directory, by name; empty without results."""
    try:
        found = msgspec.json.decode((directory / RESULTS).read_bytes(), type=_Results)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return {
        result.unique_id.split(".")[2]: result.execution_time for result in found.results if result.status != "skipped"
    }


def _read(result: _Result, node: _Node | None) -> NodeResult:
    """Exposures and unit tests aren't among the manifest's nodes: their name is the third part of their id."""
    kind, status = result.unique_id.partition(".")[0], node_status(result.status)
    return NodeResult(
        name=node.name if node else result.unique_id.split(".")[2],
        kind=cast(NodeKind, kind) if kind in get_args(NodeKind) else "operation",
        status=status,
        seconds=round(result.execution_time, 3),
        failures=result.failures or 0,
        message="" if status == "ok" else mask((result.message or "").strip()),
        severity=node.config.severity.lower() if node and kind == "test" else "",
        group=(node.group if node else None) or "",
        started_at=min((step.started_at for step in result.timing if step.started_at), default=None),
        fqn=".".join(node.fqn) if node and kind in get_args(NodeKind) else "",
    )
