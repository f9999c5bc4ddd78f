"""Reads and writes elt_alert, which has one row per alert from opening to closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from loader.alerts.model import Alert, Condition
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
        **asdict(alert),
        **asdict(condition),
        "alert_key": condition.key,
        "subject": condition.subject[:128],
        "summary": condition.summary[:_TEXT_LENGTH],
        "rows_query": condition.rows_query[:_TEXT_LENGTH],
    }


def _alert(row: Row) -> Alert:
    values: dict[str, Any] = dict(zip(ALERT.column_names, row, strict=True))
    del values["alert_key"]
    condition = Condition(**{field.name: values.pop(field.name) for field in fields(Condition)})
    return Alert(condition=condition, **values)
