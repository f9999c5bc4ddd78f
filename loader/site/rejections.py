"""Reads the rejected records from dbt's marts: number per rule, and samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from loader.site.convert import instant, text, whole
from loader.site.view_model import RuleRow, Sample
from loader.warehouse import Row, Warehouse

_SAMPLES = 5
_RULES = """
    select entity, rule, severity, is_root_cause, reason, remediation, count(*) as records
    from {rejected} where is_deleted = 0
    group by entity, rule, severity, is_root_cause, reason, remediation
    order by is_root_cause desc, severity, records desc, entity, rule
"""
# for privacy, a sample has only the id, the offending value and the facility of the record
_SAMPLE_ROWS = """
    select entity, rule, is_root_cause, entity_id, value, facility_code, first_seen_at
    from (
        select
            rejected.entity, rejected.rule, rejected.is_root_cause, rejected.entity_id, rejected.value,
            facility.facility_code, rejected.first_seen_at,
            row_number() over (
                partition by rejected.entity, rejected.rule, rejected.is_root_cause
                order by rejected.first_seen_at desc, rejected.entity_id desc
            ) as nth
        from {rejected} rejected
        left join {facility} facility on rejected.facility_id = facility.facility_id
        where rejected.is_deleted = 0
    ) numbered
    where nth <= ?
    order by entity, rule, nth
"""

_Samples = Mapping[tuple[str, str, int], list[Sample]]


def read_rules(target: Warehouse) -> tuple[RuleRow, ...] | None:
    """Returns the broken rules: root causes first, then errors, then by number of records; None without the marts."""
    rejected, facility = target.model("rejected_records"), target.model("dim_facility")
    if not (target.exists(rejected) and target.exists(facility)):
        return None
    rules = target.fetch(_RULES.format(rejected=rejected))
    samples = _by_rule(target.fetch(_SAMPLE_ROWS.format(rejected=rejected, facility=facility), (_SAMPLES,)))
    return tuple(_rule(row, samples) for row in rules)


def _by_rule(rows: list[Row]) -> _Samples:
    samples: defaultdict[tuple[str, str, int], list[Sample]] = defaultdict(list)
    for entity, rule, is_root, entity_id, value, facility, first_seen_at in rows:
        samples[text(entity), text(rule), whole(is_root)].append(
            Sample(
                entity_id=whole(entity_id),
                value=text(value),
                facility=text(facility),
                first_seen_at=instant(first_seen_at),
            )
        )
    return samples


def _rule(row: Row, samples: _Samples) -> RuleRow:
    entity, rule, severity, is_root, reason, what_to_do, records = row
    return RuleRow(
        entity=text(entity),
        rule=text(rule),
        severity=text(severity),
        is_root_cause=whole(is_root) == 1,
        reason=text(reason),
        what_to_do=text(what_to_do),
        records=whole(records),
        samples=tuple(samples.get((text(entity), text(rule), whole(is_root)), ())),
    )
