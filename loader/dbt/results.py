"""What dbt came to, as plain values: importing this does not import dbt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

NodeKind = Literal["model", "snapshot", "seed", "test", "unit_test", "operation"]
NodeStatus = Literal["ok", "warn", "failed", "skipped"]
FreshnessStatus = Literal["ok", "warn", "failed", "unknown"]
"""`failed` is too old; `unknown` could not be asked."""

_BUILDS = ("model", "snapshot", "seed")
_TESTS = ("test", "unit_test")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResult:
    """One node of a build.

    Args:
        failures: rows a test found; 0 for anything else.
        message: the engine's or dbt's words when it is not ok, else empty.
        said: what the project itself says of it, by `exceptions.warn`; mostly empty.
        severity: of a test: what a failure would be, ``error`` or ``warn``; empty for anything else.
        group: dbt group that answers for it; a test belongs to the group of its model. Empty when it has none.
        started_at: aware UTC; None for a node that never began.
    """

    name: str
    kind: NodeKind
    status: NodeStatus
    seconds: float
    failures: int = 0
    message: str = ""
    said: str = ""
    severity: str = ""
    group: str = ""
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """Result of ``dbt build``.

    Args:
        repeated: names of nodes that were built again, because they failed for a reason that passes.
    """

    nodes: tuple[NodeResult, ...]
    seconds: float
    repeated: tuple[str, ...] = ()

    def count(self, *kinds: NodeKind, status: NodeStatus) -> int:
        """Number of nodes of these kinds with that status."""
        return sum(node.kind in kinds and node.status == status for node in self.nodes)

    def built(self, status: NodeStatus) -> int:
        """Models, snapshots and seeds with that status."""
        return sum(node.kind in _BUILDS and node.status == status for node in self.nodes)

    def tested(self, status: NodeStatus) -> int:
        """Data tests and unit tests with that status."""
        return sum(node.kind in _TESTS and node.status == status for node in self.nodes)

    @property
    def tests(self) -> tuple[NodeResult, ...]:
        """Data tests and unit tests."""
        return tuple(node for node in self.nodes if node.kind in _TESTS)

    @property
    def builds(self) -> tuple[NodeResult, ...]:
        """Models, snapshots and seeds."""
        return tuple(node for node in self.nodes if node.kind in _BUILDS)

    @property
    def problems(self) -> tuple[NodeResult, ...]:
        """Nodes that failed or warned, failures first; skipped nodes follow from them and are left out."""
        bad = [node for node in self.nodes if node.status in {"failed", "warn"}]
        return tuple(sorted(bad, key=lambda node: (node.status, node.kind, node.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFreshness:
    """Age of one source table at the time of the check; the thresholds are those of the project, in seconds.

    The status is unknown when the target broke off: a source that could not be asked is not stale.
    """

    source: str
    status: FreshnessStatus
    loaded_at: datetime | None
    age_seconds: float | None
    warn_after_seconds: float | None
    error_after_seconds: float | None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessResult:
    """What ``dbt source freshness`` came to."""

    sources: tuple[SourceFreshness, ...]
    seconds: float

    def count(self, status: FreshnessStatus) -> int:
        """Number of sources with that status."""
        return sum(source.status == status for source in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """What dbt knows of the project, as files.

    Args:
        page: one HTML file that opens from disk.
        manifest: JSON, all nodes with descriptions, configuration and compiled SQL.
        catalog: JSON, the columns of the relations that exist in the target.
    """

    page: Path
    manifest: Path
    catalog: Path
