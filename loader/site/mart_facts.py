"""Reads the parts of the data-status page that only a build changes: rules, scores, reconciliation and KPIs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from loader.report.evidence import PartReader
from loader.report.kept_facts import KeptFacts
from loader.settings.project import project_directory
from loader.site.convert import read_rows
from loader.site.kpi_dictionary import OTHER, KpiEntry, read_dictionary
from loader.site.view_model import Kpi, KpiFacts, KpiLine, QualityPoint, ReconciliationRow, RuleRow, Sample
from loader.warehouse import Warehouse

_SAMPLES: Final = 5
_RULES: Final = """
    select entity, rule, severity, is_root_cause, reason, remediation, count(*) as records
    from {rejected_records} where is_deleted = 0
    group by entity, rule, severity, is_root_cause, reason, remediation
    order by is_root_cause desc, severity, records desc, entity, rule
"""
# for privacy, a sample has only the id, the offending value and the facility of the record
_SAMPLE_ROWS: Final = """
    select entity, rule, is_root_cause, entity_id, value, facility_code, first_seen_at
    from (
        select
            rejected.entity, rejected.rule, rejected.is_root_cause, rejected.entity_id, rejected.value,
            facility.facility_code, rejected.first_seen_at,
            row_number() over (
                partition by rejected.entity, rejected.rule, rejected.is_root_cause
                order by rejected.first_seen_at desc, rejected.entity_id desc
            ) as nth
        from {rejected_records} rejected
        left join {dim_facility} facility on rejected.facility_id = facility.facility_id
        where rejected.is_deleted = 0
    ) numbered
    where nth <= ?
    order by entity, rule, nth
"""
_SCORES: Final = """
    select entity, created_date, sum(checked_count), 1 - sum(rejected_count) / sum(checked_count)
    from {quality_score} where created_date > ? and created_date <= ?
    group by entity, created_date having sum(checked_count) > 0 order by entity, created_date
"""
_RECONCILIATION: Final = """
    select
        entity, landed_count, staged_count, staged_difference, deleted_count, rejected_count, accepted_count,
        is_agreeing, compared_at, missing_count + stale_count + vanished_count
    from {source_reconciliation} order by is_agreeing, landed_count desc, entity
"""
_KPIS: Final = """
    select kpi, title, unit, target, case when better_is = 'higher' then 1 else 0 end
    from {kpi_definitions} order by title
"""
_CURRENT: Final = """
    select
        kpi, facility_code, latest_date, latest_value, value_7_days, value_7_days_before, value_30_days,
        coverage_7_days, state
    from {kpi_current} order by facility_code
"""
_DAILY: Final = """
    select kpi, facility_code, business_date, kpi_value from {kpi_daily}
    where business_date > ? and business_date <= ? and kpi_value is not null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MartFacts:
    """Parts of `loader.site.view_model.Facts`. A part is None if its table doesn't exist yet or can't be read."""

    rules: tuple[RuleRow, ...] | None
    quality: tuple[QualityPoint, ...] | None
    reconciliation: tuple[ReconciliationRow, ...] | None
    kpis: tuple[KpiFacts, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _DailyValue:
    kpi: str
    facility: str
    day: date
    value: float


def read_mart_facts(reader: PartReader, today: date, days: int, kept: KeptFacts | None) -> MartFacts:
    """Returns the facts of the last `days` days, from an earlier run if no build has changed them since."""
    found = kept.find(MartFacts, str(today)) if kept else None
    if found is None:
        period = (today - timedelta(days=days), today)
        dictionary = read_dictionary(project_directory())
        found = MartFacts(
            rules=reader.part("rejected records", _rules, None),
            quality=reader.part(
                "quality scores", lambda target: read_rows(target, QualityPoint, _SCORES, *period), None
            ),
            reconciliation=reader.part(
                "reconciliation", lambda target: read_rows(target, ReconciliationRow, _RECONCILIATION), None
            ),
            kpis=reader.part("KPIs", lambda target: _kpis(target, period, dictionary), None),
        )
        if kept and None not in (found.rules, found.quality, found.reconciliation, found.kpis):
            kept.keep(found, str(today))
    return found


def _rules(target: Warehouse) -> tuple[RuleRow, ...] | None:
    """Returns the broken rules: root causes first, then errors, then by number of records; None without the marts."""
    rules, samples = read_rows(target, RuleRow, _RULES), read_rows(target, Sample, _SAMPLE_ROWS, _SAMPLES)
    if rules is None or samples is None:
        return None
    by_rule: defaultdict[tuple[str, str, bool], list[Sample]] = defaultdict(list)
    for sample in samples:
        by_rule[sample.entity, sample.rule, sample.is_root_cause].append(sample)
    return tuple(replace(row, samples=tuple(by_rule[row.entity, row.rule, row.is_root_cause])) for row in rules)


def _kpis(target: Warehouse, period: tuple[date, date], dictionary: Sequence[KpiEntry]) -> tuple[KpiFacts, ...] | None:
    """Returns the KPIs with values in the order of the dictionary; those that it doesn't list come last, by title."""
    kpis, lines = read_rows(target, Kpi, _KPIS), read_rows(target, KpiLine, _CURRENT)
    daily = read_rows(target, _DailyValue, _DAILY, *period)
    if kpis is None or lines is None or daily is None:
        return None
    by_day: defaultdict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    for value in daily:
        by_day[value.kpi, value.facility][value.day] = value.value
    measured: defaultdict[str, list[KpiLine]] = defaultdict(list)
    for line in lines:
        measured[line.kpi].append(replace(line, by_day=by_day[line.kpi, line.facility]))
    questions = {entry.name: entry.question for entry in dictionary}
    order = {name: place for place, name in enumerate(questions)}
    return tuple(
        KpiFacts(kpi=kpi, question=questions.get(kpi.name, OTHER), lines=tuple(measured[kpi.name]))
        for kpi in sorted(kpis, key=lambda kpi: order.get(kpi.name, len(order)))
        if kpi.name in measured
    )
