"""Sends alerts on state changes (docs/how-to/alerts.md)."""

from __future__ import annotations

from loader.alerts.conditions import from_reconciliation, from_run
from loader.alerts.delivery import send_test
from loader.alerts.model import Alert, Condition, Findings
from loader.alerts.notify import notify, notify_unreachable
from loader.alerts.store import open_alerts

__all__ = [
    "Alert",
    "Condition",
    "Findings",
    "from_reconciliation",
    "from_run",
    "notify",
    "notify_unreachable",
    "open_alerts",
    "send_test",
]
