"""Packing and shipping: the instants of each status of orders and lines, and the cartons (OBLPNs)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.simulator.world.arrays import after, earliest, latest, only
from loader.simulator.world.demand import FULL, LATE, NONE, SHORT, SPLIT, Demand
from loader.simulator.world.dice import Dice
from loader.simulator.world.picking import UNDONE as UNDONE_PART
from loader.simulator.world.picking import Floor
from loader.simulator.world.plants import Plants
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.spec import DAY, HOUR, MINUTE, NEVER, SECOND, Bools, Ints, WorldSpec

DEPARTURES = (1 * HOUR + 30 * MINUTE, 13 * HOUR, 17 * HOUR + 30 * MINUTE, 21 * HOUR)  # UTC
CARTON_LINES = 4
ZERO_FRACTION = 0.05
HELD_SHARE = 0.06  # packed orders that wait for days, for a truck or an invoice

# events of orders and lines, which are the columns of their timelines, in chronological order
CREATED, TRIED, UNDONE, PARTLY, ALLOCATED, PICKING, PICKED, PACKING = range(8)
PACKED, REGRESSED, LOADED, SHIPPED, CANCELLED = range(8, 13)
EVENTS = CANCELLED + 1


@dataclass(frozen=True, slots=True)
class Flow:
    """Instants of status changes of orders, lines, allocations and cartons.

    Args:
        orders, lines: instants by [row, event].
        packed: by allocation.
        truck: by order, the scheduled departure and facility of its truck; -1 if none. See `departure_of`.
        carton: by allocation, its carton.
        carton_order: by carton, its order.
        cartons: instants by [carton, (created, packed, loaded, shipped)].
    """

    orders: Ints
    lines: Ints
    packed: Ints
    truck: Ints
    carton: Ints
    carton_order: Ints
    cartons: Ints


def build_flow(spec: WorldSpec, demand: Demand, floor: Floor, plants: Plants) -> Flow:
    """Build all timelines from order to shipment."""
    dice = Dice(spec.seed)
    orders = _orders(dice, demand, floor, plants)
    lines = _lines(dice, demand, floor, plants, orders)
    allocations = floor.allocations
    order_of = demand.lines.order[allocations.line]
    key = order_of * 2 + (demand.lines.seq[allocations.line] > CARTON_LINES)
    keys, carton = np.unique(key, return_inverse=True)
    first_pick = earliest(allocations.picked, carton, len(keys))
    ends = orders[keys // 2][:, [PACKED, LOADED, SHIPPED]]
    return Flow(
        orders=orders,
        lines=lines,
        packed=only(allocations.picked != NEVER, after(lines[allocations.line, PACKED], -8_000)),
        truck=_truck(orders[:, LOADED], demand.orders.facility),
        carton=carton,
        carton_order=keys // 2,
        cartons=np.column_stack([after(first_pick, -1_000), *(after(end, 3_000) for end in ends.T)]),
    )


def _orders(dice: Dice, demand: Demand, floor: Floor, plants: Plants) -> Ints:
    arrived = demand.orders.arrived
    count = len(arrived)
    index = np.arange(count, dtype=np.int64)
    allocations = floor.allocations
    order_of = demand.lines.order[allocations.line]
    at = np.full((count, EVENTS), NEVER, dtype=np.int64)
    at[:, CREATED] = arrived
    _allocation_events(at, demand, floor, order_of)
    started = floor.tasks.started[allocations.task]
    alive = allocations.picked != NEVER
    at[:, PICKING] = after(earliest(only(alive, started), order_of, count), 3 * SECOND)
    at[:, PICKED] = after(latest(allocations.picked[alive], order_of[alive], count), 40_000)
    at[:, PACKING] = after(at[:, PICKED], dice.whole("order.packing", index, 3 * MINUTE, 40 * MINUTE))
    at[:, PACKED] = after(at[:, PACKING], dice.whole("order.packed", index, 2 * MINUTE, 16 * MINUTE))
    held = dice.chance("order.held", index, HELD_SHARE) * dice.whole("order.held_for", index, 30 * HOUR, 90 * HOUR)
    staged = after(at[:, PACKED], held + dice.whole("order.loaded", index, 12 * MINUTE, 120 * MINUTE))
    at[:, LOADED] = _loaded(dice, staged, demand.orders.facility)
    at[:, SHIPPED] = _shipped(dice, at[:, LOADED], demand.orders.facility)
    at[:, CANCELLED] = floor.order_cancelled
    at[:, REGRESSED] = _between(at, plants["order_regression"])
    return at


def _allocation_events(at: Ints, demand: Demand, floor: Floor, order_of: Ints) -> None:
    """Set partly allocated if a wave leaves open units, and allocated when none are open."""
    lines, allocations = demand.lines, floor.allocations
    count = len(at)
    service = lines.service[allocations.line]
    is_undone = allocations.part == UNDONE_PART
    at[:, TRIED] = after(latest(allocations.created[is_undone], order_of[is_undone], count), 30_000)
    at[:, UNDONE] = after(latest(allocations.cancelled[is_undone], order_of[is_undone], count), 30_000)
    at_once = ~((service == LATE) & (allocations.part == 1)) & ~is_undone
    first_wave = latest(allocations.created[at_once], order_of[at_once], count)
    is_open, is_short = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    is_open[lines.order[np.isin(lines.service, (LATE, SHORT, NONE))]] = True
    is_short[lines.order[np.isin(lines.service, (SHORT, NONE))]] = True
    at[:, PARTLY] = only(is_open, after(first_wave, 30_000))
    at[:, ALLOCATED] = only(~is_short, after(latest(allocations.created, order_of, count), 30_000))


def _between(at: Ints, chosen: Bools) -> Ints:
    """Return instants halfway from packed to loaded, for rows with a planted status regression."""
    is_loaded = chosen & (at[:, LOADED] != NEVER)
    packed = np.where(is_loaded, at[:, PACKED], 0)
    return only(is_loaded, packed + (np.where(is_loaded, at[:, LOADED], 0) - packed) // 2)


def _truck(loaded: Ints, facility: Ints) -> Ints:
    """Return the next truck at least ten minutes later: minute of departure and facility in one number; -1 if none."""
    known = np.where(loaded == NEVER, 0, loaded) + 10 * MINUTE - facility * 11 * MINUTE
    times = np.array([*DEPARTURES, DAY + DEPARTURES[0]], dtype=np.int64)
    departure = known - known % DAY + times[np.searchsorted(times, known % DAY)]
    return np.where(loaded == NEVER, -1, departure // MINUTE * len(FACILITIES) + facility)


def departure_of(dice: Dice, truck: Ints) -> tuple[Ints, Ints]:
    """Return when trucks are due to leave, and when they do."""
    facility = truck % len(FACILITIES)
    due = truck // len(FACILITIES) * MINUTE + facility * 11 * MINUTE
    return due, due + dice.whole("truck.delay", truck, 0, 12 * MINUTE)


def _loaded(dice: Dice, staged: Ints, facility: Ints) -> Ints:
    """Return when orders that wait for their truck are loaded: in the 85 minutes before it is due to leave."""
    due, _ = departure_of(dice, _truck(staged, facility))
    index = np.arange(len(staged), dtype=np.int64)
    last = due - dice.whole("order.loading", index, 12 * MINUTE, 85 * MINUTE)
    return only(staged != NEVER, np.maximum(staged, last))


def _shipped(dice: Dice, loaded: Ints, facility: Ints) -> Ints:
    """Return when orders leave with their truck; sometimes on a whole second."""
    _, departure = departure_of(dice, _truck(loaded, facility))
    index = np.arange(len(loaded), dtype=np.int64)
    exact = departure + dice.whole("order.shipped", index, 0, 90 * SECOND)
    rounded = dice.chance("order.shipped_whole", index, ZERO_FRACTION)
    return only(loaded != NEVER, exact - np.where(rounded, exact % SECOND, 0))


def _lines(dice: Dice, demand: Demand, floor: Floor, plants: Plants, orders: Ints) -> Ints:
    lines, allocations = demand.lines, floor.allocations
    count = len(lines.order)
    index = np.arange(count, dtype=np.int64)
    order = orders[lines.order]
    at = np.full((count, EVENTS), NEVER, dtype=np.int64)
    at[:, CREATED] = order[:, CREATED] + lines.seq * 3_000 + dice.whole("line.created", index, 0, 900)
    first = _of_line(allocations.created, allocations.line, allocations.part == 0, count)
    second = _of_line(allocations.created, allocations.line, allocations.part == 1, count)
    tried = allocations.part == UNDONE_PART
    at[:, TRIED] = _of_line(allocations.created, allocations.line, tried, count)
    at[:, UNDONE] = _of_line(allocations.cancelled, allocations.line, tried, count)
    at[:, PARTLY] = only(np.isin(lines.service, (SPLIT, LATE, SHORT)), first)
    at[:, ALLOCATED] = np.where(lines.service == FULL, first, only(np.isin(lines.service, (SPLIT, LATE)), second))
    started = after(floor.tasks.started[allocations.task], 2 * SECOND + allocations.seq * 9_000)
    is_picked = allocations.picked != NEVER
    at[:, PICKING] = earliest(only(is_picked, started), allocations.line, count)
    at[:, PICKED] = after(latest(allocations.picked[is_picked], allocations.line[is_picked], count), 12_000)
    is_served = at[:, PICKED] != NEVER
    size = np.diff(demand.orders.first_line)[lines.order]
    at[:, PACKING] = only(is_served, after(order[:, PACKING], lines.seq * 6_000))
    work = np.where(is_served, order[:, PACKED] - order[:, PACKING], 0)
    at[:, PACKED] = only(is_served, after(order[:, PACKING], work * lines.seq // (size + 1) + 50_000))
    at[:, LOADED] = only(is_served, after(order[:, LOADED], lines.seq * 4_000))
    at[:, SHIPPED] = only(is_served, after(order[:, SHIPPED], lines.seq * 3_000))
    # a line without stock is closed when the rest of its order is packed
    given_up = np.where(is_served, NEVER, order[:, PACKED])
    at[:, CANCELLED] = after(np.minimum(given_up, order[:, CANCELLED]), lines.seq * 4_000)
    at[:, REGRESSED] = _between(at, plants["line_regression"])
    return at


def _of_line(instants: Ints, line: Ints, chosen: Bools, count: int) -> Ints:
    found = np.full(count, NEVER, dtype=np.int64)
    found[line[chosen]] = instants[chosen]
    return found
