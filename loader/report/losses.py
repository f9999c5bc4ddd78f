"""Reads from dbt's marts which values staging cut or set to null."""

from __future__ import annotations

from typing import Final

from loader.warehouse import Warehouse

_SHOWN: Final = 5
_MEANING: Final = {"cut": "cut", "out_of_range": "out of range", "unreadable": "unreadable"}
_LOSSES: Final = """
    select entity, column_name, kind, record_count from {losses} order by record_count desc, entity, column_name, kind
"""


def value_losses(target: Warehouse) -> tuple[str, ...]:
    """Returns a warning with the number of cut or unreadable values by column; empty without losses or table.

    Raises:
        TargetError: ``WMS_TGT_005``, the query is refused.
    """
    losses = target.model("value_losses")
    if not target.exists(losses):
        return ()
    rows = target.fetch(_LOSSES.format(losses=losses))
    if not rows:
        return ()
    columns = [f"{entity}.{column} {count} {_MEANING[str(kind)]}" for entity, column, kind, count in rows]
    rest = len(columns) - _SHOWN
    more = f" and {rest} more columns" if rest > 0 else ""
    return (f"staging cut values or set them to null: {', '.join(columns[:_SHOWN])}{more}; see value_losses",)
