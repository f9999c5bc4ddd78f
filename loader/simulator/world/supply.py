"""Supply: inbound shipments whose LPNs become the lots that `demand` consumes.

The goods of block b are announced while the orders of block b - LEAD_BLOCKS arrive. They are put away before the first
order of block b, so supply is never late. Goods of the first blocks and slow sellers without orders are in stock at
the start of the history.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from loader.simulator.world import words
from loader.simulator.world.arrays import running_number, total
from loader.simulator.world.demand import HEAVY, LEAD_BLOCKS, Demand, draw_item
from loader.simulator.world.dice import Dice
from loader.simulator.world.masters import ACTIVE, DOCK, RESERVE, Items, Locations
from loader.simulator.world.reference import COMPANIES, FACILITIES
from loader.simulator.world.spec import DAY, MINUTE, NEVER, SECOND, Bools, Ints, WorldSpec

SHIPMENT_LOTS = 12
ACTIVE_SHARE = 0.6  # share of lots in active locations; the rest stays in its LPN as reserve
LEFTOVER_SHARE = 0.15
VARIANCE_SHARE = 0.03  # lots received with another quantity than announced
OPENING_DAYS = 5
SLOW_DAYS = 180  # slow sellers were received in this time before the history
BY_SKU_SHARE = 0.2  # shipments announced without LPNs
RETURN_SHARE = 0.05
SLOW_LPNS = 3  # LPNs of a slow seller
SHORT_LIFE_SHARE = 0.05  # lots that arrive with little of their shelf life left


@dataclass(frozen=True, slots=True)
class Shipments:
    """Inbound shipments. Instants: `announced`, then `started`, `finished` receiving, `verified`.

    Args:
        vendor: position of the supplier in words.BRANDS.
        is_return: customers send goods back.
        by_sku: the lines announce quantities without LPNs.
    """

    facility: Ints
    company: Ints
    announced: Ints
    started: Ints
    finished: Ints
    verified: Ints
    first_lot: Ints
    vendor: Ints
    is_return: Bools
    by_sku: Bools


@dataclass(frozen=True, slots=True)
class Lots:
    """Lots: one LPN, one row of inventory. Grouped by shipment.

    Args:
        of_group: by [group, part], the lot; -1 if none.
        line: position of the line that announced it, see ReceiptLines.
        leftover: units that no order takes.
        expires: days from the receipt to the expiry date, 0 without expiry.
        announced_qty, qty: units announced, and received.
        watched: instant from which losses and damages are noted.
        in_lpn: stays in its LPN; otherwise the goods move to an active location and the LPN is consumed.
    """

    shipment: Ints
    line: Ints
    facility: Ints
    company: Ints
    item: Ints
    leftover: Ints
    expires: Ints
    location: Ints
    dock: Ints
    announced_qty: Ints
    qty: Ints
    announced: Ints
    received: Ints
    stored: Ints
    watched: Ints
    in_lpn: Bools
    of_group: Ints


@dataclass(frozen=True, slots=True)
class ReceiptLines:
    """Lines of inbound shipments: one lot each, or all lots of an item if the shipment is announced by SKU.

    Args:
        seq: from 1 within the shipment.
        lot: the first lot.
        received, qty: by [line, receipt], when its lots are received (NEVER if none), and their units.
    """

    shipment: Ints
    seq: Ints
    lot: Ints
    announced: Ints
    announced_qty: Ints
    received: Ints
    qty: Ints


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Lots before they are put into shipments; block -1 holds the slow sellers."""

    block: Ints
    facility: Ints
    company: Ints
    item: Ints
    qty: Ints
    leftover: Ints
    group_part: Ints


@dataclass(frozen=True, slots=True)
class _Schedule:
    """Schedule of shipments: `shipment` and `place` by lot, the rest by shipment; `opening` starts the history."""

    shipment: Ints
    place: Ints
    announced: Ints
    started: Ints
    gap: Ints
    by_sku: Bools
    opening: int


