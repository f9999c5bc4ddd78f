"""The planted violations that can be seen at an instant, for tests to compare with what dbt finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from loader.simulator.world.history import History
from loader.simulator.world.shipping import CREATED, PACKED, REGRESSED, SHIPPED
from loader.simulator.world.spec import Bools, Ints, from_us

Rule = Literal[
    "non_positive_quantity",
    "packed_exceeds_allocated",
    "orphan_line",
    "missing_facility",
    "status_regression",
    "impossible_date",
]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One row that breaks one rule; `detail` names the fields.

    Rows below it inherit the trouble and are not listed: an order without facility leaves its lines and allocations
    without one too. A status regression is listed from the moment the status goes back.
    """

    rule: Rule
    entity: str
    row_id: int
    detail: str


def planted(h: History, at: int) -> tuple[Violation, ...]:
    """All violations that exist at the instant (microseconds), in order."""
    found: list[Violation] = []

    def add(rule: Rule, entity: str, ids: Ints, holds: Bools, detail: Callable[[int], str]) -> None:
        found.extend(Violation(rule, entity, int(ids[row]), detail(row)) for row in np.flatnonzero(holds).tolist())

    _orders(h, at, add)
    _lines(h, at, add)
    _allocations(h, at, add)
    return tuple(sorted(found))


Add = Callable[[Rule, str, Ints, Bools, Callable[[int], str]], None]


def _orders(h: History, at: int, add: Add) -> None:
    events, ids, plants = h.flow.orders, h.order_ids, h.plants

    def since(event: int) -> Bools:
        return np.asarray(events[:, event] <= at)

    add("missing_facility", "order_hdr", ids, plants.no_facility & since(CREATED), lambda _: "facility_id=null")
    early = plants.early_shipment & since(SHIPPED)
    add("impossible_date", "order_hdr", ids, early, lambda _: "order_shipped_ts < create_ts")
    back = plants.order_regression & since(REGRESSED)
    add("status_regression", "order_hdr", ids, back, lambda row: _regression(events, row))


def _lines(h: History, at: int, add: Add) -> None:
    events, ids, plants = h.flow.lines, h.line_ids, h.plants
    exists = events[:, CREATED] <= at
    add("orphan_line", "order_dtl", ids, plants.orphan & exists, lambda _: "order_id does not exist")
    add("non_positive_quantity", "order_dtl", ids, plants.non_positive & exists, lambda _: "ord_qty <= 0")
    back = plants.line_regression & (events[:, REGRESSED] <= at)
    add("status_regression", "order_dtl", ids, back, lambda row: _regression(events, row))


def _allocations(h: History, at: int, add: Add) -> None:
    allocations, ids = h.floor.allocations, h.allocation_ids
    is_first = allocations.part == 0
    ghost = h.plants.ghost[allocations.line] & ~is_first & (allocations.created <= at)
    add("non_positive_quantity", "allocation", ids, ghost, lambda _: "alloc_qty=0")
    over = h.plants.overpacked[allocations.line] & is_first & (h.flow.packed <= at)
    add("packed_exceeds_allocated", "allocation", ids, over, lambda _: "packed_qty > alloc_qty")
    early = h.plants.early_pick[allocations.line] & is_first & (allocations.picked <= at)
    add("impossible_date", "allocation", ids, early, lambda _: "picked_ts < create_ts")


def _regression(events: Ints, row: int) -> str:
    packed, back = (from_us(int(events[row, event])) for event in (PACKED, REGRESSED))
    return f"status_id 40 at {packed:%Y-%m-%dT%H:%M:%SZ}, 20 at {back:%Y-%m-%dT%H:%M:%SZ}"
