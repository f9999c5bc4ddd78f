"""Items and locations of a warehouse of a given size, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loader.simulator.world import words
from loader.simulator.world.arrays import running_number
from loader.simulator.world.dice import Dice
from loader.simulator.world.reference import COMPANIES, FACILITIES
from loader.simulator.world.spec import DAY, NEVER, Ints, WorldSpec

ACTIVE, RESERVE, STAGING, DOCK = 1, 2, 3, 4
ZONES = 4
BAYS, LEVELS = 24, 5
# by size of a location: its capacity, the largest lot it takes, and its share of the locations; cubic centimetres
CAPACITIES = (100_000, 280_000, 640_000, 1_150_000)
LARGEST = (15_000, 45_000, 100_000)
SIZE_SHARES = (0.25, 0.3, 0.25, 0.2)
UNTOUCHED_SHARE = 0.1  # master data that never changed
TOLERANCE_SHARE = 0.25  # products that may be over-picked


@dataclass(frozen=True, slots=True)
class Items:
    """Items, grouped by company, the most popular first.

    Args:
        company: position in COMPANIES.
        first, count: first position and number of items by company.
        cents: unit cost.
        case: units in a case.
        life: shelf life in days, 0 without expiry.
        tolerance: percentage by which a picker may exceed the ordered quantity.
    """

    company: Ints
    first: Ints
    count: Ints
    product: Ints
    size: Ints
    brand: Ints
    variant: Ints
    cents: Ints
    grams: Ints
    case: Ints
    life: Ints
    tolerance: Ints

    @property
    def volume(self) -> Ints:
        """Volume of a unit in cubic centimetres."""
        return 20 + self.grams * 5 // 4


@dataclass(frozen=True, slots=True)
class Locations:
    """Locations, grouped by facility and type.

    Args:
        facility: position in FACILITIES.
        kind: key of LOCATION_TYPES.
        rank: running number within facility and type.
        first, count: first position and number of locations by [facility, kind].
    """

    facility: Ints
    kind: Ints
    rank: Ints
    first: Ints
    count: Ints

    @property
    def zone(self) -> Ints:
        """Picking zone within the facility."""
        return self.rank // (BAYS * LEVELS) % ZONES

    @property
    def volume(self) -> Ints:
        """Capacity in cubic centimetres; staging and dock doors have none."""
        capacity = np.array(CAPACITIES, dtype=np.int64)[self.size]
        return np.asarray(np.where(self.kind <= RESERVE, capacity, 0))

    @property
    def size(self) -> Ints:
        """Size of each location, an index of CAPACITIES; the sizes follow each other in a facility."""
        count = self.count[self.facility, self.kind - 1]
        size = np.searchsorted(np.cumsum(SIZE_SHARES[:-1]), self.rank / count, side="right")
        return np.array(size, dtype=np.int64)

    def place(self, facility: Ints, kind: Ints, volume: Ints) -> Ints:
        """Return a location for each lot: those of its size take turns."""
        size: Ints = np.searchsorted(LARGEST, volume, side="left").astype(np.int64)
        bounds = np.cumsum([0.0, *SIZE_SHARES])
        count = self.count[facility, kind - 1]
        low, high = np.ceil(bounds[size] * count).astype(np.int64), np.ceil(bounds[size + 1] * count).astype(np.int64)
        turn = running_number((facility * DOCK + kind) * len(CAPACITIES) + size)
        place = np.minimum(low + turn % np.maximum(high - low, 1), count - 1)
        return np.asarray(self.first[facility, kind - 1] + place)

    def labels(self) -> list[str]:
        """Names such as ``2-20-17-01``: area, aisle, bay, level."""
        areas, ranks = (self.facility * 10 + self.kind).tolist(), self.rank.tolist()
        return [
            f"{area}-{rank // (BAYS * LEVELS) + 1:02d}-{rank // LEVELS % BAYS + 1:02d}-{rank % LEVELS + 1:02d}"
            for area, rank in zip(areas, ranks, strict=True)
        ]


def build_items(spec: WorldSpec) -> Items:
    """Build about one item per 40 order lines, between 150 and 20,000."""
    total = min(20_000, max(150, spec.scale // 40))
    count = np.array([max(20, round(total * company.share)) for company in COMPANIES], dtype=np.int64)
    company = np.repeat(np.arange(len(COMPANIES), dtype=np.int64), count)
    index = np.arange(len(company), dtype=np.int64)
    dice = Dice(spec.seed)
    product = dice.whole("item.product", index, 0, len(words.PRODUCTS))
    sizes = np.array([len(kind.sizes) for kind in words.PRODUCTS], dtype=np.int64)[product]
    size = (dice.uniform("item.size", index) * sizes).astype(np.int64)
    base = np.array([kind.cents for kind in words.PRODUCTS], dtype=np.int64)[product]
    grams = np.array([kind.sizes[-1][1] for kind in words.PRODUCTS], dtype=np.int64)[product]
    return Items(
        company=company,
        first=np.concatenate([[0], np.cumsum(count)[:-1]]),
        count=count,
        product=product,
        size=size,
        brand=dice.whole("item.brand", index, 0, len(words.BRANDS)),
        variant=dice.whole("item.variant", index, 0, len(words.VARIANTS)),
        cents=np.maximum(50, (base * dice.uniform("item.cents", index, 0.8, 1.4)).astype(np.int64)),
        grams=grams,
        case=np.array([6, 12, 24, 48], dtype=np.int64)[dice.whole("item.case", index, 0, 4)],
        life=np.array([kind.life for kind in words.PRODUCTS], dtype=np.int64)[product],
        tolerance=10 * dice.chance("item.tolerance", product, TOLERANCE_SHARE),
    )


def build_locations(spec: WorldSpec) -> Locations:
    """Build about one location per 25 order lines, at least 240, distributed like the orders."""
    total = max(240, spec.scale // 25)
    kinds, facilities, counts = [], [], []
    for position, facility in enumerate(FACILITIES):
        places = round(total * facility.share)
        for kind, count in ((ACTIVE, places * 6 // 10), (RESERVE, places * 4 // 10), (STAGING, 8), (DOCK, 6)):
            kinds.append(kind)
            facilities.append(position)
            counts.append(max(count, 6))
    sizes = np.array(counts, dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    shape = (len(FACILITIES), DOCK)
    return Locations(
        facility=np.repeat(np.array(facilities, dtype=np.int64), sizes),
        kind=np.repeat(np.array(kinds, dtype=np.int64), sizes),
        rank=np.arange(int(sizes.sum()), dtype=np.int64) - np.repeat(first, sizes),
        first=first.reshape(shape),
        count=sizes.reshape(shape),
    )


def touches(spec: WorldSpec, dice: Dice, entity: str, count: int, every_days: Sequence[int], until: int) -> Ints:
    """Return by [row, event] the creation before all stock, then a change every so many days for ever."""
    index = np.arange(count, dtype=np.int64)
    period = dice.whole(f"{entity}.period", index, every_days[0] * DAY, every_days[1] * DAY)
    age = np.sort(dice.whole(f"{entity}.age", index, 200 * DAY, 600 * DAY))[::-1]
    created = spec.start_us - every_days[1] * DAY - age
    first = spec.start_us - (period * dice.uniform(f"{entity}.phase", index)).astype(np.int64)
    number = (until - spec.start_us) // (every_days[0] * DAY) + 2
    times = first[:, None] + period[:, None] * np.arange(number)
    touched = ~dice.chance(f"{entity}.untouched", index, UNTOUCHED_SHARE)
    return np.column_stack((created, np.where(touched[:, None], times, NEVER)))
