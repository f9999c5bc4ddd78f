"""The open alerts, as the pages list them."""

from __future__ import annotations

from datetime import datetime

from loader.report.evidence import ALERTS
from loader.report.overall import Evidence
from loader.site.convert import instant
from loader.site.view_model import AlertRow
from loader.warehouse import ALERT, Warehouse


def alert_rows(target: Warehouse, evidence: Evidence) -> tuple[AlertRow, ...] | None:
    """Returns the open alerts, errors first; None if the table doesn't exist or can't be read."""
    if ALERTS in evidence.unreadable or not target.exists(target.raw(ALERT.name)):
        return None
    rows = [
        AlertRow(
            kind=alert.kind,
            subject=alert.subject,
            severity=alert.severity,
            summary=alert.summary,
            opened_at=instant(alert.opened_at),
            rows_query=alert.rows_query,
        )
        for alert in evidence.alerts
    ]
    return tuple(sorted(rows, key=_urgency))


def _urgency(row: AlertRow) -> tuple[str, datetime, str, str]:
    return row.severity, row.opened_at, row.kind, row.subject
