"""Lists the planted violations visible at an instant, for comparison with the findings of dbt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from loader.simulator.world.data import table
from loader.simulator.world.family import Family
from loader.simulator.world.history import ALLOCATION_PACKED, ALLOCATION_PICKED, History
from loader.simulator.world.shipping import CREATED, REGRESSED, SHIPPED, UNDONE
from loader.simulator.world.spec import Bools
from loader.simulator.world.tables.inbound import VERIFIED
from loader.simulator.world.tables.stock import STORED

_EVENTS: Mapping[str, int] = {
    "created": CREATED,
    "undone": UNDONE,
    "regressed": REGRESSED,
    "shipped": SHIPPED,
    "picked": ALLOCATION_PICKED,
    "packed": ALLOCATION_PACKED,
    "stored": STORED,
    "verified": VERIFIED,
}


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One row that breaks one rule; `detail` names the fields.

    Child rows with the same problem are not listed: the lines and allocations of an order without facility have none
    either. A status regression is listed from the moment the status goes back.
    """

    rule: str
    entity: str
    row_id: int
    detail: str


def planted(h: History, family: Callable[[str], Family], at: int) -> tuple[Violation, ...]:
    """Return all violations visible at the instant (microseconds), in order.

    Args:
        family: the rows of order_hdr, order_dtl, allocation, ib_shipment, ib_shipment_dtl and of the lots in stock.
    """
    found = []
    for row in table("plants"):
        entity = row["entity"]
        seen = _rows(h, row) & family(entity).happened(_EVENTS[row["event"]], at)
        ids = h.ids(entity)
        detail = _detail(h, entity, row["detail"])
        found += [Violation(row["rule"], entity, row_id, detail) for row_id in ids[seen].tolist()]
    return tuple(sorted(found))


def _rows(h: History, row: Mapping[str, str]) -> Bools:
    """Return the rows of the entity with a plant, which is chosen by order, line, lot or shipment."""
    plant = row["plant"]
    mask = h.stock_plants[plant] if plant in h.stock_plants else h.plants[plant]
    if row["entity"] == "allocation":
        own = h.floor.allocations
        return np.asarray(mask[own.line] & (own.part == int(row["part"])))
    if row["entity"] == "ib_shipment_dtl":
        return mask[h.receipt_lines.lot]
    return mask[h.demand.lines.order] if (plant, row["entity"]) == ("undone", "order_dtl") else mask


def _detail(h: History, entity: str, text: str) -> str:
    statuses = "allocation_status" if entity == "allocation" else "order_status"
    return re.sub(r"<([\w ]+)>", lambda word: str(h.codes.id(statuses, word[1])), text)
