"""Sources of inventory_history, the log of what was done (wms-api 6.11); an entry changes when the host has it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world.arrays import after
from loader.simulator.world.demand import NONE, SHORT
from loader.simulator.world.family import Column
from loader.simulator.world.history import History
from loader.simulator.world.names import CARTON, LPN, ORDER, PURCHASE, SHIPMENT, TRAILER, TRAILERS
from loader.simulator.world.shipping import PACKED
from loader.simulator.world.spec import MINUTE, SECOND, Ints
from loader.simulator.world.tables.declared import Source, source
from loader.simulator.world.tables.static import owned

Facts = Mapping[str, Ints | Column]
# activities
RECEIVED, SHIPPED, EARLY_ADJUSTED, DETAIL_PACKED, PACKED_LPN, SHORTED, LOADED = 1, 3, 4, 10, 11, 12, 13
SHORTAGE, OVERAGE = 6, 7
ADJUSTED, LOST, MOVED, TO_QUALITY, ACCEPTED, REJECTED, YARD = 17, 40, 51, 72, 73, 74, 81
SHORT_REASON = 1
CHECKED_AGAIN_SHARE = 0.02


def _logged(h: History, name: str, created: Ints, activity: int | Ints, facts: Facts) -> Source:
    sent = after(created, h.dice.whole(f"sent.{name}", created, 20 * SECOND, 4 * MINUTE))
    codes = np.broadcast_to(np.asarray(activity, dtype=np.int64), created.shape)
    return Source(("created", "sent"), np.column_stack((created, sent)), {"activity": codes, **facts})


def _article(h: History, item: Ints) -> Facts:
    return {
        "item": item,
        "item_code": c.word(h.item_codes, item),
        "item_descr": c.word(h.item_descriptions, item),
    }


def _no_article(count: int) -> Facts:
    return {"item": np.full(count, -1, dtype=np.int64), "item_code": c.constant(""), "item_descr": c.constant("")}


def _lot(h: History, lot: Ints) -> Facts:
    lots = h.lots
    shipment = lots.shipment[lot]
    return {
        **_article(h, lots.item[lot]),
        "facility": lots.facility[lot],
        "company": lots.company[lot],
        "group": 2_000_000 + shipment,
        "lpn": LPN.of(lot),
        "qty": lots.qty[lot],
        "shipment": shipment,
        "shipment_nbr": SHIPMENT.of(shipment),
        "place": c.word(h.location_labels, lots.location[lot]),
        "dock": c.word(h.location_labels, lots.dock[lot]),
    }


def _order(h: History, order: Ints) -> Facts:
    orders = h.demand.orders
    return {
        "facility": orders.facility[order],
        "company": orders.company[order],
        "group": 5_000_000 + order,
        "order": order,
        "order_nbr": ORDER.of(order),
    }


def _every(h: History) -> Ints:
    return np.arange(len(h.lots.qty), dtype=np.int64)


@source("log_receipts")
def _receipts(h: History) -> Source:
    lots = h.lots
    shipment = lots.shipment
    is_return = h.shipments.is_return[shipment]
    number = PURCHASE.of(shipment)
    facts: Facts = {
        **_lot(h, _every(h)),
        "shipment_line": h.receipt_lines.seq[lots.line],
        "shipment_type": c.where(is_return, c.constant("DEVOLUCAO"), c.constant("COMPRA")),
        "po_nbr": c.where(is_return, c.constant(""), number),
        "vendor": c.where(is_return, c.constant(""), c.label("FORN%02d", h.shipments.vendor[shipment])),
        "trailer": TRAILER.of(shipment % TRAILERS),
    }
    return _logged(h, "receipts", lots.received, RECEIVED, facts)


@source("log_putaways")
def _putaways(h: History) -> Source:
    return _logged(h, "putaways", h.lots.stored, MOVED, _lot(h, _every(h)))


@source("log_variances")
def _variances(h: History) -> Source:
    """Units of a lot that are missing, or too many, when its shipment is verified."""
    lot = np.flatnonzero(h.lots.announced_qty != h.lots.qty)
    excess = h.lots.qty[lot] - h.lots.announced_qty[lot]
    facts = {**_lot(h, lot), "units": excess, "announced": h.lots.announced_qty[lot]}
    verified = h.shipments.verified[h.lots.shipment[lot]]
    return _logged(h, "variances", verified, np.where(excess < 0, SHORTAGE, OVERAGE), facts)


@source("log_moves")
def _moves(h: History) -> Source:
    moves = h.replenishment
    target = c.word(h.location_labels, moves.location)
    return _logged(h, "moves", moves.moved, MOVED, {**_lot(h, moves.lot), "target": target, "units": moves.qty})


@source("log_adjustments")
def _adjustments(h: History) -> Source:
    own = h.adjustments
    company = h.lots.company[own.lot]
    instants, units = h.takes
    gone = (units[own.lot] * (instants[own.lot] < own.at[:, None])).sum(axis=1)
    facts: Facts = {
        **_lot(h, own.lot),
        "reason": owned(own.reason, company),
        "units": own.delta,
        "before": h.lots.qty[own.lot] - gone,
    }
    return _logged(h, "adjustments", own.at, np.where(own.early, EARLY_ADJUSTED, ADJUSTED), facts)


@source("log_quality")
def _quality(h: History) -> Source:
    lot = np.flatnonzero(h.checked_lots)
    return _logged(h, "quality", after(h.lots.received[lot], 2 * SECOND), TO_QUALITY, _lot(h, lot))


@source("log_checks")
def _checks(h: History) -> Source:
    """Some lots are rejected at first, and accepted when they are checked again."""
    lot = np.flatnonzero(h.checked_lots)
    again = lot[h.dice.chance("lot.checked_again", lot, CHECKED_AGAIN_SHARE)]
    created = np.concatenate([h.lots.stored[lot], (h.lots.received + h.lots.stored)[again] // 2])
    every = np.concatenate([lot, again])
    is_rejected = h.failed_checks[every] | (np.arange(len(every)) >= len(lot))
    return _logged(h, "checks", created, np.where(is_rejected, REJECTED, ACCEPTED), _lot(h, every))


@source("log_lost")
def _lost(h: History) -> Source:
    lot = np.flatnonzero(h.lost_lpns)
    return _logged(h, "lost", h.lpn_lost[lot], LOST, {**_lot(h, lot), "loss": -h.lots.qty[lot]})


@source("log_packed")
def _packed(h: History) -> Source:
    own = h.floor.allocations
    facts: Facts = {
        **_article(h, h.lots.item[own.lot]),
        **_order(h, h.demand.lines.order[own.line]),
        "carton": CARTON.of(h.flow.carton),
        "order_seq": h.demand.lines.seq[own.line],
        "units": own.picked_qty,
    }
    return _logged(h, "packed", h.flow.packed, DETAIL_PACKED, facts)


@source("log_shorted")
def _shorted(h: History) -> Source:
    lines = h.demand.lines
    line = np.flatnonzero(np.isin(lines.service, (SHORT, NONE)))
    order = lines.order[line]
    missing = lines.qty - np.where(lines.service == SHORT, lines.first_qty, 0)
    facts: Facts = {
        **_article(h, h.demand.groups.item[lines.group[line]]),
        **_order(h, order),
        "order_seq": lines.seq[line],
        "reason": owned(SHORT_REASON, h.demand.orders.company[order]),
        "missing": -missing[line],
        "ordered": lines.qty[line],
    }
    return _logged(h, "shorted", h.flow.orders[order, PACKED], SHORTED, facts)


def _cartons(h: History, name: str, event: int, activity: int) -> Source:
    order = h.flow.carton_order
    facts: Facts = {
        **_order(h, order),
        "carton": CARTON.of(np.arange(len(order), dtype=np.int64)),
        **_no_article(len(order)),
    }
    return _logged(h, name, h.flow.cartons[:, event], activity, facts)


@source("log_yard")
def _yard(h: History) -> Source:
    """A truck reaches the dock."""
    shipments = h.shipments
    rows = np.arange(len(shipments.started), dtype=np.int64)
    facts: Facts = {
        **_no_article(len(rows)),
        "facility": shipments.facility,
        "company": shipments.company,
        "group": 9_000_000 + rows,
        "trailer": TRAILER.of(rows % TRAILERS),
    }
    return _logged(h, "yard", shipments.started - 1000, YARD, facts)


@source("log_carton_packed")
def _carton_packed(h: History) -> Source:
    return _cartons(h, "carton_packed", 1, PACKED_LPN)


@source("log_carton_loaded")
def _carton_loaded(h: History) -> Source:
    return _cartons(h, "carton_loaded", 2, LOADED)


@source("log_carton_shipped")
def _carton_shipped(h: History) -> Source:
    return _cartons(h, "carton_shipped", 3, SHIPPED)
