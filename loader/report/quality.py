"""The quality score, read from what dbt built."""

from __future__ import annotations

from loader.report.model import Quality, RejectedRows
from loader.target import Target

# current rows only: a row deleted in the WMS counts neither as checked nor as rejected
_RULES = """
    select entity, rule, count(*) from {rejected}
    where severity = 'error' and is_deleted = 0 group by entity, rule order by count(*) desc, entity, rule
"""
_REJECTED_ROWS = """
    select count(*) from (select distinct entity, entity_id from {rejected} where severity = 'error' and is_deleted = 0)
"""
_ENTITIES = "select distinct entity from {rules} where severity = 'error' order by entity"
_CHECKED_ROWS = "select count(*) from {staging} where is_deleted = 0"


def measure(target: Target) -> Quality | None:
    """The share of rows that break no rule of error severity; None while the tables do not exist.

    Raises:
        TargetError: ``WMS_TGT_005``, a query is refused.
    """
    rejected, rules = target.model("rejected_records"), target.model("business_rules")
    if not (target.exists(rejected) and target.exists(rules)):
        return None
    entities = [str(entity) for (entity,) in target.fetch(_ENTITIES.format(rules=rules))]
    staging = [table for entity in entities if target.exists(table := target.model(f"stg_wms__{entity}"))]
    checked = sum(_number(target, _CHECKED_ROWS.format(staging=table)) for table in staging)
    rejected_rows = _number(target, _REJECTED_ROWS.format(rejected=rejected))
    rows = target.fetch(_RULES.format(rejected=rejected))
    return Quality(
        checked_rows=checked,
        rejected_rows=rejected_rows,
        score=round(1 - rejected_rows / checked, 6) if checked else None,
        rules=tuple(RejectedRows(entity=str(e), rule=str(r), rows=int(str(n))) for e, r, n in rows),
    )


def _number(target: Target, sql: str) -> int:
    return int(str(target.fetch(sql)[0][0]))
