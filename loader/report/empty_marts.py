"""Marts that are empty because the entities that they need were never read."""

from __future__ import annotations

from itertools import groupby

from loader.report.model import EmptyMart
from loader.warehouse import Warehouse

_NOT_READ = "select mart, entity from {table} where is_required = 1 and is_read = 0 order by mart, entity"


def empty_marts(target: Warehouse) -> tuple[EmptyMart, ...]:
    """Return these marts by name, from the mart `mart_entities`; none before the first build.

    Raises:
        TargetError: ``WMS_TGT_005``, the query failed.
    """
    table = target.model("mart_entities")
    if not target.exists(table):
        return ()
    rows = [(str(mart), str(entity)) for mart, entity in target.fetch(_NOT_READ.format(table=table))]
    return tuple(
        EmptyMart(mart=mart, entities=tuple(entity for _, entity in found))
        for mart, found in groupby(rows, key=lambda row: row[0])
    )
