"""Writes the page with all KPIs, by question, and a page for each KPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from loader.site import formatting
from loader.site.catalogue import Catalogue, Table
from loader.site.charts import COLOURS, Line, lines
from loader.site.kpi_dictionary import KpiEntry
from loader.site.pages import KPIS, Page, Site
from loader.site.queries import days_until
from loader.site.view_model import Facts, Kpi, KpiFacts, KpiLine

QUESTIONS: Final = {
    "service": "Do customers get what they ordered, on time?",
    "speed": "How fast is the work done?",
    "quality": "Is the work done right?",
    "stock": "Is the stock right, and well used?",
    "labour": "How productive are people?",
}
"""Questions with the headings that the pages show."""

STATES: Final = {
    "on_target": ("good", "✓"),
    "off_target": ("bad", "✗"),
    "no_target": ("", ""),
}
"""States of a KPI with a CSS class and a sign."""

_QUERY: Final = """select
    facility_code,
    business_date,
    numerator,
    denominator,
    kpi_value,
    coverage
from kpi_daily
where kpi = '{}'
order by business_date, facility_code"""
_PERIOD: Final = """select
    facility_code,
    round(sum(numerator) / nullif(sum(denominator), 0), 4) as value_30_days
from kpi_daily
where
    kpi = '{}'
    and business_date > (select max(business_date) from kpi_daily where kpi = '{}') - 30
group by facility_code
order by facility_code"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityValue:
    """Current values of a KPI in a facility, as text; `series` selects colour and dash pattern of its line."""

    facility: str
    series: str
    latest: str
    latest_day: str
    last_7_days: str
    last_30_days: str
    change: str
    coverage: str
    colour: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiCard:
    """A KPI with its chart and current values per facility."""

    name: str
    title: str
    unit: str
    target: str
    chart: Markup
    facilities: tuple[FacilityValue, ...]

    @property
    def missed(self) -> tuple[str, ...]:
        """Facilities that miss the target."""
        return tuple(value.facility for value in self.facilities if value.colour == "bad")


def kpi_cards(facts: Facts) -> Mapping[str, Sequence[KpiCard]]:
    """Returns the KPIs by heading of their question."""
    cards: dict[str, list[KpiCard]] = {}
    for kpi in facts.kpis or ():
        cards.setdefault(QUESTIONS.get(kpi.question, "More"), []).append(_card(kpi, facts.written_at.date()))
    return cards


def write_kpis(site: Site, facts: Facts, cards: Mapping[str, Sequence[KpiCard]]) -> None:
    """Writes the page with all KPIs; a run updates it."""
    content = {"facts": facts, "questions": cards, "facilities": _facilities(facts), "entries": kpi_entries(site)}
    site.render(KPIS, "kpis.html.j2", content)


def _facilities(facts: Facts) -> Sequence[str]:
    return sorted({line.facility for kpi in facts.kpis or () for line in kpi.lines})


def kpi_entries(site: Site) -> frozenset[str]:
    """Names of KPIs with a page: `make docs` writes them, a run doesn't."""
    return frozenset(path.stem for path in (site.directory / "kpi").glob("*.html"))


def write_kpi_pages(site: Site, facts: Facts, catalogue: Catalogue, common: Mapping[str, object]) -> None:
    """Writes a page for each KPI of the dictionary."""
    measured = {kpi.kpi.name: kpi for kpi in facts.kpis or ()}
    titles = {entry.name: entry.title for entry in catalogue.kpis}
    tables = {table.name: table for table in catalogue.tables.values()}
    daily = tables.get("kpi_daily") if catalogue.dialect == "duckdb" else None
    for entry in catalogue.kpis:
        page = Page(f"kpi/{entry.name}.html", entry.title, KPIS.file)
        kpi, today = measured.get(entry.name), facts.written_at.date()
        content = {
            "entry": entry,
            "question": QUESTIONS.get(entry.question, "More"),
            "facilities": _facilities(facts),
            "target": _target(entry.target, entry.unit, higher_is_better=entry.higher_is_better),
            "values": _values(kpi) if kpi else (),
            "trends": _trends(kpi, today) if kpi else (),
            "drivers": [_driver(name, entry, titles, tables, measured) for name in entry.moved_by],
            "model": _model(entry, catalogue),
            "schema": daily.relation.partition(".")[0] if daily else "",
            "queries": [
                ("Value by day", _QUERY.format(entry.name)),
                ("Value of the last 30 days", _PERIOD.format(entry.name, entry.name)),
            ],
        }
        site.render(page, "kpi.html.j2", {**common, **content})


