"""The quality score, read from what dbt built."""

from __future__ import annotations

from loader.report.model import Quality, RejectedRows
from loader.target import Target

# current rows only: one that was deleted in the WMS, or is out of scope, counts neither as checked nor as rejected
_CURRENT = "severity in ('error', 'hide') and is_deleted = 0 and is_in_scope = 1"
_RULES = """
    select entity, rule, count(*) from {rejected}
    where {current} group by entity, rule order by count(*) desc, entity, rule
"""
_REJECTED_ROWS = "select count(*) from (select distinct entity, entity_id from {rejected} where {current})"
_CHECKED_ROWS = """
    select coalesce(sum(checked_rows), 0)
    from (
        select entity, max(checked_rows) as checked_rows
        from {rules} where default_severity in ('error', 'hide') or severity in ('error', 'hide') group by entity
    )
"""
_COLUMNS = {"is_in_scope": "rejected_records", "checked_rows": "business_rules"}


def measure(target: Target) -> Quality | None:
    """The share of rows that break no rule of severity error or hide; None before dbt has built the tables.

    Raises:
        TargetError: ``WMS_TGT_005``, a query is refused.
    """
    for column, model in _COLUMNS.items():
        table = target.model(model)
        if not target.exists(table) or column not in target.columns(table):
            return None
    rejected, rules = target.model("rejected_records"), target.model("business_rules")
    checked = _number(target, _CHECKED_ROWS.format(rules=rules))
    rejected_rows = _number(target, _REJECTED_ROWS.format(rejected=rejected, current=_CURRENT))
    rows = target.fetch(_RULES.format(rejected=rejected, current=_CURRENT))
    return Quality(
        checked_rows=checked,
        rejected_rows=rejected_rows,
        score=round(1 - rejected_rows / checked, 6) if checked else None,
        rules=tuple(RejectedRows(entity=str(e), rule=str(r), rows=int(str(n))) for e, r, n in rows),
    )


def _number(target: Target, sql: str) -> int:
    return int(str(target.fetch(sql)[0][0]))
