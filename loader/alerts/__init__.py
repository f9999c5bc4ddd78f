"""Telling people when something changes for the worse, or back (docs/how-to/alerts.md)."""

from __future__ import annotations

from loader.alerts.announce import announce, announce_unreachable
from loader.alerts.conditions import from_reconciliation, from_run
from loader.alerts.delivery import send_test
from loader.alerts.model import Alert, Condition, Findings
from loader.alerts.store import open_alerts

__all__ = [
    "Alert",
    "Condition",
    "Findings",
    "announce",
    "announce_unreachable",
    "from_reconciliation",
    "from_run",
    "open_alerts",
    "send_test",
]
