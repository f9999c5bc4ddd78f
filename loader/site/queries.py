"""Reads the contents of the data-status page: the last run report, then the target, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from loader.dbt.results import BuildResult, FreshnessResult, NodeResult
from loader.errors import TargetError
from loader.report.build_states import mart_ages, read_state
from loader.report.entity_runs import last_results
from loader.report.evidence import ALERTS, PartReader, read_evidence
from loader.report.kept_facts import KeptFacts
from loader.report.model import MartAge, RunReport
from loader.report.overall import AlertSeen, Evidence, overall
from loader.report.past_runs import last_runs
from loader.report.store import LATEST, from_json
from loader.settings import Settings
from loader.settings.project import project_directories
from loader.site.convert import instant as naive
from loader.site.convert import instant_or_none
from loader.site.freshness import read_freshness
from loader.site.mart_facts import read_mart_facts
from loader.site.view_model import Facts, FreshnessRow, MartRows
from loader.warehouse import ALERT, Sessions, Warehouse

DAYS = 30
"""Days of KPIs and quality scores on the page."""

_SLOWEST = 10
_RUNS = 30


def days_until(today: date) -> list[date]:
    """Returns the days of the charts, today last."""
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]


def read_facts(
    settings: Settings,
    report: RunReport | None = None,
    now: datetime | None = None,
    sessions: Sessions | None = None,
    evidence: Evidence | None = None,
    kept: KeptFacts | None = None,
) -> Facts:
    """Reads all facts of the page. A target that can't be opened is a `problem` of the facts, not an error.

    Args:
        report: report of the run that just ended; None = the last one in the work directory.
        now: time of the page, aware.
        evidence: inputs of the verdict, if they have just been read.
        kept: has what an earlier run read from the same marts.
    """
    written_at = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    report = report or _latest(settings.pipeline.work_dir)
    facts = Facts(
        written_at=written_at,
        source=report.source if report else "",
        target=report.target if report else "",
        quality_warn=settings.pipeline.quality_warn,
        quality_error=settings.pipeline.quality_error,
        report=report,
        freshness=_freshness(report.freshness) if report and report.freshness else None,
        slowest=_slowest(report.build) if report and report.build else None,
    )
    if settings.target.kind == "duckdb" and not settings.target.duckdb_path.exists():
        # nothing is loaded yet, and opening the file would create it
        return replace(facts, verdict=overall(Evidence()))
    try:
        with (sessions or Sessions(settings)).open(read_only=True) as target:
            known = evidence or read_evidence(target, settings.pipeline, written_at.replace(tzinfo=UTC))
            judged = replace(facts, verdict=overall(known))
            return _from_target(judged, target, settings, known, has_ended=evidence is not None, kept=kept)
    except TargetError as error:
        return replace(facts, problem=error)


def _from_target(
    facts: Facts,
    target: Warehouse,
    settings: Settings,
    evidence: Evidence,
    *,
    has_ended: bool,
    kept: KeptFacts | None,
) -> Facts:
    reader, today = PartReader(target), facts.written_at.date()
    # the last report may be older than the last build; the one of this run isn't
    known = facts.report.marts if has_ended and facts.report else ()
    checked = naive(facts.report.started_at) if facts.report and facts.report.freshness else None
    # a run that built nothing has a newer freshness than the mart
    is_newer = bool(has_ended and checked and facts.report and not facts.report.build)
    fresh = None if is_newer else reader.part("freshness", lambda target: read_freshness(target, checked), None)
    marts = read_mart_facts(reader, today, DAYS, kept)
    return replace(
        facts,
        freshness=facts.freshness if fresh is None else _by_urgency(fresh),
        target=target.description,
        runs=reader.part("runs", lambda target: tuple(reversed(last_runs(target, _RUNS))) or None, None),
        entities=reader.part("entities", lambda target: evidence.results or last_results(target).of_any or None, None),
        rules=marts.rules,
        quality=marts.quality,
        reconciliation=marts.reconciliation,
        marts=reader.part("the builds", lambda target: _marts(target, settings, known), None),
        kpis=marts.kpis,
        alerts=reader.part("alerts", lambda target: _alerts(target, evidence), None),
        unreadable=tuple(reader.unreadable),
    )


def _marts(target: Warehouse, settings: Settings, known: Sequence[MartAge]) -> MartRows | None:
    ages = known or mart_ages(read_state(target, settings.pipeline.name), *project_directories(settings.target))
    newest = max((mart.as_of for mart in ages if mart.as_of), default=None)
    older = tuple(
        (mart.mart, instant_or_none(mart.as_of)) for mart in ages if mart.as_of is None or mart.as_of != newest
    )
    return MartRows(as_of=instant_or_none(newest), current=len(ages) - len(older), older=older) if ages else None


def _latest(work_dir: Path) -> RunReport | None:
    try:
        return from_json((work_dir / "runs" / LATEST).read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _freshness(result: FreshnessResult) -> tuple[FreshnessRow, ...]:
    return _by_urgency(
        FreshnessRow(
            source=source.source.rsplit(".", 1)[-1],
            status="skipped" if source.status == "unknown" else source.status,
            age_s=source.age_seconds,
            warn_after_s=source.warn_after_seconds,
            error_after_s=source.error_after_seconds,
            message=source.message,
        )
        for source in result.sources
    )


def _by_urgency(rows: Iterable[FreshnessRow]) -> tuple[FreshnessRow, ...]:
    return tuple(sorted(rows, key=lambda row: (-_used(row), row.source)))


def _used(row: FreshnessRow) -> float:
    """Share of the maximum age that is used; a source that can't be queried comes first."""
    if row.age_s is None or not row.error_after_s:
        return float("inf") if row.status in {"failed", "unknown"} else 0.0
    return row.age_s / row.error_after_s


def _slowest(build: BuildResult) -> tuple[NodeResult, ...]:
    return tuple(sorted(build.builds, key=lambda node: (-node.seconds, node.name))[:_SLOWEST])


def _alerts(target: Warehouse, evidence: Evidence) -> tuple[AlertSeen, ...] | None:
    """Returns the open alerts, errors first; None if the table doesn't exist or can't be read."""
    if ALERTS in evidence.unreadable or not target.exists(target.raw(ALERT.name)):
        return None
    return tuple(sorted(evidence.alerts, key=lambda alert: (alert.severity, str(alert.opened_at), alert.kind)))
