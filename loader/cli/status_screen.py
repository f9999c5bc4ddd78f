"""Status, runs and alerts as screens for people, readable at 100 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from loader.alerts import Alert
from loader.report.console import LEVEL_STYLES
from loader.report.overall import Verdict
from loader.report.past_runs import Record, RunRecord
from loader.runs.status import EntityStatus, Status

_STYLES = {"ok": "green", "warned": "yellow", "warn": "yellow", "failed": "bold red", "error": "bold red"}


def render_status(status: Status) -> RenderableType:
    """Who is at work, alerts, runs, entities, passes."""
    parts: list[RenderableType] = [_working(status)]
    if status.broken_off:
        said = f"The last run ended without a word, such as by kill -9: {status.broken_off}."
        parts += [Text(said, style="yellow"), Text("  Run it again: it continues where it stopped.", style="dim")]
    if not status.is_readable:
        parts.append(Text("It has the DuckDB file open: the rest can be read when it has ended.", style="dim"))
        return Group(*parts)
    if status.source_problem:
        parts += [Text(), Text(status.source_problem, style="bold red")]
    elif status.source:
        parts.append(Text(f"source: {status.source}"))
    if status.verdict:
        parts += [Text(), render_verdict(status.verdict)]
    parts += [Text(), render_alerts(status.alerts), Text(), render_runs(status.runs)]
    if status.runs:
        parts += [Text(), _entities(status.entities)]
    if status.passes:
        due = ", ".join(f"{name} {_minute(at)}" for name, at in status.passes)
        parts += [Text(), Text(f"next passes, UTC: {due}")]
    return Group(*parts)


def render_verdict(verdict: Verdict) -> RenderableType:
    """The verdict, and a line per reason with what to do."""
    lines: list[RenderableType] = [Text(verdict.title, style=LEVEL_STYLES[verdict.level])]
    for reason in verdict.reasons:
        lines.append(Text(f"  {reason.text}", style=LEVEL_STYLES[reason.level]))
        if reason.hint:
            lines.append(Text(f"    {reason.hint}", style="dim"))
    return Group(*lines)


def render_runs(runs: Sequence[Record]) -> RenderableType:
    """A line per run, newest first."""
    if not runs:
        return Text("No run is remembered.", style="dim")
    table = _table("run", "command", "started, UTC", "status", "!exit", "!seconds", "!rows read", "!new", "!quality")
    for run in runs:
        table.add_row(
            run["run_id"],
            run["command"] or "",
            _minute(run["started_at"]),
            Text(run["status"], style=_STYLES.get(run["status"], "")),
            str(run["exit_code"]),
            f"{run['duration_s']:.1f}",
            f"{run['rows_read']:,}",
            f"{run['new_versions']:,}",
            "" if run["quality_score"] is None else f"{run['quality_score']:.4f}",
        )
    return table


def render_run(record: RunRecord) -> RenderableType:
    """One run: its row, its entities, its tests that are not ok, its slowest models."""
    return Group(*_run_parts(record))


def render_alerts(alerts: Sequence[Alert]) -> RenderableType:
    """A paragraph per open alert."""
    if not alerts:
        return Text("No alert is open.", style="green")
    lines: list[RenderableType] = []
    for alert in alerts:
        condition = alert.condition
        head = Text(f"{condition.severity:6}", style=_STYLES[condition.severity])
        head.append(f"{condition.kind} {condition.subject}", style="default")
        lines += [
            head.append(f"  since {_minute(alert.opened_at)}Z", style="dim"),
            Text(f"      {condition.summary}"),
            Text(f"      {condition.rows_query}", style="dim"),
        ]
    return Group(*lines)


def _run_parts(record: RunRecord) -> Iterator[RenderableType]:
    run = record.run
    yield render_runs([run])
    yield Text(f"{run['source']} -> {run['target']}", style="dim")
    yield Text(f"host {run['host'] or '?'}, wms-elt {run['release'] or '?'}, first error {run['error_code'] or 'none'}")
    if record.entities:
        table = _table("entity", "mode", "status", "!rows read", "!new", "!deleted", "!seconds", "message")
        for row in record.entities:
            table.add_row(
                row["entity"],
                row["load_mode"],
                Text(row["status"], style=_STYLES.get(row["status"], "yellow")),
                *(f"{row[name]:,}" for name in ("rows_read", "new_versions", "deleted_rows")),
                f"{row['duration_s']:.1f}",
                (row["message"] or "").partition("\n")[0],
            )
        yield from (Text(), table)
    if record.tests:
        table = _table("test", "status", "!rows", "group")
        for row in record.tests:
            status = Text(row["status"], style=_STYLES.get(row["status"], ""))
            table.add_row(row["test_name"], status, f"{row['failures']:,}", row["owner_group"] or "")
        yield from (Text(), table)
    if record.slowest:
        table = _table("slowest", "kind", "!seconds")
        for row in record.slowest:
            table.add_row(row["node_name"], row["node_kind"], f"{row['duration_s']:.2f}")
        yield from (Text(), table)


def _working(status: Status) -> Text:
    if status.running:
        return Text(f"{status.target}: at work is {status.running}", style="yellow")
    return Text(f"{status.target}: no run is at work")


def _entities(entities: Sequence[EntityStatus]) -> Table:
    table = _table("entity", "read until, UTC", "!lag", "last read, UTC")
    for entity in entities:
        table.add_row(
            entity.entity,
            _minute(entity.read_until) if entity.read_until else Text("never", style="yellow"),
            "" if entity.lag_s is None else _span(entity.lag_s),
            _minute(entity.read_at) if entity.read_at else "",
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column.lstrip("!"), justify="right" if column.startswith("!") else "left", no_wrap=True)
    return table


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def _span(seconds: float) -> str:
    if seconds < 5400:
        return f"{max(seconds, 0) / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} d"
