"""Demand: orders, their lines, and the stock lots that serve them.

Orders are drawn in blocks of fixed size, and the lines of a block share its lots. A lot belongs to one item and serves
a few lines of one facility and company. So a line finds its stock without replaying the past, and stock is always
sufficient. The lots of a block are received before its first order arrives (see `supply`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.simulator.world.arrivals import Arrivals
from loader.simulator.world.dice import Dice
from loader.simulator.world.masters import Items
from loader.simulator.world.reference import COMPANIES, FACILITIES
from loader.simulator.world.spec import MINUTE, Bools, Ints, WorldSpec

LINE_SHARES = (0.43, 0.26, 0.14, 0.08, 0.04, 0.025, 0.015, 0.01)  # orders of 1 to 8 lines
MEAN_LINES = sum(lines * share for lines, share in enumerate(LINE_SHARES, start=1))
GROUP_SIZES = (3, 6, 2, 8, 5, 4, 7, 1)  # lines that share an item and its lots
LEAD_BLOCKS = 4  # goods are announced this many blocks before the orders

# service of a line: at once from one lot, from two lots, partly later, only partly, never
FULL, SPLIT, LATE, SHORT, NONE = range(5)
SERVICE_SHARES = (0.877, 0.06, 0.025, 0.02, 0.018)

# how an order ends
ALIVE, EARLY_CANCEL, LATE_CANCEL = range(3)
ENDING_SHARES = (0.97, 0.018, 0.012)

WAVE_EVERY = 40 * MINUTE
PREPARE = 2 * MINUTE  # a more recent order waits for the next wave

TWO_LPNS_SHARE = 0.25  # groups of which every other line is served from the second lot
OVERPICK_SHARE = 0.12  # lines of items with a tolerance that are over-picked
HEAVY = 1500  # grams from which customers order fewer units


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders in the order of arrival; `first_line` has one entry more than there are orders."""

    arrived: Ints
    facility: Ints
    company: Ints
    customer: Ints
    ending: Ints
    first_line: Ints

    @property
    def wave(self) -> Ints:
        """Number of the first wave that takes each order, in its facility."""
        return (self.arrived + PREPARE - wave_offset(self.facility)) // WAVE_EVERY + 1


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines in the order of their orders.

    Args:
        seq: from 1 within the order.
        service: how the line is served: FULL, SPLIT, LATE, SHORT or NONE.
        group: the item group whose lots serve the line.
        first_qty, second_qty: units from the first and from the second lot of the line.
        turned: 1 if the line's first lot is the second one of the group.
        extra: units that the picker takes in addition, within the tolerance of the item.
    """

    order: Ints
    seq: Ints
    service: Ints
    group: Ints
    qty: Ints
    first_qty: Ints
    second_qty: Ints
    turned: Ints
    extra: Ints

    def planned(self, groups: int) -> Ints:
        """Return the units that the lines take from each lot of a group, by [group, lot]."""
        found = np.zeros((groups, 2), dtype=np.int64)
        np.add.at(found, (self.group, self.turned), self.first_qty + self.extra)
        np.add.at(found, (self.group, 1 - self.turned), self.second_qty)
        return found


@dataclass(frozen=True, slots=True)
class Groups:
    """Item groups: lines of one block, facility and company with the same item."""

    block: Ints
    facility: Ints
    company: Ints
    item: Ints


@dataclass(frozen=True, slots=True)
class Demand:
    """All orders, in whole blocks.

    Args:
        block_start: arrival of the first order of each block.
    """

    orders: Orders
    lines: Lines
    groups: Groups
    block_start: Ints


def wave_offset(facility: Ints) -> Ints:
    """Return how long after those of the first facility the waves of a facility start."""
    return facility * 7 * MINUTE


def orders_per_block(spec: WorldSpec) -> int:
    """Return the block size: 1/32 of the history, at least 64 orders."""
    return max(64, round(spec.scale / MEAN_LINES / 32))


def build_demand(spec: WorldSpec, items: Items, until: int) -> Demand:
    """Build all blocks with orders or announced goods up to the instant."""
    arrivals = Arrivals(spec, spec.scale / MEAN_LINES)
    size = orders_per_block(spec)
    blocks = arrivals.count(until) // size + LEAD_BLOCKS + 2
    arrived = arrivals.instants(blocks * size)
    orders = _draw_orders(Dice(spec.seed), arrived, spec)
    lines, groups = _draw_lines(Dice(spec.seed), orders, items, size)
    return Demand(orders, lines, groups, arrived[::size])


def _draw_orders(dice: Dice, arrived: Ints, spec: WorldSpec) -> Orders:
    index = np.arange(len(arrived), dtype=np.int64)
    loyal = dice.uniform("order.customer", index)
    customers = max(40, spec.scale // 18)
    count = 1 + dice.pick("order.lines", index, LINE_SHARES)
    return Orders(
        arrived=arrived,
        facility=dice.pick("order.facility", index, tuple(facility.share for facility in FACILITIES)),
        company=dice.pick("order.company", index, tuple(company.share for company in COMPANIES)),
        customer=(loyal * loyal * customers).astype(np.int64),
        ending=dice.pick("order.ending", index, ENDING_SHARES),
        first_line=np.concatenate([[0], np.cumsum(count)]),
    )


def _draw_lines(dice: Dice, orders: Orders, items: Items, block_size: int) -> tuple[Lines, Groups]:
    count = np.diff(orders.first_line)
    order = np.repeat(np.arange(len(count), dtype=np.int64), count)
    index = np.arange(len(order), dtype=np.int64)
    seq = index - orders.first_line[order] + 1
    group, groups = _group(dice, orders, order, items, block_size)
    service = _service(dice, index, seq, orders.ending[order])
    skew = dice.uniform("line.qty", index)
    item = groups.item[group]
    qty = 2 + (skew * skew * skew * 46).astype(np.int64)
    qty = np.maximum(1, qty * HEAVY // np.maximum(HEAVY, items.grams[item]))
    service = np.where((qty == 1) & (service != NONE), FULL, service)
    part = np.maximum(1, (qty * dice.uniform("line.part", index, 0.3, 0.8)).astype(np.int64))
    two_lots = (service == SPLIT) | (service == LATE)
    first = np.where(two_lots | (service == SHORT), part, qty)
    turned = dice.chance("group.two_lpns", group, TWO_LPNS_SHARE) & (index % 2 == 1)
    over = (service == FULL) & dice.chance("line.overpick", index, OVERPICK_SHARE) & (orders.ending[order] == ALIVE)
    return Lines(
        order=order,
        seq=seq,
        service=service,
        group=group,
        qty=qty,
        first_qty=first,
        second_qty=np.where(two_lots, qty - part, 0),
        turned=turned.astype(np.int64),
        extra=np.where(over, qty * items.tolerance[item] // 100, 0),
    ), groups


def _service(dice: Dice, index: Ints, seq: Ints, ending: Ints) -> Ints:
    service = dice.pick("line.service", index, SERVICE_SHARES)
    # every order has something to ship, so cancelled orders need no special case
    simple: Bools = ((seq == 1) & (service == NONE)) | (ending != ALIVE)
    return np.where(simple, FULL, service)


def _group(dice: Dice, orders: Orders, order: Ints, items: Items, block_size: int) -> tuple[Ints, Groups]:
    """Shuffle the lines of each (block, facility, company) and cut them into groups."""
    index = np.arange(len(order), dtype=np.int64)
    pools = len(FACILITIES) * len(COMPANIES)
    pool = order // block_size * pools + orders.facility[order] * len(COMPANIES) + orders.company[order]
    shuffled = np.lexsort((dice.bits("line.shuffle", index), pool))
    sorted_pool = pool[shuffled]
    place = index - np.searchsorted(sorted_pool, sorted_pool)
    bounds = np.cumsum(np.resize(GROUP_SIZES, int(place.max()) + 1))
    cut = np.searchsorted(bounds, place, side="right")
    is_new = np.concatenate([[True], (np.diff(sorted_pool) != 0) | (np.diff(cut) != 0)])
    numbers = np.cumsum(is_new) - 1
    group = np.empty(len(order), dtype=np.int64)
    group[shuffled] = numbers
    key = sorted_pool[is_new]
    company = key % len(COMPANIES)
    return group, Groups(
        block=key // pools,
        facility=key // len(COMPANIES) % len(FACILITIES),
        company=company,
        item=draw_item(dice, "group.item", np.arange(len(key), dtype=np.int64), company, items),
    )


def draw_item(dice: Dice, purpose: str, index: Ints, company: Ints, items: Items) -> Ints:
    """Draw an item of the company; its first items are the most popular."""
    popular = dice.uniform(purpose, index)
    return items.first[company] + (popular * popular * items.count[company]).astype(np.int64)
