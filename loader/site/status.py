"""Writes the pages that every run updates: data status, a self-contained file, and the KPIs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from markupsafe import Markup

from loader.report.kept_facts import KeptFacts
from loader.report.model import RunReport
from loader.report.overall import Evidence
from loader.report.past_runs import Record
from loader.settings import Settings
from loader.site import formatting
from loader.site.cards import tiles
from loader.site.charts import COLOURS, Bar, Line, bars, lines
from loader.site.kpi_pages import KpiCard, kpi_cards, kpi_entries, write_kpis
from loader.site.pages import STATUS, Site, site_directory
from loader.site.queries import days_until, read_facts
from loader.site.search_index import write_runs
from loader.site.verdict import judge
from loader.site.view_model import Facts, QualityPoint, RuleRow
from loader.warehouse import Sessions

_STATUS_COLOUR = {"ok": "good", "warned": "warn", "failed": "bad"}
_RUNS_LISTED = 30
# age after which the page warns that runs may have stopped, if no source has a limit
_STALE_AFTER_S = 4 * 3600.0


def write_status(settings: Settings, now: datetime | None = None) -> Path:
    """Writes the pages from the last report and the target; returns the path of the data status page.

    The page shows if the target is missing, locked or incomplete.

    Raises:
        ConfigError: ``WMS_CONF_005``, the folder can't be written.
    """
    facts = read_facts(settings, now=now)
    return write_status_pages(Site(site_directory(settings)), facts, kpi_cards(facts))


def refreshed(
    settings: Settings,
    report: RunReport,
    sessions: Sessions | None = None,
    evidence: Evidence | None = None,
    kept: KeptFacts | None = None,
) -> RunReport:
    """Writes the pages of a finished run; returns the report, with a warning if they can't be written.

    Args:
        evidence: inputs of the verdict, if they have just been read.
        kept: has what an earlier run read from the same marts.
    """
    try:
        facts = read_facts(settings, report, sessions=sessions, evidence=evidence, kept=kept)
        write_status_pages(Site(site_directory(settings)), facts, kpi_cards(facts))
    except Exception as error:  # an error of the page must not fail the run
        return replace(report, warnings=(*report.warnings, f"can't write the data-status page: {error}"))
    return report


def write_status_pages(site: Site, facts: Facts, cards: Mapping[str, Sequence[KpiCard]]) -> Path:
    """Writes the data status page, the KPIs and the index of runs; returns the path of the first.

    Args:
        cards: KPIs by heading, from `kpi_cards`.
    """
    site.write_shell()
    write_runs(site, facts.runs or ())
    write_kpis(site, facts, cards)
    return site.render(STATUS, "status.html.j2", {**content(facts, cards), "entries": kpi_entries(site)}, alone=True)


def content(facts: Facts, cards: Mapping[str, Sequence[KpiCard]]) -> Mapping[str, object]:
    """Returns the variables of the template."""
    rules = facts.rules or ()
    return {
        "facts": facts,
        "verdict": judge(facts),
        "tiles": tiles(facts),
        "scores": _score_chart(facts.quality, facts) if facts.quality else None,
        "charts": _run_charts(facts.runs, facts) if facts.runs else None,
        "last_runs": tuple(reversed(facts.runs or ()))[:_RUNS_LISTED],
        "kpis": None if facts.kpis is None else cards,
        "missed": [card for found in cards.values() for card in found if card.missed],
        "causes": _by_severity([rule for rule in rules if rule.is_root_cause]),
        "consequences": [rule for rule in rules if not rule.is_root_cause],
        "skipped": _skipped(facts.report),
        "stale_after_s": _stale_after(facts),
    }


def _by_severity(rules: Sequence[RuleRow]) -> Sequence[RuleRow]:
    order = {"hide": 0, "error": 1, "warn": 2}
    return sorted(rules, key=lambda rule: (order.get(rule.severity, 3), -rule.records))


def _skipped(report: RunReport | None) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What the last run left out with the reason, by heading."""
    if report is None:
        return {}
    builds = report.build.builds if report.build else ()
    return {
        "Entities": [(row.entity, row.message) for row in report.entities if row.status == "skipped"],
        "Models": [(node.name, node.message) for node in builds if node.status == "skipped"],
        "Empty marts, with the entities that they need": [
            (empty.mart, ", ".join(empty.entities)) for empty in report.empty_marts
        ],
    }


def _stale_after(facts: Facts) -> float:
    allowed = [row.error_after_s for row in facts.freshness or () if row.error_after_s]
    return min(allowed, default=_STALE_AFTER_S)


def _run_charts(runs: Sequence[Record], facts: Facts) -> Mapping[str, Markup | None]:
    """Charts of the last runs; `quality` is None until a run has measured it."""
    labels = _labels(runs)
    labelled = list(zip(labels, runs, strict=True))
    durations = [
        Bar(label, run["duration_s"], _STATUS_COLOUR.get(run["status"], "bad"), run["status"])
        for label, run in labelled
    ]
    versions = [
        Bar(label, run["new_versions"], "series-0", f"{formatting.count(run['rows_read'])} rows read")
        for label, run in labelled
    ]
    scores = [run["quality_score"] for run in runs]
    measured = [Line("quality score", scores, "series-0"), *_thresholds(facts, len(scores))]
    title = "Quality score of the last runs, with the thresholds"
    return {
        "duration": bars("Duration of the last runs", durations, formatting.duration),
        "rows": bars("New versions of the last runs", versions, formatting.count),
        "quality": lines(title, labels, measured, _per_cent) if any(score is not None for score in scores) else None,
    }


def _score_chart(points: Sequence[QualityPoint], facts: Facts) -> Mapping[str, object]:
    """Chart of the entities with the most records, one per colour, and their lines for the legend."""
    checked: Counter[str] = Counter()
    scores: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for point in points:
        checked[point.entity] += point.checked
        scores[point.entity][point.day] = point.score
    days, entities = days_until(facts.written_at.date()), [entity for entity, _ in checked.most_common(COLOURS)]
    series = [
        Line(entity, [scores[entity].get(day) for day in days], f"series-{index}")
        for index, entity in enumerate(entities)
    ]
    drawn, labels = [*series, *_thresholds(facts, len(days))], [formatting.day(day) for day in days]
    return {"chart": lines("Quality score by entity and creation date", labels, drawn, _per_cent), "series": series}


def _per_cent(value: float) -> str:
    return formatting.amount(value, "share")


def _thresholds(facts: Facts, points: int) -> list[Line]:
    values = (("warns", facts.quality_warn, "warn"), ("fails", facts.quality_error, "bad"))
    return [Line(name, [value] * points, colour, is_threshold=True) for name, value, colour in values]


def _labels(runs: Sequence[Record]) -> list[str]:
    """Labels of runs: times if all runs were on one day, else days and times."""
    one_day = len({run["started_at"].date() for run in runs}) == 1
    return [
        ("" if one_day else f"{formatting.day(run['started_at'])}, ") + f"{run['started_at']:%H:%M}" for run in runs
    ]
