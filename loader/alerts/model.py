"""Alert conditions and stored alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Severity = Literal["error", "warn"]

EVENTS: Final = frozenset({"schema_drift", "refusals_rose"})
"""Kinds without a duration: no recovery message is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A current problem.

    Args:
        kind: name of a section of the runbook, such as ``freshness_breached``.
        subject: affected object, such as ``wms.order_hdr``.
        summary: one sentence without personal data or secrets.
        rows_query: SQL query for the affected rows.
    """

    kind: str
    subject: str
    severity: Severity
    summary: str
    rows_query: str

    @property
    def key(self) -> str:
        """Kind and subject, which identify the condition across runs."""
        return f"{self.kind}:{self.subject}"[:128]


@dataclass(frozen=True, slots=True)
class Findings:
    """Conditions found by a run.

    Args:
        evaluated: prefixes of the keys that the run evaluated; open alerts with other keys stay unchanged.
    """

    conditions: tuple[Condition, ...]
    evaluated: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A condition from opening to closing; instants are naive UTC, as in elt_alert."""

    condition: Condition
    opened_at: datetime
    opened_run_id: str
    last_seen_at: datetime
    last_seen_run_id: str
    closed_at: datetime | None = None
    closed_run_id: str | None = None
    told_open_at: datetime | None = None
    told_closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the condition held when last evaluated."""
        return self.closed_at is None
