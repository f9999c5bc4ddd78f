"""Formats alerts as text: severity, summary, start, query and runbook link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loader.alerts.model import Alert

_MOST: Final = 20
"""Maximum number of alerts in one message; `wms-elt alerts` lists all."""


def title(alerts: Sequence[Alert], pipeline: str, environment: str) -> str:
    """Returns the title, such as ``wms-elt wms (prod): 2 alerts, 1 recovered``."""
    opened = sum(alert.is_open for alert in alerts)
    recovered = len(alerts) - opened
    parts = [f"{opened} alert{'s' if opened > 1 else ''}"] if opened else []
    parts += [f"{recovered} recovered"] if recovered else []
    return f"wms-elt {pipeline} ({environment}): {', '.join(parts)}"


def body(alerts: Sequence[Alert], runbook: str) -> str:
    """Returns one paragraph per alert, errors first."""
    order = {"error": 0, "warn": 1}
    ordered = sorted(alerts, key=lambda alert: (not alert.is_open, order[alert.condition.severity]))
    rest = len(ordered) - _MOST
    paragraphs = [_paragraph(alert, runbook) for alert in ordered[:_MOST]]
    return "\n\n".join(paragraphs + ([f"and {rest} more: run `wms-elt alerts`"] if rest > 0 else []))


def _paragraph(alert: Alert, runbook: str) -> str:
    condition = alert.condition
    if not alert.is_open:
        until = f"{alert.closed_at:%Y-%m-%d %H:%M:%S}Z, run {alert.closed_run_id}"
        return (
            f"[recovered] {condition.kind} {condition.subject}\n"
            f"what: {condition.summary}\n"
            f"since: {alert.opened_at:%Y-%m-%d %H:%M:%S}Z until {until}"
        )
    return (
        f"[{condition.severity}] {condition.kind} {condition.subject}\n"
        f"what: {condition.summary}\n"
        f"since: {alert.opened_at:%Y-%m-%d %H:%M:%S}Z, run {alert.opened_run_id}\n"
        f"rows: {condition.rows_query}\n"
        f"do: {runbook}#{condition.kind}"
    )
