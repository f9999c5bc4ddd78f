"""Renders status, runs and alerts for a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from loader.alerts import Alert
from loader.report.console import LEVEL_STYLES
from loader.report.overall import Verdict
from loader.report.past_runs import Record, RunRecord
from loader.report.tables import Column, FittedTable
from loader.runs.status import ReadState, Status

_STYLES = {"ok": "green", "warned": "yellow", "warn": "yellow", "failed": "bold red", "error": "bold red"}


def render_status(status: Status) -> RenderableType:
    """Render the current run, verdict, alerts, runs, entities and next passes."""
    parts: list[RenderableType] = [_current_run(status)]
    if status.broken_off:
        text = f"The last run ended without a record, for example by kill -9: {status.broken_off}."
        parts += [Text(text, style="yellow"), Text("  Run it again. It continues where it stopped.", style="dim")]
    if not status.is_readable:
        parts.append(
            Text("That run holds the DuckDB file. Run `wms-elt status` again when it has finished.", style="dim")
        )
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
    """Render the verdict, and each reason with its hint."""
    lines: list[RenderableType] = [Text(verdict.title, style=LEVEL_STYLES[verdict.level])]
    for reason in verdict.reasons:
        lines.append(Text(f"  {reason.text}", style=LEVEL_STYLES[reason.level]))
        if reason.hint:
            lines.append(Text(f"    {reason.hint}", style="dim"))
    return Group(*lines)


def render_runs(runs: Sequence[Record]) -> RenderableType:
    """Render one line per run, newest first."""
    if not runs:
        return Text("No runs recorded.", style="dim")
    table = FittedTable(
        Column("run"),
        Column("command", rank=1),
        Column("started, UTC", rank=5),
        Column("status"),
        Column("exit", is_right=True),
        Column("seconds", rank=3, is_right=True),
        Column("rows read", rank=4, is_right=True),
        Column("new", is_right=True),
        Column("quality", rank=2, is_right=True),
    )
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
    """Render one run: summary, entities, failed tests and warnings, slowest models."""
    return Group(*_run_parts(record))


def render_alerts(alerts: Sequence[Alert]) -> RenderableType:
    """Render one paragraph per open alert."""
    if not alerts:
        return Text("No open alerts.", style="green")
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
        table = FittedTable(
            Column("entity"),
            Column("mode", rank=1),
            Column("status"),
            Column("rows read", rank=2, is_right=True),
            Column("new", is_right=True),
            Column("deleted", rank=3, is_right=True),
            Column("seconds", rank=4, is_right=True),
            Column("message", wraps=True),
        )
        for entity in record.entities:
            table.add_row(
                entity.entity,
                entity.mode,
                Text(entity.status, style=_STYLES.get(entity.status, "yellow")),
                *(f"{count:,}" for count in (entity.rows_read, entity.new_versions, entity.deleted_rows)),
                f"{entity.duration_s:.1f}",
                entity.message.partition("\n")[0],
            )
        yield from (Text(), table)
    if record.tests:
        table = FittedTable(Column("test"), Column("status"), Column("rows", is_right=True), Column("group", rank=1))
        for row in record.tests:
            status = Text(row["status"], style=_STYLES.get(row["status"], ""))
            table.add_row(row["test_name"], status, f"{row['failures']:,}", row["owner_group"] or "")
        yield from (Text(), table)
    if record.slowest:
        table = FittedTable(Column("slowest"), Column("kind", rank=1), Column("seconds", is_right=True))
        for row in record.slowest:
            table.add_row(row["node_name"], row["node_kind"], f"{row['duration_s']:.2f}")
        yield from (Text(), table)


def _current_run(status: Status) -> Text:
    if status.running:
        return Text(f"{status.target}: in progress: {status.running}", style="yellow")
    return Text(f"{status.target}: no run in progress")


def _entities(entities: Sequence[ReadState]) -> FittedTable:
    table = FittedTable(
        Column("entity"),
        Column("read until, UTC", rank=1),
        Column("lag", is_right=True),
        Column("last read, UTC", rank=2),
    )
    for entity in entities:
        table.add_row(
            entity.entity,
            _minute(entity.read_until) if entity.read_until else Text("never", style="yellow"),
            "" if entity.lag_s is None else _span(entity.lag_s),
            _minute(entity.read_at) if entity.read_at else "",
        )
    return table


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def _span(seconds: float) -> str:
    if seconds < 5400:
        return f"{max(seconds, 0) / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} d"
