"""Reads the comparison of raw tables and staging from dbt's mart."""

from __future__ import annotations

from loader.site.convert import instant_or_none, text, whole
from loader.site.view_model import ReconciliationRow
from loader.warehouse import Row, Warehouse

_ROWS = """
    select
        entity, landed_count, staged_count, staged_difference, deleted_count, rejected_count, accepted_count,
        is_agreeing, compared_at, missing_count + stale_count + vanished_count
    from {reconciliation} order by is_agreeing, landed_count desc, entity
"""


def read_reconciliation(target: Warehouse) -> tuple[ReconciliationRow, ...] | None:
    """Returns the entities, differences first, then by number of records; None if the mart doesn't exist."""
    table = target.model("source_reconciliation")
    if not target.exists(table):
        return None
    return tuple(_row(row) for row in target.fetch(_ROWS.format(reconciliation=table)))


def _row(row: Row) -> ReconciliationRow:
    entity, landed, staged, difference, deleted, rejected, accepted, is_agreeing, compared_at, differing = row
    return ReconciliationRow(
        entity=text(entity),
        landed=whole(landed),
        staged=whole(staged),
        difference=whole(difference),
        deleted=whole(deleted),
        rejected=whole(rejected),
        accepted=whole(accepted),
        agrees=whole(is_agreeing) == 1,
        compared_at=instant_or_none(compared_at),
        differing=whole(differing),
    )
