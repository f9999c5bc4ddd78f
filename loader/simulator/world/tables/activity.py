"""Rows of inventory_history: the log of what was done, one family for each activity (wms-api 6.11)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world import reference
from loader.simulator.world.arrays import after
from loader.simulator.world.demand import NONE, SHORT
from loader.simulator.world.family import Columns, Family, issue_ids
from loader.simulator.world.history import HISTORY_BASE, History
from loader.simulator.world.shipping import PACKED
from loader.simulator.world.spec import MINUTE, NEVER, SECOND, Ints
from loader.simulator.world.tables.inbound import lpn_number, shipment_number
from loader.simulator.world.tables.masters import item_codes
from loader.simulator.world.tables.orders import order_number
from loader.simulator.world.tables.work import carton_number

RECEIVED, SHIPPED, DETAIL_PACKED, PACKED_LPN, SHORTED, LOADED = 1, 3, 10, 11, 12, 13


@dataclass(frozen=True, slots=True)
class _Activity:
    """One kind of entry: when, where, whose, and the columns only this kind fills."""

    code: int
    created: Ints
    facility: Ints
    company: Ints
    group: Ints
    screen: str
    columns: Columns


def inventory_history(h: History) -> tuple[Family, ...]:
    """The log; an entry changes once more, when it was sent to the host."""
    activities = (_received(h), *_cartons(h), _packed(h), _shorted(h))
    ids = issue_ids(h.spec, "inventory_history", HISTORY_BASE, *(activity.created for activity in activities))
    return tuple(_family(h, activity, own) for activity, own in zip(activities, ids, strict=True))


def _family(h: History, activity: _Activity, ids: Ints) -> Family:
    index = np.arange(len(ids), dtype=np.int64)
    sent = after(activity.created, h.dice.whole(f"sent.{activity.code}", index, 20 * SECOND, 4 * MINUTE))
    columns = {
        "create_user": c.constant("RF"),
        "mod_user": c.by_event(c.constant("RF"), c.constant("HOST")),
        "facility_id": c.number(reference.facility_ids()[activity.facility]),
        "company_id": c.number(reference.company_ids()[activity.company]),
        "group_nbr": c.number(activity.group),
        "seq": c.constant(1),
        "history_activity_id": c.constant(activity.code),
        "status_id": c.status((0, 90)),
        "screen_name": c.constant(activity.screen),
    }
    # one part for each activity but the first
    part = None if activity.code == RECEIVED else f"activity.{activity.code}"
    timeline = h.disturber.timeline("inventory_history", np.column_stack((activity.created, sent)), part=part)
    return Family(ids, timeline, {**columns, **activity.columns})


def _item_code(h: History, item: Ints) -> Columns:
    return {"item_code": c.word(item_codes(h), item)}


def _received(h: History) -> _Activity:
    lots = h.lots
    columns = {
        **_item_code(h, lots.item),
        "container_nbr": c.named(lpn_number),
        "shipment_nbr": c.named(shipment_number, lots.shipment),
        "adj_qty": c.decimal(lots.qty),
    }
    group = 2_000_000 + lots.shipment
    return _Activity(RECEIVED, lots.received, lots.facility, lots.company, group, "RF Receive LPN", columns)


def _cartons(h: History) -> tuple[_Activity, ...]:
    order = h.flow.carton_order
    facility, company = h.demand.orders.facility[order], h.demand.orders.company[order]
    columns = {
        "container_nbr": c.named(carton_number),
        "order_nbr": c.named(order_number, order),
    }
    kinds = ((PACKED_LPN, 1, "Pack Station"), (LOADED, 2, "RF Load"), (SHIPPED, 3, "Ship Load"))
    return tuple(
        _Activity(code, h.flow.cartons[:, event], facility, company, 5_000_000 + order, screen, columns)
        for code, event, screen in kinds
    )


def _packed(h: History) -> _Activity:
    allocations = h.floor.allocations
    order = h.demand.lines.order[allocations.line]
    facility, company = h.demand.orders.facility[order], h.demand.orders.company[order]
    columns = {
        **_item_code(h, h.lots.item[allocations.lot]),
        "container_nbr": c.named(carton_number, h.flow.carton),
        "order_nbr": c.named(order_number, order),
        "units_shipped": c.decimal(allocations.picked_qty),
    }
    return _Activity(DETAIL_PACKED, h.flow.packed, facility, company, 5_000_000 + order, "Pack Station", columns)


def _shorted(h: History) -> _Activity:
    lines = h.demand.lines
    order = lines.order
    is_short = np.isin(lines.service, (SHORT, NONE))
    missing = lines.qty - np.where(lines.service == SHORT, lines.first_qty, 0)
    columns = {
        **_item_code(h, h.demand.groups.item[lines.group]),
        "order_nbr": c.named(order_number, order),
        "adj_qty": lambda moment: [Decimal(-value) for value in missing[moment.index].tolist()],
        "reason_code": c.constant("FALTA"),
    }
    facility, company = h.demand.orders.facility[order], h.demand.orders.company[order]
    created = np.where(is_short, h.flow.orders[order, PACKED], NEVER)
    return _Activity(SHORTED, created, facility, company, 5_000_000 + order, "Pack Station", columns)
