"""Reads the rejected records from dbt's marts: number per rule, and samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from loader.site.convert import instant, text, whole
from loader.site.view_model import RuleRow, Sample
from loader.warehouse import Row, Warehouse

_SAMPLES = 5
_RULES = """
    select entity, rule, severity, reason, what_to_do, count(*) as records
    from {rejected} where is_deleted = 0
    group by entity, rule, severity, reason, what_to_do
    order by severity, records desc, entity, rule
"""
# for privacy, a sample has only the id, the offending value and the facility of the record
_SAMPLE_ROWS = """
    select entity, rule, entity_id, value, facility_code, first_seen_at
    from (
        select
            rejected.entity, rejected.rule, rejected.entity_id, rejected.value, facility.facility_code,
            rejected.first_seen_at,
            row_number() over (
                partition by rejected.entity, rejected.rule
                order by rejected.first_seen_at desc, rejected.entity_id desc
            ) as nth
        from {rejected} rejected
        left join {facility} facility on rejected.facility_id = facility.facility_id
        where rejected.is_deleted = 0
    ) numbered
    where nth <= ?
    order by entity, rule, nth
"""


def read_rules(target: Warehouse) -> tuple[RuleRow, ...] | None:
    """Returns the broken rules, errors first, then by number of records; None if the marts don't exist."""
    rejected, facility = target.model("rejected_records"), target.model("dim_facility")
    if not (target.exists(rejected) and target.exists(facility)):
        return None
    rules = target.fetch(_RULES.format(rejected=rejected))
    samples = _by_rule(target.fetch(_SAMPLE_ROWS.format(rejected=rejected, facility=facility), (_SAMPLES,)))
    return tuple(_rule(row, samples) for row in rules)


def _by_rule(rows: list[Row]) -> Mapping[tuple[str, str], list[Sample]]:
    samples: defaultdict[tuple[str, str], list[Sample]] = defaultdict(list)
    for entity, rule, entity_id, value, facility, first_seen_at in rows:
        samples[text(entity), text(rule)].append(
            Sample(
                entity_id=whole(entity_id),
                value=text(value),
                facility=text(facility),
                first_seen_at=instant(first_seen_at),
            )
        )
    return samples


def _rule(row: Row, samples: Mapping[tuple[str, str], list[Sample]]) -> RuleRow:
    entity, rule, severity, reason, what_to_do, records = row
    return RuleRow(
        entity=text(entity),
        rule=text(rule),
        severity=text(severity),
        reason=text(reason),
        what_to_do=text(what_to_do),
        records=whole(records),
        samples=tuple(samples.get((text(entity), text(rule)), ())),
    )
