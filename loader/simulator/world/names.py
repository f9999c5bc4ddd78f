"""Numbers that name rows, such as ``PV600100``: a pattern and the number of the first row."""

from __future__ import annotations

from typing import Final, NamedTuple

from loader.simulator.world import columns as c
from loader.simulator.world.family import Column
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.spec import Ints


class Numbering(NamedTuple):
    """The numbers of one kind of row."""

    pattern: str
    first: int

    def text(self, row: int) -> str:
        """Return the number of a row by position."""
        return self.pattern % (self.first + row)

    def of(self, rows: Ints) -> Column:
        """Return the column with the numbers of other rows."""
        return c.label(self.pattern, self.first + rows)


ORDER: Final = Numbering("PV%d", 600_100)
SHIPMENT: Final = Numbering("ASN%d", 45_000)
PURCHASE: Final = Numbering("PC%d", 880_000)
LPN: Final = Numbering("LPN%010d", 30_200_000)
CARTON: Final = Numbering("OB%010d", 7_100_000)
TASK: Final = Numbering("T%d", 1_900_000)
TRAILER: Final = Numbering("CAR-%05d", 0)
TRAILERS, PICKERS = 60, 24  # trailers that come again and again; pickers in each facility


def picker(facility: Ints, number: Ints) -> Column:
    """Return the user names of pickers by their number in the facility, from 1."""
    every = [f"SEP-{place.code}-{one:02d}" for place in FACILITIES for one in range(1, PICKERS + 1)]
    return c.word(every, facility * PICKERS + number - 1)
