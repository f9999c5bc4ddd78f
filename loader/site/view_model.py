"""What the data-status page knows, as plain values. Instants are naive UTC, durations seconds, shares 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from loader.report.entity_runs import LastResult
from loader.report.model import RunReport
from loader.report.overall import Verdict
from loader.report.past_runs import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessRow:
    """Age of a source against its thresholds; status is ok, warn, failed, or skipped when it was never asked for."""

    source: str
    status: str
    age_s: float | None
    warn_after_s: float | None
    error_after_s: float | None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One rejected record: its id and the offending value, nothing else of it."""

    entity_id: int
    value: str
    facility: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """Records that break a rule now, with a few of them."""

    entity: str
    rule: str
    severity: str
    reason: str
    what_to_do: str
    records: int
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPoint:
    """Share of good rows of an entity that were created on a day."""

    entity: str
    day: date
    checked: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """A model, snapshot or seed and the seconds its build took."""

    name: str
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRow:
    """How many records of an entity raw tables and staging hold, and what the rules made of them.

    Args:
        compared_at: when the WMS was last asked, naive UTC; None when it never was.
        apart: records in which the raw table and the WMS differed then.
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
    apart: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A KPI of the dictionary; target is None when it is only watched."""

    name: str
    title: str
    formula: str
    unit: str
    target: float | None
    higher_is_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiLine:
    """A KPI at one facility, as `kpi_current` has it; `by_day` are the days of the chart.

    Args:
        state: on_target, off_target or no_target.
    """

    facility: str
    latest_day: date
    latest: float | None
    last_7_days: float | None
    last_30_days: float | None
    state: str
    by_day: Mapping[date, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiFacts:
    """A KPI with its lines, by facility."""

    kpi: Kpi
    lines: tuple[KpiLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something cannot be shown, and what to do."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything on the page. A part that is None could not be read: its table does not exist (yet).

    Args:
        report: of the last run that ended on this machine.
        problem: why the target could not be read at all.
        unreadable: parts whose tables exist but refuse the query.
        verdict: on the data as a whole; None when the target could not be asked.
    """

    written_at: datetime
    target: str
    source: str
    quality_warn: float
    quality_error: float
    report: RunReport | None = None
    problem: Problem | None = None
    runs: tuple[Record, ...] | None = None
    entities: tuple[LastResult, ...] | None = None
    freshness: tuple[FreshnessRow, ...] | None = None
    rules: tuple[RuleRow, ...] | None = None
    quality: tuple[QualityPoint, ...] | None = None
    reconciliation: tuple[ReconciliationRow, ...] | None = None
    slowest: tuple[NodeRow, ...] | None = None
    kpis: tuple[KpiFacts, ...] | None = None
    unreadable: tuple[str, ...] = ()
    verdict: Verdict | None = None
