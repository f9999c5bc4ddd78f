"""What can be wrong, and what is remembered of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Severity = Literal["error", "warn"]

EVENTS: Final = frozenset({"schema_drift", "refusals_rose"})
"""Kinds that happen once: their end is not worth a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that is wrong now.

    Args:
        kind: a section of the runbook, such as ``freshness_breached``.
        subject: what it is about, such as ``wms.order_hdr``.
        summary: one sentence, without personal data or secrets.
        rows_query: SQL for the rows concerned.
    """

    kind: str
    subject: str
    severity: Severity
    summary: str
    rows_query: str

    @property
    def key(self) -> str:
        """Kind and subject: the same thing in the next run."""
        return f"{self.kind}:{self.subject}"[:128]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run found.

    Args:
        evaluated: beginnings of the keys that this run could tell about; an open alert of another key stays as it is.
    """

    conditions: tuple[Condition, ...]
    evaluated: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A condition from its opening to its closing; instants are naive UTC, as in elt_alert."""

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
        """Whether it was wrong when last looked at."""
        return self.closed_at is None
