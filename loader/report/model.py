"""The run report; docs/reference/run-report.md describes its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from loader.dbt.plan import BuildPlan
from loader.dbt.results import BuildResult, FreshnessResult
from loader.errors import WmsEltError
from loader.report.overall import Verdict
from loader.warehouse.schema import LoadMode

SCHEMA_VERSION = 1

RunStatus = Literal["ok", "warned", "failed"]
EntityStatus = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityResult:
    """Result of one entity. Counts are rows and requests, instants are aware UTC, and the window is half-open.

    Args:
        window_to: watermark after the run.
        read_to: end of the last window by this machine's clock; later than `window_to` while the two clocks differ.
        collapsed: so many rows were missing at once that none was marked as deleted.
        quarantined: documents that this run added to the quarantine.
        quarantined_open: all documents of the entity in quarantine; see the table elt_quarantine.
    """

    entity: str
    status: EntityStatus
    mode: LoadMode
    window_from: datetime | None = None
    window_to: datetime | None = None
    rows_read: int = 0
    pages: int = 0
    new_versions: int = 0
    deleted_rows: int = 0
    started_at: datetime
    finished_at: datetime
    duration_s: float
    message: str = ""
    collapsed: bool = False
    quarantined: int = 0
    quarantined_open: int = 0
    read_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRows:
    """Rows of an entity that break one business rule of error severity."""

    entity: str
    rule: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CappedRule:
    """A rule that flags in this build, because it would hide more than `largest_hidden_share` of an entity."""

    rule: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Share of the data that follows the business rules.

    Args:
        checked_rows: current rows of the entities that have rules.
        rejected_rows: rows that break at least one; a row that breaks two counts once here, twice in `rules`.
        score: 1 - rejected / checked; None when nothing was checked.
        capped: rules, as ``entity.rule``, that flag instead of hiding, with the share of records they would hide.
        refused_share: share of the allocations that WMS_ALLOCATIONS rejects; None if unknown.
        refused_before: the same in the run before.
    """

    checked_rows: int
    rejected_rows: int
    score: float | None
    rules: tuple[RejectedRows, ...] = ()
    capped: tuple[CappedRule, ...] = ()
    refused_share: float | None = None
    refused_before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that a release of the WMS added, removed or gave another type."""

    entity: str
    field_name: str
    change_kind: Literal["added", "removed", "retyped"]
    type_before: str
    type_after: str

    def __str__(self) -> str:
        kind = f"{self.type_before} -> {self.type_after}" if self.change_kind == "retyped" else self.change_kind
        return f"{self.entity}.{self.field_name} {kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEntry:
    """An error of the run; contains no secrets."""

    code: str
    message: str
    hint: str
    exit_code: int

    @classmethod
    def of(cls, error: WmsEltError) -> ErrorEntry:
        """The error with the facts that locate it."""
        return cls(code=error.code, message=error.located, hint=error.hint, exit_code=error.exit_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyMart:
    """A mart without rows, because the entities that it needs were never read."""

    mart: str
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MartAge:
    """A mart with the instant up to which it has every landed version, aware UTC; None = unknown or never built."""

    mart: str
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerEntity:
    """An entity with documents in the target that no pipeline reads any longer.

    Args:
        last_read_at: end of the last successful read, aware UTC; None if its run is no longer recorded.
    """

    entity: str
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCopy:
    """The read copy of a DuckDB target after a run.

    Args:
        is_published: whether this run has replaced it.
        built_at: start of the build whose marts it has, aware UTC; None if there is no copy.
        reason: why it wasn't replaced; else empty.
        size: in bytes; 0 if it wasn't replaced, as is `seconds`.
    """

    path: str
    is_published: bool
    built_at: datetime | None
    reason: str = ""
    size: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run from start to end.

    Args:
        source: description of the source.
        target: description of the target.
        command: name of the command, such as ``elt``.
        host, release: host name of the machine and version of wms-elt.
        environment: dev, test or prod, as configured.
        plan: what the run chose to build, and why; None if it ended before that.
        build: None if the run ended before the build or had nothing to build. `freshness` and `quality` are None if it
            ended before them.
        marts: as of when each mart is, after the run.
        empty_marts: marts that need entities which were never read.
        former_entities: entities with documents that are no longer read.
        verdict: verdict on the data as a whole; None if the target can't be read.
        read_copy: None on Oracle, if the read copy is switched off, and for runs without a build.
    """

    run_id: str
    status: RunStatus
    exit_code: int
    started_at: datetime
    finished_at: datetime
    duration_s: float
    source: str
    target: str
    command: str = ""
    host: str = ""
    release: str = ""
    uses_simulator: bool = False
    environment: str = ""
    entities: tuple[EntityResult, ...] = ()
    plan: BuildPlan | None = None
    build: BuildResult | None = None
    marts: tuple[MartAge, ...] = ()
    freshness: FreshnessResult | None = None
    quality: Quality | None = None
    schema_changes: tuple[FieldChange, ...] = ()
    empty_marts: tuple[EmptyMart, ...] = ()
    former_entities: tuple[FormerEntity, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()
    warnings: tuple[str, ...] = ()
    verdict: Verdict | None = None
    read_copy: ReadCopy | None = None
    schema_version: int = SCHEMA_VERSION

    @property
    def is_built(self) -> bool:
        """Whether the build ended, or everything was up to date."""
        return self.build is not None or (self.plan is not None and self.plan.scope == "nothing")

    @property
    def rows_read(self) -> int:
        """Rows read from the WMS, total of all entities."""
        return sum(entity.rows_read for entity in self.entities)

    @property
    def new_versions(self) -> int:
        """New versions, total of all entities."""
        return sum(entity.new_versions for entity in self.entities)
