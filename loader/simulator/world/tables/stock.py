"""Rows of inventory and of the LPNs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world.arrays import after, only
from loader.simulator.world.family import Column, Columns, Family, Moment
from loader.simulator.world.history import FIRST_IDS, GOODS_BEFORE_PICK, History
from loader.simulator.world.masters import STAGING
from loader.simulator.world.names import CARTON, LPN, SHIPMENT, TRAILER, TRAILERS
from loader.simulator.world.reference import COMPANY_IDS, FACILITY_IDS
from loader.simulator.world.spec import DAY, NEVER, Ints
from loader.simulator.world.tables.declared import fixed

STORED = 1
AUDIT_SHARES = (0.9, 0.098, 0.002)  # cartons without an audit, with one, with a failed one
_RECEIVED = 0
_LPN_RECEIVED, _LPN_STORED = 1, 2
_LPN_RELEASED, _LPN_CONSUMED = 3, 5
_PACKED, _LOADED, _SHIPPED = 1, 2, 3
RETURNED = 1  # row of inventory_attribute


def stock(h: History) -> Family:
    """Lots: inventory from its receipt, in an LPN or in an active location, until the last unit is picked.

    A row that is used up stays, with a quantity of zero.
    """
    lots = h.lots
    takes, units = h.takes
    left = _remaining(lots.qty, units)
    local = lots.received + h.utc_offset[lots.facility]
    nowhere = FIRST_IDS["location"] - 1 - np.arange(len(lots.qty), dtype=np.int64)
    place = c.number(np.where(h.stock_plants["strange_location"], nowhere, h.ids("location")[lots.location]))
    lpn = c.number(h.ids("container"))
    batches = np.zeros(len(lots.qty), dtype=np.int64)
    batches[lots.expires > 0] = h.part_ids("batch_number")[0]
    keeps = np.where(h.stock_plants["early_expiry"], -50, lots.expires)
    expires = (lots.expires > 0) | h.stock_plants["early_expiry"]
    available, consumed = h.codes.ids("inventory_status", "Available", "Consumed")
    null = c.constant(None)
    return Family(
        h.ids("inventory"),
        h.disturber.timeline("inventory", np.column_stack((lots.received, lots.stored, takes))),
        {
            **_article(h, lots.facility, lots.item),
            **fixed(h, "inventory", "stock"),
            "location_id": c.where(lots.in_lpn, c.constant(None), c.since(STORED, place)),
            "container_id": c.where(lots.in_lpn, lpn, c.since(_RECEIVED, lpn, until=STORED)),
            "priority_date": c.day(local),
            "manufacture_date": c.day(local - 20 * DAY),
            "expiry_date": c.where(expires, c.day(local + keeps * DAY), null),
            "curr_qty": lambda moment: [Decimal(value) for value in left(moment).tolist()],
            "orig_qty": c.decimal(lots.qty),
            "batch_number_id": c.where(lots.expires > 0, c.number(batches), null),
            "invn_attr_id": c.where(h.shipments.is_return[lots.shipment], c.constant(RETURNED), null),
            "status_id": lambda moment: np.where(left(moment) > 0, available, consumed).tolist(),
        },
    )


def goods(h: History) -> Family:
    """What was picked for an allocation: inventory in an outbound LPN, which stays readable after it is shipped."""
    allocations = h.floor.allocations
    lot = allocations.lot
    units = allocations.picked_qty
    shipped = only(h.goods_picked != NEVER, h.flow.cartons[h.flow.carton, _SHIPPED])
    return Family(
        h.part_ids("inventory")[1],
        h.disturber.timeline("inventory", np.column_stack((h.goods_picked, shipped)), part="goods"),
        {
            **_article(h, h.lots.facility[lot], h.lots.item[lot]),
            "create_user": h.pickers(allocations.task),
            "mod_user": c.by_event(h.pickers(allocations.task), c.constant("DOCK")),
            "container_id": c.number(h.part_ids("container")[1][h.flow.carton]),
            "curr_qty": c.decimal(units),
            "orig_qty": c.decimal(units),
            **fixed(h, "inventory", "goods"),
        },
    )


def moved(h: History) -> Family:
    """Goods that a replenishment has put into an active location."""
    moves, lots = h.replenishment, h.lots
    lot = moves.lot
    local = lots.received[lot] + h.utc_offset[lots.facility[lot]]
    expiry = c.day(local + lots.expires[lot] * DAY)
    return Family(
        h.part_ids("inventory")[2],
        h.disturber.timeline("inventory", after(moves.moved, -GOODS_BEFORE_PICK)[:, None], part="moved"),
        {
            **_article(h, lots.facility[lot], lots.item[lot]),
            **fixed(h, "inventory", "moved"),
            "location_id": c.number(h.ids("location")[moves.location]),
            "priority_date": c.day(local),
            "manufacture_date": c.day(local - 20 * DAY),
            "expiry_date": c.where(lots.expires[lot] > 0, expiry, c.constant(None)),
            "curr_qty": c.decimal(moves.qty),
            "orig_qty": c.decimal(moves.qty),
        },
    )


def iblpn(h: History) -> Family:
    """Inbound LPNs, from the announcement until they are empty."""
    lots = h.lots
    stored = only(lots.in_lpn, lots.stored)
    consumed = np.where(lots.in_lpn, _emptied(h), lots.stored)
    events = (lots.announced, lots.received, stored, h.lock_released, h.lpn_lost, consumed)
    locks = c.number(h.locked_lots.astype(np.int64))
    dock, place = c.number(h.ids("location")[lots.dock]), c.number(h.ids("location")[lots.location])
    trailer = TRAILER.of(lots.shipment % TRAILERS)
    accepted, rejected = h.codes.ids("qc_status", "Accepted", "Rejected")
    none, pending = h.codes.ids("qc_status", "Not required", "Pending")
    result = c.where(h.failed_checks, c.constant(rejected), c.constant(accepted))
    checked = c.since(_LPN_STORED, result, before=pending)
    return Family(
        h.ids("container"),
        h.disturber.timeline("container", np.column_stack(events)),
        {
            **_lpn(h, lots.facility, lots.company),
            **fixed(h, "container", "iblpn"),
            "container_nbr": c.named(LPN.text),
            "curr_location_id": c.by_event(c.constant(None), dock, place, place, place, c.constant(None)),
            "prev_location_id": c.by_event(c.constant(None), c.constant(None), dock, dock, dock, place),
            "priority_date": c.since(_LPN_RECEIVED, c.day(lots.received + h.utc_offset[lots.facility])),
            "qc_status_id": c.where(h.checked_lots, checked, c.constant(none)),
            "inventory_lock_set": c.since(_LPN_RECEIVED, locks, before=0, until=_LPN_RELEASED),
            "rcvd_shipment_id": c.since(_LPN_RECEIVED, c.number(h.ids("ib_shipment")[lots.shipment])),
            "rcvd_ts": c.instant(_LPN_RECEIVED),
            "rcvd_trailer_nbr": c.since(_LPN_RECEIVED, trailer, before=""),
            "weight": c.scaled(lots.qty * h.items.grams[lots.item], 3),
            "ref_shipment_nbr": SHIPMENT.of(lots.shipment),
            "first_putaway_ts": c.where(lots.in_lpn, c.instant(_LPN_STORED), c.instant(_LPN_CONSUMED)),
        },
        LPN.text,
    )


def oblpn(h: History) -> Family:
    """Outbound LPNs (cartons), from the first pick to the truck."""
    allocations, carton = h.floor.allocations, h.flow.carton
    order, count = h.flow.carton_order, len(h.flow.carton_order)
    facility, company = h.demand.orders.facility[order], h.demand.orders.company[order]
    grams = h.carton_grams
    lane = order % h.locations.count[facility, STAGING - 1]
    staging = c.number(h.ids("location")[h.locations.first[facility, STAGING - 1] + lane])
    first = np.zeros(count, dtype=np.int64)
    first[carton[::-1]] = allocations.task[::-1]
    pick_user = h.pickers(first)
    return Family(
        h.part_ids("container")[1],
        h.disturber.timeline("container", h.flow.cartons, part="oblpn"),
        {
            **_lpn(h, facility, company),
            **fixed(h, "container", "oblpn"),
            "create_user": pick_user,
            "mod_user": c.by_event(pick_user, c.constant("PACK"), c.constant("DOCK"), c.constant("DOCK")),
            "container_nbr": c.named(CARTON.text),
            "curr_location_id": c.since(_PACKED, staging, until=_LOADED),
            "prev_location_id": c.since(_LOADED, staging),
            "weight": c.since(_PACKED, c.scaled(grams, 3), before=Decimal(0)),
            "audit_status_id": c.since(_PACKED, _audited(h, count), before=h.codes.id("audit_status", "Not required")),
            "pick_user": pick_user,
            "pallet_id": c.since(_PACKED, c.number(h.ids("pallet")[h.outbound_loads[1][order]])),
        },
        CARTON.text,
    )


def _audited(h: History, count: int) -> Column:
    """The result of the audit of a few cartons, made while they are packed."""
    drawn = h.dice.pick("carton.audit", np.arange(count, dtype=np.int64), AUDIT_SHARES)
    return c.word(h.codes.ids("audit_status", "Not required", "Audited", "Audit failed"), drawn)


def _article(h: History, facility: Ints, item: Ints) -> Columns:
    return {
        "facility_id": c.number(FACILITY_IDS[facility]),
        "item_id": c.number(h.ids("item")[item]),
        "case_qty": c.decimal(h.items.case[item]),
    }


def _lpn(h: History, facility: Ints, company: Ints) -> Columns:
    return {
        "facility_id": c.number(FACILITY_IDS[facility]),
        "company_id": c.number(COMPANY_IDS[company]),
    }


def _remaining(qty: Ints, units: Ints) -> Callable[[Moment], Ints]:
    """Units left in a lot: what was received less what has left it."""
    return lambda moment: np.asarray(
        qty[moment.index] - (units[moment.index] * moment.done[:, STORED + 1 :]).sum(axis=1)
    )


def _emptied(h: History) -> Ints:
    """By lot, when its last unit left; NEVER if something is left."""
    instants, units = h.takes
    last = np.where(instants == NEVER, 0, instants).max(axis=1)
    return only(units.sum(axis=1) == h.lots.qty, last)
