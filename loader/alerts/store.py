"""Reads and writes elt_alert, which has one row per alert from opening to closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from loader.alerts.model import Alert, Condition, Severity
from loader.warehouse import ALERT, Row, Warehouse

_TEXT_LENGTH = 1000
"""Maximum characters: at four bytes each they fit in Oracle's 4,000 bytes."""


def all_alerts(target: Warehouse) -> list[Alert]:
    """Returns all stored alerts, oldest first."""
    table = target.raw(ALERT.name)
    if not target.exists(table):
        return []
    sql = f"select {', '.join(ALERT.column_names)} from {table} order by opened_at, alert_key"  # noqa: S608
    return [_alert(row) for row in target.fetch(sql)]


def open_alerts(target: Warehouse) -> list[Alert]:
    """Returns the open alerts, oldest first."""
    return [alert for alert in all_alerts(target) if alert.is_open]


def save_alerts(target: Warehouse, alerts: Sequence[Alert]) -> None:
    """Writes new and changed alerts. Raises TargetError."""
    if not alerts:
        return
    with target.transaction():
        for alert in alerts:
            target.execute(
                f"delete from {target.raw(ALERT.name)} where alert_key = ? and opened_at = ?",  # noqa: S608
                (alert.condition.key, alert.opened_at),
            )
        target.insert(ALERT, [_row(alert) for alert in alerts])


def _row(alert: Alert) -> dict[str, object]:
    condition = alert.condition
    return {
        "alert_key": condition.key,
        "opened_at": alert.opened_at,
        "kind": condition.kind,
        "subject": condition.subject[:128],
        "severity": condition.severity,
        "summary": condition.summary[:_TEXT_LENGTH],
        "rows_query": condition.rows_query[:_TEXT_LENGTH],
        "opened_run_id": alert.opened_run_id,
        "last_seen_at": alert.last_seen_at,
        "last_seen_run_id": alert.last_seen_run_id,
        "closed_at": alert.closed_at,
        "closed_run_id": alert.closed_run_id,
        "told_open_at": alert.told_open_at,
        "told_closed_at": alert.told_closed_at,
    }


def _alert(row: Row) -> Alert:
    values = dict(zip(ALERT.column_names, row, strict=True))
    closed_run_id = values["closed_run_id"]
    return Alert(
        condition=Condition(
            kind=str(values["kind"]),
            subject=str(values["subject"]),
            severity=cast(Severity, values["severity"]),
            summary=str(values["summary"]),
            rows_query=str(values["rows_query"]),
        ),
        opened_at=cast(datetime, values["opened_at"]),
        opened_run_id=str(values["opened_run_id"]),
        last_seen_at=cast(datetime, values["last_seen_at"]),
        last_seen_run_id=str(values["last_seen_run_id"]),
        closed_at=cast("datetime | None", values["closed_at"]),
        closed_run_id=None if closed_run_id is None else str(closed_run_id),
        told_open_at=cast("datetime | None", values["told_open_at"]),
        told_closed_at=cast("datetime | None", values["told_closed_at"]),
    )
