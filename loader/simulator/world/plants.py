"""Plants rule violations.

One of every few candidates breaks a rule, at a position given by the seed, so the share is known and even a small
warehouse has all kinds. Rare kinds are among the first candidates for the same reason. A row breaks only one rule.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from loader.simulator.world.demand import ALIVE, FULL, NONE, Demand
from loader.simulator.world.dice import Dice
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.spec import Bools, Ints, WorldSpec
from loader.simulator.world.supply import Lots, Shipments

EVERY_ORDER: Final = 250
EVERY_LINE: Final = 350
UNDONE_SHARE: Final = 0.007  # orders that a user deallocates
UNDONE_WAVE_SHARE: Final = 0.006
EVERY_UNSERVED: Final = 4  # share of the lines without stock: about 1 % of all lines
# rare kinds: one of this many, among the first this many
RARE_ORDER: Final = (2000, 150)
RARE_LINE: Final = (2000, 200)
RARE_UNSERVED: Final = (40, 3)
RARE_LOT: Final = (1500, 60)
RARE_SHIPMENT: Final = (100, 6)


@dataclass(frozen=True, slots=True)
class Plants:
    """Masks over orders or lines.

    Args:
        no_facility, strange_facility, no_company, strange_company: orders without one, or with an unknown one.
        early_shipment, late_shipment: orders shipped before they were created, or in the future.
        strange_currency, twin_number, order_regression: orders; a twin has the number of `twin_of`.
        twin_of: by order, an earlier one of the same facility and company; -1 if there is none.
        non_positive, orphan, strange_item, twin_line: lines that never get stock, so they have no dependent rows.
        ghost, doubled: lines with a second allocation, of zero units or of all units again.
        overpacked, early_pick, late_pick, lost, reopened, forgotten: lines whose first allocation breaks the rule:
            its line does not exist, it is packed but not complete, it is picked but not started.
        line_regression: lines.
        undone: orders whose first allocation is undone by a user; no violation, and nothing else is planted there.
    """

    no_facility: Bools
    early_shipment: Bools
    order_regression: Bools
    strange_facility: Bools
    no_company: Bools
    strange_company: Bools
    late_shipment: Bools
    strange_currency: Bools
    twin_number: Bools
    twin_of: Ints
    non_positive: Bools
    orphan: Bools
    strange_item: Bools
    twin_line: Bools
    ghost: Bools
    overpacked: Bools
    early_pick: Bools
    line_regression: Bools
    undone: Bools
    doubled: Bools
    late_pick: Bools
    lost: Bools
    reopened: Bools
    forgotten: Bools


@dataclass(frozen=True, slots=True)
class StockPlants:
    """Masks over lots and shipments.

    Args:
        strange_location: lots in an unknown location.
        early_expiry: lots that expire before their manufacture date.
        negative: lots announced with a negative quantity.
        orphan: lots whose line has no shipment.
        early_verified: shipments verified before they were received.
    """

    strange_location: Bools
    early_expiry: Bools
    negative: Bools
    orphan: Bools
    early_verified: Bools


def build_plants(spec: WorldSpec, demand: Demand) -> Plants:
    """Choose orders and lines for violations."""
    dice = Dice(spec.seed)
    orders = _Chooser(dice, demand.orders.ending == ALIVE, EVERY_ORDER)
    unserved = _Chooser(dice, demand.lines.service == NONE, EVERY_UNSERVED)
    alive = demand.orders.ending[demand.lines.order] == ALIVE
    lines = _Chooser(dice, (demand.lines.service == FULL) & alive & (demand.lines.extra == 0), EVERY_LINE)
    no_facility = orders.choose("no_facility")
    early_shipment, order_regression = orders.choose("early_shipment"), orders.choose("order_regression")
    strange_facility, no_company, strange_company = (
        orders.choose(rule, *RARE_ORDER) for rule in ("strange_facility", "no_company", "strange_company")
    )
    twin_of = _same_owner_before(demand, ~(no_facility | strange_facility | no_company | strange_company))
    plants = Plants(
        no_facility=no_facility,
        early_shipment=early_shipment,
        order_regression=order_regression,
        strange_facility=strange_facility,
        no_company=no_company,
        strange_company=strange_company,
        late_shipment=orders.choose("late_shipment", *RARE_ORDER),
        strange_currency=orders.choose("strange_currency", *RARE_ORDER),
        twin_number=orders.among(twin_of >= 0).choose("twin_number", *RARE_ORDER),
        twin_of=twin_of,
        non_positive=unserved.choose("non_positive"),
        orphan=unserved.choose("orphan"),
        strange_item=unserved.choose("strange_item", *RARE_UNSERVED),
        twin_line=unserved.choose("twin_line", *RARE_UNSERVED),
        ghost=lines.choose("ghost"),
        overpacked=lines.choose("overpacked"),
        early_pick=lines.choose("early_pick"),
        line_regression=lines.choose("line_regression"),
        doubled=lines.choose("doubled", *RARE_LINE),
        late_pick=lines.choose("late_pick", *RARE_LINE),
        lost=lines.choose("lost", *RARE_LINE),
        reopened=lines.choose("reopened", *RARE_LINE),
        forgotten=lines.choose("forgotten", *RARE_LINE),
        undone=np.zeros(len(demand.orders.arrived), dtype=np.bool_),
    )
    return replace(plants, undone=_undone(dice, demand, plants))


def _undone(dice: Dice, demand: Demand, plants: Plants) -> Bools:
    """Choose orders of which every line is served at once and nothing else is planted."""
    lines, count = demand.lines, len(demand.orders.arrived)
    taken, odd = lines.service != FULL, demand.orders.ending != ALIVE
    masks = (getattr(plants, plant.name) for plant in fields(plants))
    for mask in masks:
        if mask.dtype == np.bool_:
            odd, taken = (odd | mask, taken) if len(mask) == count else (odd, taken | mask)
    odd[lines.order[taken]] = True
    single = dice.chance("order.undone", np.arange(count, dtype=np.int64), UNDONE_SHARE)
    wave = demand.orders.wave * len(FACILITIES) + demand.orders.facility
    return np.asarray(~odd & (single | dice.chance("wave.is_undone", wave, UNDONE_WAVE_SHARE)))


def build_stock_plants(spec: WorldSpec, shipments: Shipments, lots: Lots) -> StockPlants:
    """Choose lots and shipments for violations."""
    dice = Dice(spec.seed)
    chosen = _Chooser(dice, ~lots.in_lpn & ~shipments.by_sku[lots.shipment])
    return StockPlants(
        strange_location=chosen.choose("strange_location", *RARE_LOT),
        early_expiry=chosen.choose("early_expiry", *RARE_LOT),
        negative=chosen.choose("negative", *RARE_LOT),
        orphan=chosen.choose("orphan_receipt", *RARE_LOT),
        early_verified=_Chooser(dice, shipments.announced > 0).choose("early_verified", *RARE_SHIPMENT),
    )


def _same_owner_before(demand: Demand, owned: Bools) -> Ints:
    """Return for each order with an owner the previous order of its facility and company, or -1."""
    orders = demand.orders
    owner = orders.facility * (orders.company.max(initial=0) + 1) + orders.company
    sequence = np.argsort(owner, kind="stable")
    sequence = sequence[owned[sequence]]
    before = np.full(len(owner), -1, dtype=np.int64)
    same = owner[sequence][1:] == owner[sequence][:-1]
    before[sequence[1:][same]] = sequence[:-1][same]
    return before


class _Chooser:
    """Chooses one of every few candidates; a chosen row is no longer a candidate."""

    def __init__(self, dice: Dice, candidates: Bools, every: int = 1) -> None:
        self._dice = dice
        self._candidates = candidates
        self._every = every

    def among(self, rows: Bools) -> _Chooser:
        """Restrict the candidates to these rows."""
        return _Chooser(self._dice, self._candidates & rows, self._every)

    def choose(self, rule: str, every: int | None = None, among: int | None = None) -> Bools:
        """One of `every` candidates, which stands among the first so many of them."""
        size = every or self._every
        rank = np.cumsum(self._candidates) - 1
        place = self._dice.whole(f"plant.{rule}", rank // size, 0, among or size)
        chosen: Bools = self._candidates & (rank % size == place)
        self._candidates = self._candidates & ~chosen
        return chosen
