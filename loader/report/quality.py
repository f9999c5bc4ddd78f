"""Reads the quality score from dbt's marts."""

from __future__ import annotations

from loader.report.model import CappedRule, Quality, RejectedRows
from loader.report.past_runs import last_measured
from loader.warehouse import Warehouse

# current records only: deleted and out-of-scope records count neither as checked nor as rejected
_CURRENT = "severity in ('error', 'hide') and is_deleted = 0 and is_in_scope = 1"
_RULES = """
    select entity, rule, count(*) from {rejected}
    where {current} group by entity, rule order by count(*) desc, entity, rule
"""
_COUNTS = """
    select 'rejected', count(*) from (select distinct entity, entity_id from {rejected} where {current}) records
    union all
    select 'checked', coalesce(sum(checked_rows), 0)
    from (
        select entity, max(checked_rows) as checked_rows
        from {rules} where default_severity in ('error', 'hide') or severity in ('error', 'hide') group by entity
    ) entities
"""
_CAPPED = "select entity, rule, would_hide_share from {rules} where is_capped = 1 order by entity, rule"
_REFUSED = """
    union all
    select 'allocations', coalesce(max(checked_rows), 0) from {rules} where entity = 'allocation'
    union all
    select 'refused', count(distinct entity_id) from {rejected}
    where entity = 'allocation' and is_refused_by_wms_allocations = 1 and is_deleted = 0 and is_in_scope = 1
"""
_COLUMNS = {"is_in_scope": "rejected_records", "checked_rows": "business_rules"}


def measure(target: Warehouse) -> Quality | None:
    """Measures the share of records without a finding of severity error or hide; None before the first build.

    Raises:
        TargetError: ``WMS_TGT_005``, a query failed.
    """
    for column, model in _COLUMNS.items():
        table = target.model(model)
        if not target.exists(table) or column not in target.columns(table):
            return None
    rejected, rules = target.model("rejected_records"), target.model("business_rules")
    names = {"rejected": rejected, "rules": rules, "current": _CURRENT}
    # an earlier release may have built the table
    is_known = "is_refused_by_wms_allocations" in target.columns(rejected)
    found = target.fetch((_COUNTS + _REFUSED * is_known).format(**names))
    counts = {str(name): int(str(number)) for name, number in found}
    checked, rejected_rows = counts["checked"], counts["rejected"]
    rows = target.fetch(_RULES.format(rejected=rejected, current=_CURRENT))
    return Quality(
        checked_rows=checked,
        rejected_rows=rejected_rows,
        score=round(1 - rejected_rows / checked, 6) if checked else None,
        rules=tuple(RejectedRows(entity=str(e), rule=str(r), rows=int(str(n))) for e, r, n in rows),
        capped=capped_rules(target),
        refused_share=_share(counts.get("refused", 0), counts.get("allocations", 0)),
        refused_before=last_measured(target, "refused_share"),
    )


def capped_rules(target: Warehouse) -> tuple[CappedRule, ...]:
    """Rules that flag in this build because they would hide too much."""
    rules = target.model("business_rules")
    if not target.columns(rules) >= {"is_capped", "would_hide_share"}:
        return ()
    rows = target.fetch(_CAPPED.format(rules=rules))
    return tuple(CappedRule(rule=f"{entity}.{rule}", share=float(str(share or 0))) for entity, rule, share in rows)


def _share(refused: int, allocations: int) -> float | None:
    """Rejected share of the allocations that are in the WMS and in scope."""
    return round(refused / allocations, 6) if allocations else None
