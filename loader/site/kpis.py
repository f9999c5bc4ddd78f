"""The KPIs of the last 30 days as facts; what a KPI means stands in `kpi_definitions`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from loader.site.facts import Kpi, KpiFacts, KpiLine
from loader.site.values import day, number, text
from loader.target import Row, Target

DAYS = 30

_DEFINITIONS = "select kpi, title, formula, unit, target, better_is from {definitions} order by title"
_VALUES = """
    select kpis.kpi, facility.facility_code, kpis.business_date, kpis.kpi_value, kpis.numerator, kpis.denominator
    from {kpi_daily} kpis
    inner join {facility} facility on kpis.facility_id = facility.facility_id
    where kpis.business_date > ? and kpis.business_date <= ?
    order by kpis.kpi, facility.facility_code, kpis.business_date
"""


def read_kpis(target: Target, today: date) -> tuple[KpiFacts, ...] | None:
    """The KPIs that have values in the 30 days up to today, by title; None when the marts are not built."""
    names = ("kpi_definitions", "kpi_daily", "dim_facility")
    definitions, kpi_daily, facility = tables = [target.model(name) for name in names]
    if not all(target.exists(table) for table in tables):
        return None
    rows = target.fetch(_VALUES.format(kpi_daily=kpi_daily, facility=facility), (today - timedelta(days=DAYS), today))
    lines = _lines(rows)
    known = (_kpi(row) for row in target.fetch(_DEFINITIONS.format(definitions=definitions)))
    return tuple(KpiFacts(kpi=kpi, lines=tuple(lines[kpi.name])) for kpi in known if kpi.name in lines)


def _kpi(row: Row) -> Kpi:
    name, title, formula, unit, target, better_is = row
    return Kpi(
        name=text(name),
        title=text(title),
        formula=text(formula),
        unit=text(unit),
        target=number(target),
        higher_is_better=text(better_is) == "higher",
    )


def _lines(rows: Sequence[Row]) -> Mapping[str, list[KpiLine]]:
    grouped: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[text(row[0]), text(row[1])].append(row)
    lines: defaultdict[str, list[KpiLine]] = defaultdict(list)
    for (kpi, facility), days in grouped.items():
        lines[kpi].append(KpiLine(facility=facility, by_day=dict(_values(days)), overall=_overall(days)))
    return dict(lines)


def _values(rows: Sequence[Row]) -> Iterator[tuple[date, float]]:
    for _, _, business_date, value, _, _ in rows:
        if (measured := number(value)) is not None:
            yield day(business_date), measured


def _overall(rows: Sequence[Row]) -> float | None:
    denominator = sum(number(row[5]) or 0 for row in rows)
    return sum(number(row[4]) or 0 for row in rows) / denominator if denominator else None
