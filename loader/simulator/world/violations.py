"""The planted violations that can be seen at an instant, for tests to compare with what dbt finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from loader.simulator.world.family import Family
from loader.simulator.world.history import ALLOCATION_PACKED, ALLOCATION_PICKED, History
from loader.simulator.world.shipping import CREATED, REGRESSED, SHIPPED
from loader.simulator.world.spec import Bools

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


def planted(h: History, family: Callable[[str], Family], at: int) -> tuple[Violation, ...]:
    """All violations that can be seen at the instant (microseconds), in order.

    Args:
        family: the rows of order_hdr, order_dtl and allocation.
    """
    plants, line = h.plants, h.floor.allocations.line
    first = h.floor.allocations.part == 0
    rules: tuple[tuple[Rule, str, int, Bools, str], ...] = (
        ("missing_facility", "order_hdr", CREATED, plants.no_facility, "facility_id=null"),
        ("impossible_date", "order_hdr", SHIPPED, plants.early_shipment, "order_shipped_ts < create_ts"),
        ("status_regression", "order_hdr", REGRESSED, plants.order_regression, "status_id 40 -> 20"),
        ("orphan_line", "order_dtl", CREATED, plants.orphan, "order_id does not exist"),
        ("non_positive_quantity", "order_dtl", CREATED, plants.non_positive, "ord_qty <= 0"),
        ("status_regression", "order_dtl", REGRESSED, plants.line_regression, "status_id 40 -> 20"),
        ("non_positive_quantity", "allocation", CREATED, plants.ghost[line] & ~first, "alloc_qty=0"),
        (
            "packed_exceeds_allocated",
            "allocation",
            ALLOCATION_PACKED,
            plants.overpacked[line] & first,
            "packed_qty > alloc_qty",
        ),
        ("impossible_date", "allocation", ALLOCATION_PICKED, plants.early_pick[line] & first, "picked_ts < create_ts"),
    )
    ids = {"order_hdr": h.order_ids, "order_dtl": h.line_ids, "allocation": h.allocation_ids}
    return tuple(
        sorted(
            Violation(rule, entity, row_id, detail)
            for rule, entity, event, chosen, detail in rules
            for row_id in ids[entity][chosen & family(entity).happened(event, at)].tolist()
        )
    )
