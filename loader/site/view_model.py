"""Values on the data-status page. Instants are naive UTC, durations are seconds, shares are 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from loader.dbt.results import NodeResult
from loader.errors import TargetError
from loader.report.entity_runs import LastResult
from loader.report.model import RunReport
from loader.report.overall import AlertSeen, Verdict
from loader.report.past_runs import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessRow:
    """Age of a source with its thresholds; status is ok, warn, failed, or skipped if the source was never loaded."""

    source: str
    status: str
    age_s: float | None
    warn_after_s: float | None
    error_after_s: float | None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A rejected record: only its rule, id, facility and offending value."""

    entity: str
    rule: str
    is_root_cause: bool
    entity_id: int
    value: str
    facility: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A business rule with the number of records that break it, and samples.

    `is_root_cause` is False if these records break it only because another record is wrong.
    """

    entity: str
    rule: str
    severity: str
    is_root_cause: bool
    reason: str
    what_to_do: str
    records: int
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPoint:
    """Share of records without errors among those of an entity created on a day."""

    entity: str
    day: date
    checked: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRow:
    """Number of records of an entity in the raw table, in staging, and after the business rules.

    Args:
        compared_at: time of the last comparison with the WMS, naive UTC; None if there was none.
        differing: records that differed between the raw table and the WMS in that comparison.
    """

    entity: str
    landed: int
    staged: int
    difference: int
    deleted: int
    rejected: int
    accepted: int
    agrees: bool
    compared_at: datetime | None
    differing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A KPI of the dictionary; target is None if it has none."""

    name: str
    title: str
    unit: str
    target: float | None
    higher_is_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiLine:
    """A KPI of one facility (`kpi_current`); `by_day` has the daily values of the chart.

    Args:
        before: value of the 7 days before the last 7 days.
        coverage: share of the records of the last 7 days that could be measured.
        state: ``on_target``, ``off_target`` or ``no_target``.
    """

    kpi: str
    facility: str
    latest_day: date
    latest: float | None
    last_7_days: float | None
    before: float | None
    last_30_days: float | None
    coverage: float | None
    state: str
    by_day: Mapping[date, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiFacts:
    """A KPI with one line per facility; `question` is the one that it answers, such as ``service``."""

    kpi: Kpi
    question: str
    lines: tuple[KpiLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MartRows:
    """Marts with the instant up to which each has every loaded version.

    Args:
        as_of: instant of the current marts; None if no build has succeeded.
        current: number of marts that are current.
        older: other marts with their instants; None = unknown or never built.
    """

    as_of: datetime | None
    current: int
    older: tuple[tuple[str, datetime | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything on the page. A part is None if its table doesn't exist yet or can't be read.

    Args:
        report: report of the last run that ended on this machine.
        problem: why the target can't be read at all.
        unreadable: parts whose tables exist but can't be read.
        verdict: verdict on the data as a whole; None if the target can't be read.
    """

    written_at: datetime
    target: str
    source: str
    quality_warn: float
    quality_error: float
    report: RunReport | None = None
    problem: TargetError | None = None
    runs: tuple[Record, ...] | None = None
    entities: tuple[LastResult, ...] | None = None
    freshness: tuple[FreshnessRow, ...] | None = None
    rules: tuple[RuleRow, ...] | None = None
    quality: tuple[QualityPoint, ...] | None = None
    reconciliation: tuple[ReconciliationRow, ...] | None = None
    slowest: tuple[NodeResult, ...] | None = None
    marts: MartRows | None = None
    kpis: tuple[KpiFacts, ...] | None = None
    alerts: tuple[AlertSeen, ...] | None = None
    unreadable: tuple[str, ...] = ()
    verdict: Verdict | None = None
