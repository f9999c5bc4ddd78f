"""Work that keeps the stock in order: replenishment of active locations, cycle counts and adjustments.

All of it touches only units that no order takes, so picks always find their stock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.simulator.world.arrays import running_number
from loader.simulator.world.dice import Dice
from loader.simulator.world.masters import ACTIVE, Locations
from loader.simulator.world.picking import Allocations
from loader.simulator.world.spec import DAY, HOUR, MINUTE, NEVER, SECOND, Bools, Ints
from loader.simulator.world.supply import Lots, Shipments

SMALLEST_MOVE = 4  # units
LATE_MOVE_SHARE = 0.06
COUNT_ERROR_SHARE = 0.15  # counts that find another quantity
DAMAGE_SHARE, CORRECTION_SHARE = 0.05, 0.01  # lots of which units are damaged, or received with a wrong quantity


@dataclass(frozen=True, slots=True)
class Replenishment:
    """Moves of the rest of an LPN to an active location, when a wave first takes from the LPN.

    Args:
        lot: the LPN; `qty` units of it are moved.
        allocation: the picking allocation that triggered the move; it names the line and the wave.
        location: the active location.
        created, started, moved: instants.
    """

    lot: Ints
    qty: Ints
    allocation: Ints
    location: Ints
    created: Ints
    started: Ints
    moved: Ints


@dataclass(frozen=True, slots=True)
class Counts:
    """Cycle counts of locations.

    Args:
        location: the location; `lot` is what should be there, or -1.
        expected, counted: units.
        at, approved: instants.
    """

    location: Ints
    lot: Ints
    expected: Ints
    counted: Ints
    at: Ints
    approved: Ints


@dataclass(frozen=True, slots=True)
class Adjustments:
    """Changes of a lot's quantity by `delta`; `reason` is the number of a reason code.

    Args:
        early: before the verification of the shipment.
    """

    lot: Ints
    delta: Ints
    at: Ints
    reason: Ints
    early: Bools


Takes = tuple[Ints, Ints]
"""By [lot, number], the instants at which units leave a lot in their order (NEVER if none), and the units."""


def replenish(dice: Dice, lots: Lots, allocations: Allocations, locations: Locations, volume: Ints) -> Replenishment:
    """Build the moves; `volume` is that of a unit of each item."""
    first = np.full(len(lots.qty), -1, dtype=np.int64)
    taken = np.flatnonzero((allocations.part == 0) & (allocations.picked != NEVER))
    taken = taken[np.argsort(allocations.created[taken], kind="stable")[::-1]]
    first[allocations.lot[taken]] = taken
    lot = np.flatnonzero(lots.in_lpn & (lots.leftover >= SMALLEST_MOVE) & (first >= 0))
    facility = lots.facility[lot]
    created = allocations.created[first[lot]] + 30_000
    delay = dice.chance("replenish.is_late", lot, LATE_MOVE_SHARE) * dice.whole("replenish.late", lot, HOUR, 3 * HOUR)
    started = created + delay + dice.whole("replenish.started", lot, 4 * MINUTE, 25 * MINUTE)
    return Replenishment(
        lot=lot,
        qty=lots.leftover[lot],
        allocation=first[lot],
        location=locations.place(facility, np.full(len(lot), ACTIVE), lots.leftover[lot] * volume[lots.item[lot]]),
        created=created,
        started=started,
        moved=started + dice.whole("replenish.moved", lot, 3 * MINUTE, 18 * MINUTE),
    )


def occasional(dice: Dice, shipments: Shipments, lots: Lots, moves: Replenishment) -> Adjustments:
    """Build the adjustments that no count finds: damages, and corrections while a shipment is verified."""
    index = np.arange(len(lots.qty), dtype=np.int64)
    is_free = lots.leftover >= 2
    is_free[moves.lot] = False
    verified = shipments.verified[lots.shipment]
    corrected = is_free & dice.chance("adjust.correction", index, CORRECTION_SHARE) & (lots.stored + SECOND < verified)
    damaged = is_free & ~corrected & dice.chance("adjust.damage", index, DAMAGE_SHARE)
    lot = np.flatnonzero(corrected | damaged)
    early = corrected[lot]
    later = lots.watched[lot] + dice.whole("adjust.after", lot, DAY // 2, 40 * DAY)
    loss = -np.maximum(1, lots.leftover[lot] // 3)
    gain = np.where(dice.chance("adjust.gain", lot, 0.5), 1 + lot % 3, loss)
    return Adjustments(
        lot=lot,
        delta=np.where(early, gain, loss),
        at=np.where(early, lots.stored[lot] + SECOND, later),
        reason=np.where(early, 6, np.where(dice.chance("adjust.expired", lot, 0.2), 4, 2)),
        early=early,
    )


def count_cycles(dice: Dice, lots: Lots, takes: Takes, busy: Bools, location: Ints, at: Ints) -> Counts:
    """Count what lies in locations.

    Args:
        takes: without the adjustments that the counts cause.
        busy: lots that counts do not adjust.
        location, at: places and instants of the counts.
    """
    lot = _lying_there(lots, location, at)
    delta, is_first = np.zeros(len(lot), dtype=np.int64), _first_of_lot(lot, at)
    key = location * 4096 + at // DAY % 4096
    chosen = (
        is_first
        & (lot >= 0)
        & ~busy[lot]
        & (lots.leftover[lot] > 0)
        & dice.chance("count.error", key, COUNT_ERROR_SHARE)
    )
    found = dice.whole("count.found", key, -3, 3)
    found = np.where(found >= 0, found + 1, found)
    delta[chosen] = np.maximum(found, -np.minimum(lots.leftover[lot], 3))[chosen]
    checked = dice.whole("count.checked", key, 2 * MINUTE, 40 * MINUTE)
    approved = at + np.where(delta != 0, dice.whole("count.approved", key, 10 * MINUTE, 150 * MINUTE), checked)
    changed = np.flatnonzero(delta)
    after = combined(lots, takes, (lot[changed], approved[changed], -delta[changed]))
    expected = np.where(lot < 0, 0, _remaining(lots, after, lot, at))
    return Counts(location, lot, expected, expected + delta, at, approved)


def combined(lots: Lots, takes: Takes, more: tuple[Ints, Ints, Ints]) -> Takes:
    """Add takes of single lots (lot, instant, units) to a table of takes."""
    row, column = np.nonzero(takes[0] != NEVER)
    lot = np.concatenate([row, more[0]])
    at = np.concatenate([takes[0][row, column], more[1]])
    units = np.concatenate([takes[1][row, column], more[2]])
    return table_of(len(lots.qty), lot, at, units)


def table_of(count: int, lot: Ints, at: Ints, units: Ints) -> Takes:
    """Return takes by [lot, number]."""
    order = np.lexsort((at, lot))
    lot, at, units = lot[order], at[order], units[order]
    place = running_number(lot)
    shape = (count, int(place.max(initial=0)) + 1)
    instants, taken = np.full(shape, NEVER, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    instants[lot, place], taken[lot, place] = at, units
    return instants, taken


def _lying_there(lots: Lots, location: Ints, at: Ints) -> Ints:
    """Return the lot stored last in each location before the instant, or -1."""
    order = np.lexsort((lots.stored, lots.location))
    place, stored = lots.location[order], lots.stored[order]
    merged = np.lexsort((np.concatenate([stored, at]), np.concatenate([place, location])))
    is_lot = merged < len(place)
    last = np.maximum.accumulate(np.where(is_lot, np.arange(len(merged)), -1))
    found = np.full(len(at), -1, dtype=np.int64)
    asked = np.flatnonzero(~is_lot)
    source = np.where(last[asked] >= 0, merged[last[asked]], 0)
    number = merged[asked] - len(place)
    found[number] = np.where((last[asked] >= 0) & (place[source] == location[number]), order[source], -1)
    return found


def _remaining(lots: Lots, takes: Takes, lot: Ints, at: Ints) -> Ints:
    instants, units = takes
    return np.asarray(lots.qty[lot] - (units[lot] * (instants[lot] < at[:, None])).sum(axis=1))


def _first_of_lot(lot: Ints, at: Ints) -> Bools:
    order = np.lexsort((at, lot))
    first = np.zeros(len(lot), dtype=np.bool_)
    first[order] = running_number(lot[order]) == 0
    return first
