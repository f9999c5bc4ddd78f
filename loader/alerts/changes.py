"""Computes which alerts a run changes and which of them to send; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from loader.alerts.model import EVENTS, Alert, Condition, Findings


def changed(known: Sequence[Alert], findings: Findings, run_id: str, now: datetime) -> list[Alert]:
    """Returns the alerts that a run opens, updates or closes.

    Args:
        known: all stored alerts.
        now: naive UTC.
    """
    found = {condition.key: condition for condition in findings.conditions}
    standing = {alert.condition.key: alert for alert in known if alert.is_open}
    seen = [
        _seen_again(standing[key], condition, run_id, now) if key in standing else _opened(condition, run_id, now)
        for key, condition in found.items()
    ]
    over = [
        replace(alert, closed_at=now, closed_run_id=run_id)
        for key, alert in standing.items()
        if key not in found and key.startswith(tuple(findings.evaluated))
    ]
    return seen + over


def due(alerts: Iterable[Alert], now: datetime, pause: timedelta) -> list[Alert]:
    """Returns alerts whose state differs from the last message, unless that was sent less than `pause` ago.

    If an alert has changed several times since then, only the last state counts. Waiting and undelivered alerts are due
    again in the next run.
    """
    # an open alert is the newest, even if a fast clock gave a closed one a later time
    ordered = sorted(alerts, key=lambda alert: (alert.condition.key, alert.is_open, alert.opened_at))
    histories = [list(history) for _, history in groupby(ordered, key=lambda alert: alert.condition.key)]
    return [history[-1] for history in histories if _is_due(history, now, pause)]


def mark_notified(alert: Alert, now: datetime) -> Alert:
    """Returns the alert with its current state marked as sent."""
    return replace(alert, told_open_at=now) if alert.is_open else replace(alert, told_closed_at=now)


def _is_due(history: Sequence[Alert], now: datetime, pause: timedelta) -> bool:
    newest = history[-1]
    tellings = [(at, True) for alert in history if (at := alert.told_open_at)]
    tellings += [(at, False) for alert in history if (at := alert.told_closed_at)]
    last_at, believed_open = max(tellings, default=(None, False))
    if newest.is_open:
        news = not believed_open or newest.told_open_at is None
    else:
        news = believed_open and newest.condition.kind not in EVENTS
    # sent in the future: the clock was fast, and waiting for that time might take years
    return news and (last_at is None or not timedelta() <= now - last_at < pause)


def _opened(condition: Condition, run_id: str, now: datetime) -> Alert:
    return Alert(condition=condition, opened_at=now, opened_run_id=run_id, last_seen_at=now, last_seen_run_id=run_id)


def _seen_again(alert: Alert, condition: Condition, run_id: str, now: datetime) -> Alert:
    escalated = alert.condition.severity == "warn" and condition.severity == "error"
    told_open_at = None if escalated else alert.told_open_at
    return replace(alert, condition=condition, last_seen_at=now, last_seen_run_id=run_id, told_open_at=told_open_at)
