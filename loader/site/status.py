"""Writes the data-status page: a self-contained file, updated by every run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from markupsafe import Markup

from loader.report.model import RunReport
from loader.report.past_runs import Record
from loader.settings import Settings
from loader.site import formatting
from loader.site.cards import tiles
from loader.site.charts import COLOURS, Bar, Line, bars, lines
from loader.site.pages import STATUS, render, site_directory
from loader.site.queries import DAYS, read_facts
from loader.site.verdict import judge
from loader.site.view_model import Facts, Kpi, KpiFacts, KpiLine
from loader.warehouse import Sessions

_STATUS_COLOUR = {"ok": "good", "warned": "warn", "failed": "bad"}
_STATE_COLOUR = {"on_target": "good", "off_target": "bad"}
_RUNS_LISTED = 10
# age after which the page warns that runs may have stopped, if no source has a limit
_STALE_AFTER_S = 4 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCharts:
    """Charts of the last runs; `quality` is None until a run has measured it."""

    duration: Markup
    rows: Markup
    quality: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChart:
    """Chart of quality scores by day, with the colour of each entity."""

    chart: Markup
    entities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiCard:
    """A KPI with its chart and current values per facility."""

    title: str
    unit: str
    formula: str
    target: str
    chart: Markup
    facilities: tuple[Mapping[str, str], ...]


def write_status(settings: Settings, now: datetime | None = None) -> Path:
    """Writes the page from the last report and the target; returns its path.

    The page shows if the target is missing, locked or incomplete.

    Raises:
        ConfigError: ``WMS_CONF_005``, the folder can't be written.
    """
    return _write(settings, read_facts(settings, now=now))


def refreshed(settings: Settings, report: RunReport, sessions: Sessions | None = None) -> RunReport:
    """Writes the page of a finished run; returns the report, with a warning if the page can't be written."""
    try:
        _write(settings, read_facts(settings, report, sessions=sessions))
    except Exception as error:  # an error of the page must not fail the run
        return replace(report, warnings=(*report.warnings, f"can't write the data-status page: {error}"))
    return report


def _write(settings: Settings, facts: Facts) -> Path:
    return render(site_directory(settings), STATUS, "status.html.j2", content(facts))


def content(facts: Facts) -> Mapping[str, object]:
    """Returns the variables of the template."""
    return {
        "facts": facts,
        "verdict": judge(facts),
        "tiles": tiles(facts),
        "scores": _score_chart(facts) if facts.quality else None,
        "charts": _run_charts(facts) if facts.runs else None,
        "last_runs": tuple(reversed(facts.runs or ()))[:_RUNS_LISTED],
        "kpis": None if facts.kpis is None else [_kpi_card(kpi, facts.written_at.date()) for kpi in facts.kpis],
        "stale_after_s": _stale_after(facts),
    }


def _stale_after(facts: Facts) -> float:
    allowed = [row.error_after_s for row in facts.freshness or () if row.error_after_s]
    return min(allowed, default=_STALE_AFTER_S)


def _run_charts(facts: Facts) -> RunCharts:
    runs = facts.runs or ()
    labels = _labels(runs)
    return RunCharts(
        duration=bars(
            "Duration of the last runs",
            [
                Bar(label, run["duration_s"], _STATUS_COLOUR.get(run["status"], "bad"), run["status"])
                for label, run in zip(labels, runs, strict=True)
            ],
            formatting.duration,
        ),
        rows=bars(
            "New versions of the last runs",
            [
                Bar(label, run["new_versions"], "series-0", f"{formatting.count(run['rows_read'])} rows read")
                for label, run in zip(labels, runs, strict=True)
            ],
            formatting.count,
        ),
        quality=_quality_chart(facts, labels) if any(run["quality_score"] is not None for run in runs) else None,
    )


def _score_chart(facts: Facts) -> ScoreChart:
    """Chart of the entities with the most records, one per colour."""
    checked: Counter[str] = Counter()
    scores: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for point in facts.quality or ():
        checked[point.entity] += point.checked
        scores[point.entity][point.day] = point.score
    days, entities = _days(facts.written_at.date()), [entity for entity, _ in checked.most_common(COLOURS)]
    series = [
        Line(entity, [scores[entity].get(day) for day in days], f"series-{index}")
        for index, entity in enumerate(entities)
    ]
    chart = lines(
        "Quality score by entity and creation date",
        [formatting.day(day) for day in days],
        [*series, *_thresholds(facts, len(days))],
        lambda value: f"{value * 100:.1f} %",
    )
    return ScoreChart(chart=chart, entities=tuple((line.name, line.colour) for line in series))


def _days(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]


def _thresholds(facts: Facts, points: int) -> list[Line]:
    values = (("warns below", facts.quality_warn, "warn"), ("fails below", facts.quality_error, "bad"))
    return [Line(name, [value] * points, colour, is_threshold=True) for name, value, colour in values]


def _quality_chart(facts: Facts, labels: Sequence[str]) -> Markup:
    scores = [run["quality_score"] for run in facts.runs or ()]
    return lines(
        "Quality score of the last runs, with the thresholds",
        labels,
        [Line("quality score", scores, "series-0"), *_thresholds(facts, len(scores))],
        lambda value: f"{value * 100:.1f} %",
    )


def _labels(runs: Sequence[Record]) -> list[str]:
    """Labels of runs: times if all runs were on one day, else days and times."""
    one_day = len({run["started_at"].date() for run in runs}) == 1
    return [
        ("" if one_day else f"{formatting.day(run['started_at'])}, ") + f"{run['started_at']:%H:%M}" for run in runs
    ]


def _kpi_card(facts: KpiFacts, today: date) -> KpiCard:
    kpi, days = facts.kpi, _days(today)
    series = [
        Line(line.facility, [line.by_day.get(day) for day in days], f"series-{index}")
        for index, line in enumerate(facts.lines[:COLOURS])
    ]
    if kpi.target is not None:
        series.append(Line("target", [kpi.target] * len(days), "muted", is_threshold=True))
    better = "or more" if kpi.higher_is_better else "or less"
    return KpiCard(
        title=kpi.title,
        unit="" if kpi.unit == "share" else kpi.unit,
        formula=kpi.formula,
        target=f"target {formatting.measure(kpi.target, kpi.unit)} {better}" if kpi.target is not None else "",
        chart=lines(
            kpi.title, [formatting.day(day) for day in days], series, lambda value: formatting.amount(value, kpi.unit)
        ),
        facilities=tuple(_kpi_row(kpi, line, index) for index, line in enumerate(facts.lines)),
    )


def _kpi_row(kpi: Kpi, line: KpiLine, index: int) -> Mapping[str, str]:
    return {
        "facility": line.facility,
        "series_colour": f"series-{index}" if index < COLOURS else "muted",
        "latest": formatting.amount(line.latest, kpi.unit),
        "latest_day": formatting.day(line.latest_day),
        "last_7_days": formatting.amount(line.last_7_days, kpi.unit),
        "last_30_days": formatting.amount(line.last_30_days, kpi.unit),
        "colour": _STATE_COLOUR.get(line.state, ""),
    }
