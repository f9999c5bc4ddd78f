"""Reads the open alerts."""

from __future__ import annotations

from typing import Final

from loader.site.convert import instant, text
from loader.site.view_model import AlertRow
from loader.warehouse import ALERT, Warehouse

_OPEN: Final = """
    select kind, subject, severity, summary, opened_at, rows_query from {alerts}
    where closed_at is null order by severity, opened_at, kind, subject
"""


def read_alerts(target: Warehouse) -> tuple[AlertRow, ...] | None:
    """Returns the open alerts, errors first; None if the table doesn't exist."""
    table = target.raw(ALERT.name)
    if not target.exists(table):
        return None
    return tuple(
        AlertRow(
            kind=text(kind),
            subject=text(subject),
            severity=text(severity),
            summary=text(summary),
            opened_at=instant(opened_at),
            rows_query=text(rows_query),
        )
        for kind, subject, severity, summary, opened_at, rows_query in target.fetch(_OPEN.format(alerts=table))
    )
