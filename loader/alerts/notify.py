"""Updates the alert table after a run and sends messages about changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from loader.alerts.changes import changed, due, mark_notified
from loader.alerts.delivery import Tone, deliver
from loader.alerts.message import body, title
from loader.alerts.model import Alert, Condition, Findings
from loader.alerts.store import all_alerts, save_alerts
from loader.errors import WmsEltError
from loader.settings import Settings
from loader.warehouse import Sessions, Warehouse

Find = Callable[[Warehouse], Findings]

_UNREACHABLE: Final = "target_unreachable"


def notify(settings: Settings, find: Find, run_id: str, sessions: Sessions | None = None) -> tuple[str, ...]:
    """Opens, updates and closes alerts, and sends messages about changes.

    The target is closed while messages are sent. Undelivered messages are retried by the next run.

    Returns:
        Warnings for the run report that name addresses with failed delivery; they never fail the run.

    Raises:
        TargetError: the alert table can't be read or written.
    """
    now, sessions = _now(), sessions or Sessions(settings)
    with sessions.open() as target:
        target.ensure_run_tables()
        known = all_alerts(target)
        changes = changed(known, find(target), run_id, now)
        save_alerts(target, changes)
    news = due(_merged(known, changes), now, timedelta(minutes=settings.operations.alert_pause_minutes))
    news += _reachable_again(settings, run_id, now)
    if not news or settings.operations.alert_urls is None:
        return ()
    with sessions.released():
        failed = _tell(settings, news)
    if failed:
        return failed
    _marker(settings).unlink(missing_ok=True)
    with sessions.open() as target:
        save_alerts(target, [mark_notified(alert, now) for alert in news if alert.condition.kind != _UNREACHABLE])
    return ()


def notify_unreachable(settings: Settings, error: WmsEltError, run_id: str) -> tuple[str, ...]:
    """Sends one message if the target, which stores the alerts, can't be reached; a file records that it was sent.

    Returns:
        As `notify`.
    """
    marker = _marker(settings)
    if settings.operations.alert_urls is None or marker.exists():
        return ()
    failed = _tell(settings, [_unreachable(f"{error.code}: {error.message}", run_id, _now())])
    if not failed:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(_now().isoformat(), encoding="utf-8")
    return failed


def _tell(settings: Settings, news: Sequence[Alert]) -> tuple[str, ...]:
    urls, operations = settings.operations.alert_urls, settings.operations
    if urls is None:
        return ()
    worst = {alert.condition.severity for alert in news if alert.is_open}
    tone: Tone = "failure" if "error" in worst else "warning" if worst else "success"
    failed = deliver(
        urls, title(news, settings.pipeline.name, settings.environment), body(news, operations.runbook_url), tone
    )
    return tuple(f"can't deliver an alert to address {address}; the next run retries" for address in failed)


def _merged(known: Sequence[Alert], changes: Sequence[Alert]) -> list[Alert]:
    rows = {(alert.condition.key, alert.opened_at): alert for alert in (*known, *changes)}
    return list(rows.values())


def _reachable_again(settings: Settings, run_id: str, now: datetime) -> list[Alert]:
    marker = _marker(settings)
    if not marker.exists():
        return []
    try:
        since = datetime.fromisoformat(marker.read_text(encoding="utf-8")).replace(tzinfo=None)
    except (OSError, ValueError):
        since = now
    alert = _unreachable("the target can't be reached", run_id, since)
    return [replace(alert, closed_at=now, closed_run_id=run_id)]


def _unreachable(summary: str, run_id: str, since: datetime) -> Alert:
    condition = Condition(
        kind=_UNREACHABLE,
        subject="target",
        severity="error",
        summary=summary,
        rows_query="none; run `wms-elt doctor`",
    )
    return Alert(
        condition=condition, opened_at=since, opened_run_id=run_id, last_seen_at=since, last_seen_run_id=run_id
    )


def _marker(settings: Settings) -> Path:
    return settings.pipeline.work_dir / "alerts" / f"{settings.pipeline.name}.target_unreachable"


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
