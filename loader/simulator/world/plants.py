"""Which rows break a business rule on purpose.

One row of every `EVERY` that could break a rule does, at a place the seed decides: the share is known, and even a small
warehouse has some of each. A row breaks one rule only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from loader.simulator.world.demand import ALIVE, FULL, NONE, Demand
from loader.simulator.world.dice import Dice
from loader.simulator.world.spec import Bools, WorldSpec

EVERY_ORDER: Final = 250
EVERY_LINE: Final = 350
EVERY_UNSERVED: Final = 4  # of the lines for which there is no stock: about 1 % of all lines


@dataclass(frozen=True, slots=True)
class Plants:
    """Masks over orders or lines.

    Args:
        no_facility, early_shipment, order_regression: orders.
        non_positive, orphan: lines that never get stock, so that nothing depends on them.
        ghost: lines with a second allocation, of zero units.
        overpacked, early_pick: lines whose first allocation breaks the rule.
        line_regression: lines.
    """

    no_facility: Bools
    early_shipment: Bools
    order_regression: Bools
    non_positive: Bools
    orphan: Bools
    ghost: Bools
    overpacked: Bools
    early_pick: Bools
    line_regression: Bools


def build_plants(spec: WorldSpec, demand: Demand) -> Plants:
    """Choose the rows."""
    dice = Dice(spec.seed)
    orders = _Chooser(dice, demand.orders.ending == ALIVE, EVERY_ORDER)
    unserved = _Chooser(dice, demand.lines.service == NONE, EVERY_UNSERVED)
    alive = demand.orders.ending[demand.lines.order] == ALIVE
    lines = _Chooser(dice, (demand.lines.service == FULL) & alive, EVERY_LINE)
    return Plants(
        no_facility=orders.choose("no_facility"),
        early_shipment=orders.choose("early_shipment"),
        order_regression=orders.choose("order_regression"),
        non_positive=unserved.choose("non_positive"),
        orphan=unserved.choose("orphan"),
        ghost=lines.choose("ghost"),
        overpacked=lines.choose("overpacked"),
        early_pick=lines.choose("early_pick"),
        line_regression=lines.choose("line_regression"),
    )


class _Chooser:
    """Chooses one row of every few candidates; a chosen row is no candidate any more."""

    def __init__(self, dice: Dice, candidates: Bools, every: int) -> None:
        self._dice = dice
        self._candidates = candidates
        self._every = every

    def choose(self, rule: str) -> Bools:
        rank = np.cumsum(self._candidates) - 1
        place = self._dice.whole(f"plant.{rule}", rank // self._every, 0, self._every)
        chosen: Bools = self._candidates & (rank % self._every == place)
        self._candidates = self._candidates & ~chosen
        return chosen
