"""Values that staging could not keep whole, read from what dbt built."""

from __future__ import annotations

from typing import Final

from loader.warehouse import Warehouse

_SHOWN: Final = 5
_MEANING: Final = {"cut": "cut", "out_of_range": "out of range", "unreadable": "unreadable"}
_LOSSES: Final = """
    select entity, column_name, kind, record_count from {losses} order by record_count desc, entity, column_name, kind
"""


def value_losses(target: Warehouse) -> tuple[str, ...]:
    """A warning that counts the values that were cut or are null by column; empty when there are none or no table yet.

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
    return (f"staging could not keep some values whole: {', '.join(columns[:_SHOWN])}{more}; see value_losses",)