def build_supply(spec: WorldSpec, demand: Demand, items: Items, locations: Locations) -> tuple[Shipments, Lots]:
    """Build shipments and lots for all blocks of the demand."""
    dice = Dice(spec.seed)
    wanted = _wanted(dice, spec, demand, items)
    pool = (wanted.block * len(FACILITIES) + wanted.facility) * len(COMPANIES) + wanted.company
    place = running_number(pool) % SHIPMENT_LOTS
    first = np.flatnonzero(place == 0)
    index = np.arange(len(first), dtype=np.int64)
    announced, gap = _announce(dice, spec, demand, wanted.block[first])
    transit = np.minimum(gap, 2 * DAY) * dice.uniform("asn.transit", index, 0.15, 0.45)
    started = announced + transit.astype(np.int64)
    by_sku = dice.chance("asn.by_sku", index, BY_SKU_SHARE)
    schedule = _Schedule(np.cumsum(place == 0) - 1, place, announced, started, gap, by_sku, spec.start_us)
    lots = _build_lots(dice, wanted, schedule, locations, items, 2 * len(demand.groups.block))
    finished = np.maximum.reduceat(lots.received, first) + SECOND
    shipments = Shipments(
        facility=wanted.facility[first],
        company=wanted.company[first],
        announced=announced,
        started=started,
        finished=finished,
        verified=finished + np.minimum(dice.whole("asn.verify", index, 3 * MINUTE, 15 * MINUTE), gap // 20),
        first_lot=np.append(first, len(place)),
        vendor=dice.whole("asn.vendor", index, 0, len(words.BRANDS)),
        is_return=dice.chance("asn.return", index, RETURN_SHARE),
        by_sku=by_sku,
    )
    return shipments, lots


def receipt_lines(shipments: Shipments, lots: Lots) -> ReceiptLines:
    """Build the lines from their lots."""
    count = int(lots.line.max(initial=-1)) + 1
    first = np.full(count, len(lots.line), dtype=np.int64)
    np.minimum.at(first, lots.line, np.arange(len(lots.line), dtype=np.int64))
    order = np.lexsort((lots.received, lots.line))
    place = running_number(lots.line[order])
    received = np.full((count, int(place.max(initial=0)) + 1), NEVER, dtype=np.int64)
    qty = np.zeros(received.shape, dtype=np.int64)
    received[lots.line[order], place], qty[lots.line[order], place] = lots.received[order], lots.qty[order]
    shipment = lots.shipment[first]
    return ReceiptLines(
        shipment=shipment,
        seq=running_number(shipment) + 1,
        lot=first,
        announced=lots.announced[first],
        announced_qty=total(lots.announced_qty, lots.line, count),
        received=received,
        qty=qty,
    )


def _line_of_lot(wanted: _Wanted, plan: _Schedule) -> Ints:
    """Return the line of each lot; lines are in the order of their shipments."""
    index = np.arange(len(plan.place), dtype=np.int64)
    together = np.where(plan.by_sku[plan.shipment], -1 - wanted.item, index)
    order = np.lexsort((index, together, plan.shipment))
    ranked = together[order]
    is_new = np.concatenate([[True], (np.diff(plan.shipment[order]) != 0) | (np.diff(ranked) != 0)])
    line = np.empty(len(index), dtype=np.int64)
    line[order] = np.cumsum(is_new) - 1
    return line


def _wanted(dice: Dice, spec: WorldSpec, demand: Demand, items: Items) -> _Wanted:
    lines, groups = demand.lines, demand.groups
    planned = lines.planned(len(groups.block)).reshape(-1)
    used = np.flatnonzero(planned)
    group = used // 2
    slow = np.arange(max(30, spec.scale // 25), dtype=np.int64)
    # a run of slow lots has the same owner, place and item
    company = dice.pick("slow.company", slow // SLOW_LPNS, tuple(company.share for company in COMPANIES))
    spare = dice.whole("lot.leftover", used, 1, 40) * dice.chance("lot.has_leftover", used, LEFTOVER_SHARE)
    leftover = spare * HEAVY // np.maximum(HEAVY, items.grams[groups.item[group]])
    item = draw_item(dice, "slow.item", slow // SLOW_LPNS, company, items)
    grams = np.maximum(HEAVY, items.grams[item])
    surplus = np.maximum(2, dice.whole("slow.qty", slow, 20, 200) * HEAVY // grams)
    mixed = _Wanted(
        block=np.concatenate([np.full(len(slow), -1), groups.block[group]]),
        facility=np.concatenate(
            [dice.pick("slow.facility", slow // SLOW_LPNS, tuple(f.share for f in FACILITIES)), groups.facility[group]]
        ),
        company=np.concatenate([company, groups.company[group]]),
        item=np.concatenate([item, groups.item[group]]),
        qty=np.concatenate([surplus, planned[used] + leftover]),
        leftover=np.concatenate([surplus, leftover]),
        group_part=np.concatenate([np.full(len(slow), -1), used]),
    )
    # a group's block, facility and company rise with its number, so only the slow sellers are out of order
    order = np.lexsort((mixed.company, mixed.facility, mixed.block))
    return _Wanted(*(getattr(mixed, field.name)[order] for field in fields(_Wanted)))


def _announce(dice: Dice, spec: WorldSpec, demand: Demand, block: Ints) -> tuple[Ints, Ints]:
    """Return when shipments are announced, and the time from the latest announcement to the first use."""
    start = demand.block_start
    opening = block < LEAD_BLOCKS
    earlier = np.maximum(block - LEAD_BLOCKS, 0)
    days = np.where(block < 0, SLOW_DAYS, OPENING_DAYS)
    low = np.where(opening, spec.start_us - days * DAY, start[earlier])
    high = np.where(opening, spec.start_us - DAY, start[earlier + 1])
    first_use = np.where(opening, spec.start_us, start[np.maximum(block, 0)])
    index = np.arange(len(block), dtype=np.int64)
    share = dice.uniform("asn.announced", index)
    announced = low + ((high - low) * np.where(block < 0, np.cbrt(share), share)).astype(np.int64)
    return announced, first_use - high


def _build_lots(
    dice: Dice, wanted: _Wanted, plan: _Schedule, locations: Locations, items: Items, group_parts: int
) -> Lots:
    index = np.arange(len(plan.place), dtype=np.int64)
    gap = plan.gap[plan.shipment]
    step = np.minimum(90 * SECOND, gap // 60)
    received = plan.started[plan.shipment] + (
        (plan.place + dice.uniform("lot.received", index, 0.3, 1.0)) * step
    ).astype(np.int64)
    stored = received + np.minimum(dice.whole("lot.stored", index, 5 * MINUTE, 45 * MINUTE), gap // 5)
    in_lpn = ~dice.chance("lot.active", index, ACTIVE_SHARE)
    kind = np.where(in_lpn, RESERVE, ACTIVE)
    docks = locations.count[wanted.facility, DOCK - 1]
    differs = dice.chance("lot.variance", index, VARIANCE_SHARE)
    of_group = np.full(group_parts, -1, dtype=np.int64)
    has_group = wanted.group_part >= 0
    of_group[wanted.group_part[has_group]] = index[has_group]
    return Lots(
        shipment=plan.shipment,
        line=_line_of_lot(wanted, plan),
        facility=wanted.facility,
        company=wanted.company,
        item=wanted.item,
        leftover=wanted.leftover,
        expires=_expiry(dice, index, items.life[wanted.item], np.maximum(plan.opening - received, 0) // DAY),
        location=locations.place(wanted.facility, kind, wanted.qty * items.volume[wanted.item]),
        dock=locations.first[wanted.facility, DOCK - 1] + plan.shipment % docks,
        announced_qty=np.maximum(1, wanted.qty + differs * dice.whole("lot.difference", index, -4, 4)),
        qty=wanted.qty,
        announced=plan.announced[plan.shipment] + plan.place * 7_000 + dice.whole("lot.announced", index, 900, 6_000),
        received=received,
        stored=stored,
        watched=np.maximum(stored, plan.opening - OPENING_DAYS * DAY),
        in_lpn=in_lpn,
        of_group=of_group.reshape(-1, 2),
    )


def _expiry(dice: Dice, index: Ints, life: Ints, kept: Ints) -> Ints:
    """Return days from receipt to expiry: most of the shelf life, sometimes a few weeks; `kept` days are added."""
    rest = np.maximum(life - dice.whole("lot.age", index, 10, 60), 20)
    short = dice.whole("lot.short_life", index, 4, 45)
    left = np.where(dice.chance("lot.is_short", index, SHORT_LIFE_SHARE), short, rest)
    return np.where(life == 0, 0, kept + left)
