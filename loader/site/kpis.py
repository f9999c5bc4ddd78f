"""Reads the KPIs from dbt's marts: current values and daily values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from loader.site.convert import day, number, text
from loader.site.kpi_dictionary import KpiEntry
from loader.site.view_model import Kpi, KpiFacts, KpiLine
from loader.warehouse import Row, Warehouse

OTHER: Final = "other"
"""Question of KPIs that the project doesn't place."""

_CURRENT = """
    select
        definitions.kpi, definitions.title, definitions.unit, definitions.target,
        definitions.better_is, facts.facility_code, facts.latest_date, facts.latest_value, facts.value_7_days,
        facts.value_7_days_before, facts.value_30_days, facts.coverage_7_days, facts.state
    from {kpi_current} facts
    inner join {kpi_definitions} definitions on facts.kpi = definitions.kpi
    order by definitions.title, facts.facility_code
"""
_DAILY = """
    select kpi, facility_code, business_date, kpi_value from {kpi_daily}
    where business_date > ? and business_date <= ? and kpi_value is not null
"""

_ByDay = Mapping[tuple[str, str], Mapping[date, float]]


def read_kpis(
    target: Warehouse, today: date, days: int, dictionary: Sequence[KpiEntry] = ()
) -> tuple[KpiFacts, ...] | None:
    """Returns the KPIs in the order of the dictionary, with daily values of the last `days` days.

    KPIs that it doesn't list come last, by title. None if the marts don't exist.
    """
    tables = {name: target.model(name) for name in ("kpi_current", "kpi_definitions", "kpi_daily")}
    if not all(target.exists(table) for table in tables.values()):
        return None
    by_day = _by_day(target.fetch(_DAILY.format(**tables), (today - timedelta(days=days), today)))
    grouped: dict[Kpi, list[KpiLine]] = {}
    for row in target.fetch(_CURRENT.format(**tables)):
        grouped.setdefault(_kpi(row[:5]), []).append(_line(text(row[0]), row[5:], by_day))
    place = {entry.name: (at, entry.question) for at, entry in enumerate(dictionary)}
    last = (len(place), OTHER)
    return tuple(
        KpiFacts(kpi=kpi, question=place.get(kpi.name, last)[1], lines=tuple(grouped[kpi]))
        for kpi in sorted(grouped, key=lambda kpi: place.get(kpi.name, last)[0])
    )


def _by_day(rows: Sequence[Row]) -> _ByDay:
    values: defaultdict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    for kpi, facility, business_date, value in rows:
        values[text(kpi), text(facility)][day(business_date)] = number(value) or 0.0
    return values


def _kpi(row: Row) -> Kpi:
    name, title, unit, target, better_is = row
    return Kpi(
        name=text(name),
        title=text(title),
        unit=text(unit),
        target=number(target),
        higher_is_better=text(better_is) == "higher",
    )


def _line(kpi: str, row: Row, by_day: _ByDay) -> KpiLine:
    facility, latest_date, latest, last_7_days, before, last_30_days, coverage, state = row
    return KpiLine(
        facility=text(facility),
        latest_day=day(latest_date),
        latest=number(latest),
        last_7_days=number(last_7_days),
        before=number(before),
        last_30_days=number(last_30_days),
        coverage=number(coverage),
        state=text(state),
        by_day=by_day.get((kpi, text(facility)), {}),
    )
