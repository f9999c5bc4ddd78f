"""Supply: inbound shipments whose LPNs become the lots that `demand` consumes.

The goods of block b are announced while the orders of block b - LEAD_BLOCKS arrive. They are put away before the first
order of block b, so supply is never late. Goods of the first blocks and slow sellers without orders are in stock at
the start of the history.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from loader.simulator.world.arrays import running_number
from loader.simulator.world.demand import LEAD_BLOCKS, Demand, draw_item
from loader.simulator.world.dice import Dice
from loader.simulator.world.masters import ACTIVE, DOCK, RESERVE, STAGING, Items, Locations
from loader.simulator.world.reference import COMPANIES, FACILITIES
from loader.simulator.world.spec import DAY, MINUTE, SECOND, Bools, Ints, WorldSpec

SHIPMENT_LOTS = 12
ACTIVE_SHARE = 0.6  # share of lots in active locations; the rest stays in its LPN as reserve
LEFTOVER_SHARE = 0.25
VARIANCE_SHARE = 0.03  # lots received with another quantity than announced
OPENING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Shipments:
    """Inbound shipments. Instants: `announced`, then `started`, `finished` receiving, `verified`."""

    facility: Ints
    company: Ints
    announced: Ints
    started: Ints
    finished: Ints
    verified: Ints
    first_lot: Ints


@dataclass(frozen=True, slots=True)
class Lots:
    """Lots: one line of a shipment, one LPN, one row of inventory. Grouped by shipment.

    Args:
        of_group: by [group, part], the lot; -1 if none.
        seq: from 1 within the shipment.
        announced_qty, qty: units announced, and received.
        in_lpn: stays in its LPN; otherwise the goods move to an active location and the LPN is consumed.
    """

    shipment: Ints
    seq: Ints
    facility: Ints
    company: Ints
    item: Ints
    location: Ints
    dock: Ints
    announced_qty: Ints
    qty: Ints
    announced: Ints
    received: Ints
    stored: Ints
    in_lpn: Bools
    of_group: Ints


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Lots before they are put into shipments; block -1 holds the slow sellers."""

    block: Ints
    facility: Ints
    company: Ints
    item: Ints
    qty: Ints
    group_part: Ints


@dataclass(frozen=True, slots=True)
class _Schedule:
    """Schedule of shipments: `shipment` and `place` by lot, the rest by shipment."""

    shipment: Ints
    place: Ints
    announced: Ints
    started: Ints
    gap: Ints


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
    schedule = _Schedule(np.cumsum(place == 0) - 1, place, announced, started, gap)
    lots = _build_lots(dice, wanted, schedule, locations, 2 * len(demand.groups.block))
    finished = np.maximum.reduceat(lots.received, first) + SECOND
    shipments = Shipments(
        facility=wanted.facility[first],
        company=wanted.company[first],
        announced=announced,
        started=started,
        finished=finished,
        verified=finished + np.minimum(dice.whole("asn.verify", index, 3 * MINUTE, 15 * MINUTE), gap // 20),
        first_lot=np.append(first, len(place)),
    )
    return shipments, lots


def _wanted(dice: Dice, spec: WorldSpec, demand: Demand, items: Items) -> _Wanted:
    lines, groups = demand.lines, demand.groups
    first = np.bincount(lines.group, weights=lines.first_qty, minlength=len(groups.block)).astype(np.int64)
    second = np.bincount(lines.group, weights=lines.second_qty, minlength=len(groups.block)).astype(np.int64)
    planned = np.stack([first, second], axis=1).reshape(-1)
    used = np.flatnonzero(planned)
    group = used // 2
    slow = np.arange(max(30, spec.scale // 25), dtype=np.int64)
    company = dice.pick("slow.company", slow, tuple(company.share for company in COMPANIES))
    leftover = dice.whole("lot.leftover", used, 1, 40) * dice.chance("lot.has_leftover", used, LEFTOVER_SHARE)
    mixed = _Wanted(
        block=np.concatenate([np.full(len(slow), -1), groups.block[group]]),
        facility=np.concatenate(
            [dice.pick("slow.facility", slow, tuple(f.share for f in FACILITIES)), groups.facility[group]]
        ),
        company=np.concatenate([company, groups.company[group]]),
        item=np.concatenate([draw_item(dice, "slow.item", slow, company, items), groups.item[group]]),
        qty=np.concatenate([dice.whole("slow.qty", slow, 6, 200), planned[used] + leftover]),
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
    low = np.where(opening, spec.start_us - OPENING_DAYS * DAY, start[earlier])
    high = np.where(opening, spec.start_us - DAY, start[earlier + 1])
    first_use = np.where(opening, spec.start_us, start[np.maximum(block, 0)])
    index = np.arange(len(block), dtype=np.int64)
    announced = low + ((high - low) * dice.uniform("asn.announced", index)).astype(np.int64)
    return announced, first_use - high


def _build_lots(dice: Dice, wanted: _Wanted, plan: _Schedule, locations: Locations, group_parts: int) -> Lots:
    index = np.arange(len(plan.place), dtype=np.int64)
    gap = plan.gap[plan.shipment]
    step = np.minimum(90 * SECOND, gap // 60)
    received = plan.started[plan.shipment] + (
        (plan.place + dice.uniform("lot.received", index, 0.3, 1.0)) * step
    ).astype(np.int64)
    in_lpn = ~dice.chance("lot.active", index, ACTIVE_SHARE)
    kind = np.where(in_lpn, RESERVE, ACTIVE)
    running = running_number(wanted.facility * STAGING + kind)
    count = locations.count[wanted.facility, kind - 1]
    docks = locations.count[wanted.facility, DOCK - 1]
    differs = dice.chance("lot.variance", index, VARIANCE_SHARE)
    of_group = np.full(group_parts, -1, dtype=np.int64)
    has_group = wanted.group_part >= 0
    of_group[wanted.group_part[has_group]] = index[has_group]
    return Lots(
        shipment=plan.shipment,
        seq=plan.place + 1,
        facility=wanted.facility,
        company=wanted.company,
        item=wanted.item,
        location=locations.first[wanted.facility, kind - 1] + running % count,
        dock=locations.first[wanted.facility, DOCK - 1] + plan.shipment % docks,
        announced_qty=np.maximum(1, wanted.qty + differs * dice.whole("lot.difference", index, -4, 4)),
        qty=wanted.qty,
        announced=plan.announced[plan.shipment] + plan.place * 7_000 + dice.whole("lot.announced", index, 900, 6_000),
        received=received,
        stored=received + np.minimum(dice.whole("lot.stored", index, 5 * MINUTE, 45 * MINUTE), gap // 5),
        in_lpn=in_lpn,
        of_group=of_group.reshape(-1, 2),
    )
