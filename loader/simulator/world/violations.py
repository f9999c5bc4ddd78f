"""Lists the planted violations visible at an instant, for comparison with the findings of dbt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from loader.simulator.world.family import Family
from loader.simulator.world.history import ALLOCATION_PACKED, ALLOCATION_PICKED, History
from loader.simulator.world.shipping import CREATED, REGRESSED, SHIPPED, UNDONE
from loader.simulator.world.spec import Bools
from loader.simulator.world.tables.inbound import VERIFIED
from loader.simulator.world.tables.stock import STORED

Rule = Literal[
    "non_positive_quantity",
    "packed_exceeds_allocated",
    "orphan_line",
    "missing_facility",
    "status_regression",
    "impossible_date",
    "future_date",
    "unknown_facility",
    "missing_company",
    "unknown_company",
    "unknown_currency",
    "unknown_item",
    "unknown_location",
    "duplicate_key",
    "orphan_allocation",
    "over_allocation",
    "packed_but_open",
    "picked_but_untouched",
    "orphan_receipt",
    "negative_quantity",
]

# entity, event, rows, what the fields show
_Planted = tuple[Rule, str, int, Bools, str]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One row that breaks one rule; `detail` names the fields.

    Child rows with the same problem are not listed: the lines and allocations of an order without facility have none
    either. A status regression is listed from the moment the status goes back.
    """

    rule: Rule
    entity: str
    row_id: int
    detail: str


def planted(h: History, family: Callable[[str], Family], at: int) -> tuple[Violation, ...]:
    """Return all violations visible at the instant (microseconds), in order.

    Args:
        family: the rows of order_hdr, order_dtl, allocation, ib_shipment, ib_shipment_dtl and of the lots in stock.
    """
    ids = {
        "order_hdr": h.ids("order_hdr"),
        "order_dtl": h.ids("order_dtl"),
        "allocation": h.allocation_ids,
        "inventory": h.inventory_ids[0],
        "ib_shipment": h.ids("ib_shipment"),
        "ib_shipment_dtl": h.ids("ib_shipment_dtl"),
    }
    return tuple(
        sorted(
            Violation(rule, entity, row_id, detail)
            for rule, entity, event, chosen, detail in (*_orders(h), *_lines(h), *_allocations(h), *_stock(h))
            for row_id in ids[entity][chosen & family(entity).happened(event, at)].tolist()
        )
    )


def _orders(h: History) -> tuple[_Planted, ...]:
    plants, entity = h.plants, "order_hdr"
    return (
        ("missing_facility", entity, CREATED, plants.no_facility, "facility_id=null"),
        ("unknown_facility", entity, CREATED, plants.strange_facility, "facility_id does not exist"),
        ("missing_company", entity, CREATED, plants.no_company, "company_id=null"),
        ("unknown_company", entity, CREATED, plants.strange_company, "company_id does not exist"),
        ("impossible_date", entity, SHIPPED, plants.early_shipment, "order_shipped_ts < create_ts"),
        ("future_date", entity, SHIPPED, plants.late_shipment, "order_shipped_ts in the future"),
        ("status_regression", entity, REGRESSED, plants.order_regression, _change(h, "Packed", "Allocated")),
        ("status_regression", entity, UNDONE, plants.undone, _change(h, "Allocated", "Created")),
        ("unknown_currency", entity, CREATED, plants.strange_currency, "currency_code=XXX"),
        ("duplicate_key", entity, CREATED, plants.twin_number, "order_nbr of an older order"),
    )


def _change(h: History, before: str, after: str) -> str:
    old, new = h.codes.ids("order_status", before, after)
    return f"status_id {old} -> {new}"


def _lines(h: History) -> tuple[_Planted, ...]:
    plants, entity = h.plants, "order_dtl"
    return (
        ("orphan_line", entity, CREATED, plants.orphan, "order_id does not exist"),
        ("non_positive_quantity", entity, CREATED, plants.non_positive, "ord_qty <= 0"),
        ("status_regression", entity, REGRESSED, plants.line_regression, _change(h, "Packed", "Allocated")),
        ("status_regression", entity, UNDONE, plants.undone[h.demand.lines.order], _change(h, "Allocated", "Created")),
        ("unknown_item", entity, CREATED, plants.strange_item, "item_id does not exist"),
        ("duplicate_key", entity, CREATED, plants.twin_line, "seq_nbr of an older line"),
    )


def _allocations(h: History) -> tuple[_Planted, ...]:
    plants, line, entity = h.plants, h.floor.allocations.line, "allocation"
    first, second = h.floor.allocations.part == 0, h.floor.allocations.part == 1
    created, picked = h.codes.ids("allocation_status", "Created", "Picked")
    reopened, forgotten = f"packed_qty > 0, status_id={picked}", f"picked_ts, status_id={created}"
    return (
        ("non_positive_quantity", entity, CREATED, plants.ghost[line] & second, "alloc_qty=0"),
        ("over_allocation", entity, CREATED, plants.doubled[line] & second, "the line is allocated twice"),
        ("orphan_allocation", entity, CREATED, plants.lost[line] & first, "order_dtl_id does not exist"),
        (
            "packed_exceeds_allocated",
            entity,
            ALLOCATION_PACKED,
            plants.overpacked[line] & first,
            "packed_qty > alloc_qty and its tolerance",
        ),
        (
            "packed_but_open",
            entity,
            ALLOCATION_PACKED,
            plants.reopened[line] & first,
            reopened,
        ),
        (
            "picked_but_untouched",
            entity,
            ALLOCATION_PICKED,
            plants.forgotten[line] & first,
            forgotten,
        ),
        ("impossible_date", entity, ALLOCATION_PICKED, plants.early_pick[line] & first, "picked_ts < create_ts"),
        ("future_date", entity, ALLOCATION_PICKED, plants.late_pick[line] & first, "picked_ts in the future"),
    )


def _stock(h: History) -> tuple[_Planted, ...]:
    plants, lot = h.stock_plants, h.receipt_lines.lot
    return (
        ("unknown_location", "inventory", STORED, plants.strange_location, "location_id does not exist"),
        ("impossible_date", "inventory", CREATED, plants.early_expiry, "expiry_date < manufacture_date"),
        ("negative_quantity", "ib_shipment_dtl", CREATED, plants.negative[lot], "shipped_qty < 0"),
        ("orphan_receipt", "ib_shipment_dtl", CREATED, plants.orphan[lot], "ib_shipment_id does not exist"),
        ("impossible_date", "ib_shipment", VERIFIED, plants.early_verified, "verified_ts < create_ts"),
    )
