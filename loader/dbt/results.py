"""Results of dbt commands as plain values; importing this module doesn't import dbt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

NodeKind = Literal["model", "snapshot", "seed", "test", "unit_test", "operation"]
NodeStatus = Literal["ok", "warn", "failed", "skipped"]
FreshnessStatus = Literal["ok", "warn", "failed", "unknown"]
"""`failed`: older than the error threshold; `unknown`: the source can't be queried."""

_BUILDS = ("model", "snapshot", "seed")
_TESTS = ("test", "unit_test")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildProgress:
    """State of a build in progress, after a node has started or ended.

    Args:
        done: finished nodes.
        total: nodes of the build, as far as dbt has announced them.
        running: names of the nodes in work, the oldest first.
        left_s: estimated seconds until the end; None = unknown.
        name: the node that has just ended; empty if none has.
        status: status of that node.
    """

    done: int
    total: int
    running: tuple[str, ...] = ()
    left_s: float | None = None
    name: str = ""
    status: NodeStatus = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResult:
    """Result of one node of a build.

    Args:
        failures: failing rows of a test; 0 for other nodes.
        message: message of the database or dbt; empty if the status is ok.
        said: warnings that the project raises with `exceptions.warn`; usually empty.
        severity: configured severity of a test, ``error`` or ``warn``; empty for other nodes.
        group: dbt group that owns the node; a test has the group of its model. Empty if there is none.
        started_at: aware UTC; None if the node didn't start.
        fqn: fully qualified name for dbt's method ``fqn``; empty for nodes that a build neither builds nor tests.
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
    fqn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """Result of ``dbt build``.

    Args:
        repeated: names of nodes that were retried after a transient error.
    """

    nodes: tuple[NodeResult, ...]
    seconds: float
    repeated: tuple[str, ...] = ()

    def count(self, *kinds: NodeKind, status: NodeStatus) -> int:
        """Number of nodes with one of the kinds and the status."""
        return sum(node.kind in kinds and node.status == status for node in self.nodes)

    def built(self, status: NodeStatus) -> int:
        """Number of models, snapshots and seeds with the status."""
        return sum(node.kind in _BUILDS and node.status == status for node in self.nodes)

    def tested(self, status: NodeStatus) -> int:
        """Number of data tests and unit tests with the status."""
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
        """Nodes that failed or warned, failures first. Skipped nodes are left out, as they follow from failures."""
        bad = [node for node in self.nodes if node.status in {"failed", "warn"}]
        return tuple(sorted(bad, key=lambda node: (node.status, node.kind, node.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFreshness:
    """Age of one source table when it was checked, with the thresholds of the project; all in seconds.

    The status is `unknown` if the query failed: this doesn't prove that the source is stale.
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
    """Result of ``dbt source freshness``."""

    sources: tuple[SourceFreshness, ...]
    seconds: float

    def count(self, status: FreshnessStatus) -> int:
        """Number of sources with the status."""
        return sum(source.status == status for source in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """Files of the dbt documentation.

    Args:
        page: self-contained HTML file.
        manifest: JSON with all nodes: descriptions, configuration and compiled SQL.
        catalog: JSON with the columns of the relations in the target.
    """

    page: Path
    manifest: Path
    catalog: Path
