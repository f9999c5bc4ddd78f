"""Plants rule violations, as `data/plants.csv` declares them.

One of every few candidates breaks a rule, at a position given by the seed, so the share is known and even a small
warehouse has all kinds. Rare kinds are among the first candidates for the same reason. A row breaks only one rule.

Columns of the file:

- ``plant``, ``candidates``, ``every``, ``first``: one of so many candidates, which is among the first so many;
- ``rule``, ``entity``, ``event``, ``part``, ``detail``: what it breaks, in which rows and since when. ``part`` chooses
  the first or second allocation of a line. A status in ``detail`` is written ``<Picked>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from loader.simulator.world.data import table
from loader.simulator.world.demand import ALIVE, FULL, NONE, Demand
from loader.simulator.world.dice import Dice
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.spec import Bools, Ints, WorldSpec
from loader.simulator.world.supply import Lots, Shipments

UNDONE_SHARE: Final = 0.007  # orders that a user deallocates
UNDONE_WAVE_SHARE: Final = 0.006


Plants = Mapping[str, Bools]
"""By plant, which orders, lines, lots or shipments have it."""


def build_plants(spec: WorldSpec, demand: Demand) -> Plants:
    """Choose orders and lines for violations, and orders of which a user undoes the first allocation (``undone``)."""
    dice, lines = Dice(spec.seed), demand.lines
    alive = demand.orders.ending == ALIVE
    candidates = {
        "orders": alive,
        "unserved": lines.service == NONE,
        "lines": (lines.service == FULL) & alive[lines.order] & (lines.extra == 0),
    }
    chosen = _choose(dice, candidates, demand)
    return {**chosen, "undone": _undone(dice, demand, chosen)}


def build_stock_plants(spec: WorldSpec, shipments: Shipments, lots: Lots) -> Plants:
    """Choose lots and shipments for violations."""
    lot = ~lots.in_lpn & ~shipments.by_sku[lots.shipment]
    return _choose(Dice(spec.seed), {"lots": lot, "shipments": shipments.announced > 0}, None)


def _choose(dice: Dice, candidates: Mapping[str, Bools], demand: Demand | None) -> dict[str, Bools]:
    """Choose rows of each plant; a chosen row is no longer a candidate."""
    left, chosen = dict(candidates), dict[str, Bools]()
    for row in table("plants"):
        name, plant = row["candidates"], row["plant"]
        if name in left:
            among = left[name]
            if plant == "twin_number" and demand is not None:
                among = among & (twins(demand, chosen) >= 0)
            rank, size = np.cumsum(among) - 1, int(row["every"])
            place = dice.whole(f"plant.{plant}", rank // size, 0, int(row["first"]))
            chosen[plant] = among & (rank % size == place)
            left[name] = left[name] & ~chosen[plant]
    return chosen


def _undone(dice: Dice, demand: Demand, plants: Plants) -> Bools:
    """Choose orders of which every line is served at once and nothing else is planted."""
    lines, count = demand.lines, len(demand.orders.arrived)
    taken, odd = lines.service != FULL, demand.orders.ending != ALIVE
    for mask in plants.values():
        odd, taken = (odd | mask, taken) if len(mask) == count else (odd, taken | mask)
    odd[lines.order[taken]] = True
    single = dice.chance("order.undone", np.arange(count, dtype=np.int64), UNDONE_SHARE)
    wave = demand.orders.wave * len(FACILITIES) + demand.orders.facility
    return np.asarray(~odd & (single | dice.chance("wave.is_undone", wave, UNDONE_WAVE_SHARE)))


def twins(demand: Demand, plants: Plants) -> Ints:
    """Return for each order with an owner the previous order of its facility and company, or -1."""
    orders = demand.orders
    strange = [plants[plant] for plant in ("no_facility", "strange_facility", "no_company", "strange_company")]
    owner = orders.facility * (orders.company.max(initial=0) + 1) + orders.company
    sequence = np.argsort(owner, kind="stable")
    sequence = sequence[~np.logical_or.reduce(strange)[sequence]]
    before = np.full(len(owner), -1, dtype=np.int64)
    same = owner[sequence][1:] == owner[sequence][:-1]
    before[sequence[1:][same]] = sequence[:-1][same]
    return before
