"""How many documents are set aside in elt_quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loader.target.protocol import Target
from loader.target.tables import QUARANTINE

_COUNTS: Final = "select entity, count(*) from {table} where released_at is null group by entity"


def count_set_aside(target: Target) -> Mapping[str, int]:
    """How many documents are set aside now, by entity; empty in a target that has no such table."""
    table = target.raw(QUARANTINE.name)
    if not target.exists(table):
        return {}
    return {str(entity): int(str(count)) for entity, count in target.fetch(_COUNTS.format(table=table))}