def _driver(
    name: str,
    entry: KpiEntry,
    titles: Mapping[str, str],
    tables: Mapping[str, Table],
    measured: Mapping[str, KpiFacts],
) -> Mapping[str, object]:
    """A KPI with its values, or a table with its first question."""
    if name in titles and name != entry.name:
        kpi = measured.get(name)
        values = (
            [f"{line.facility} {formatting.measure(line.last_7_days, kpi.kpi.unit)}" for line in kpi.lines]
            if kpi
            else []
        )
        return {"title": titles[name], "address": f"kpi/{name}.html", "note": ", ".join(values)}
    table = tables.get(name)
    note = table.questions[0] if table and table.questions else ""
    return {"title": name, "address": f"table/{name}.html" if table else "", "note": note}


def _model(entry: KpiEntry, catalogue: Catalogue) -> Table | None:
    """Returns the intermediate model that computes the KPI."""
    found = (table for table in catalogue.of_kind("intermediate") if table.area == "kpi")
    return next((table for table in found if f"'{entry.name}'" in table.code), None)


def _card(facts: KpiFacts, today: date) -> KpiCard:
    kpi = facts.kpi
    return KpiCard(
        name=kpi.name,
        title=kpi.title,
        unit="" if kpi.unit == "share" else kpi.unit,
        target=_target(kpi.target, kpi.unit, higher_is_better=kpi.higher_is_better),
        chart=_chart(kpi, facts.lines[:COLOURS], today, kpi.title),
        facilities=_values(facts),
    )


def _values(facts: KpiFacts) -> tuple[FacilityValue, ...]:
    return tuple(_value(facts.kpi, line, place) for place, line in enumerate(facts.lines))


def _chart(kpi: Kpi, shown: Sequence[KpiLine], today: date, title: str, scale: Sequence[float] = ()) -> Markup:
    days = days_until(today)
    series = [
        Line(line.facility, [line.by_day.get(day) for day in days], f"series-{place}")
        for place, line in enumerate(shown)
    ]
    if kpi.target is not None:
        series.append(Line("target", [kpi.target] * len(days), "muted", is_threshold=True))
    return lines(
        title,
        [formatting.day(day) for day in days],
        series,
        lambda value: formatting.amount(value, kpi.unit),
        scale,
    )


def _trends(facts: KpiFacts, today: date) -> Sequence[tuple[str, Markup]]:
    """One chart per facility, all with the same axis."""
    scale = [value for line in facts.lines for value in line.by_day.values()]
    return [
        (line.facility, _chart(facts.kpi, [line], today, f"{facts.kpi.title}, {line.facility}", scale))
        for line in facts.lines
    ]


def _target(value: float | None, unit: str, *, higher_is_better: bool) -> str:
    if value is None:
        return ""
    return f"{formatting.measure(value, unit)} or {'more' if higher_is_better else 'less'}"


def _value(kpi: Kpi, line: KpiLine, place: int) -> FacilityValue:
    colour, sign = STATES.get(line.state, STATES["no_target"])
    return FacilityValue(
        facility=line.facility,
        series=f"series-{place}" if place < COLOURS else "muted",
        latest=formatting.amount(line.latest, kpi.unit),
        latest_day=formatting.day(line.latest_day),
        last_7_days=formatting.amount(line.last_7_days, kpi.unit),
        last_30_days=formatting.amount(line.last_30_days, kpi.unit),
        change=_change(kpi, line),
        coverage=formatting.share(line.coverage),
        colour=colour,
        sign=sign,
    )


def _change(kpi: Kpi, line: KpiLine) -> str:
    """Change from the 7 days before in words: ``better by 1.2 %``."""
    if line.last_7_days is None or line.before is None:
        return formatting.NOTHING
    difference = line.last_7_days - line.before
    amount = formatting.amount(abs(difference), kpi.unit)
    if amount in {formatting.amount(0.0, kpi.unit), "0.0"}:
        return "unchanged"
    words = f"{amount.removesuffix(' %')} points" if kpi.unit == "share" else amount
    return f"{'better' if (difference > 0) == kpi.higher_is_better else 'worse'} by {words}"
