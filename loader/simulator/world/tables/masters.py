"""Rows of item and location."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from loader.simulator.contract import Value
from loader.simulator.world import columns as c
from loader.simulator.world import words
from loader.simulator.world.family import Columns, Family, Moment
from loader.simulator.world.history import History
from loader.simulator.world.masters import ACTIVE, BAYS, LEVELS, RESERVE, touches
from loader.simulator.world.reference import COMPANY_IDS, FACILITY_IDS
from loader.simulator.world.spec import from_us
from loader.simulator.world.tables.declared import fixed
from loader.simulator.world.tables.static import owned

NO_LIMIT = 9_999_999
LOCKED_SHARE, LIMITED_SHARE = 0.012, 0.3  # locations with a lock, and with a maximum of units
MOST_UNITS = (1500, 3000)  # in an active and in a reserve location


def item(h: History) -> Family:
    """Articles; their cost moves a little with every change."""
    items = h.items
    index = np.arange(len(items.company), dtype=np.int64)
    codes = h.item_codes
    return Family(
        h.ids("item"),
        h.disturber.timeline("item", touches(h.spec, h.dice, "item", len(index), (8, 45), h.until)),
        {
            **fixed(h, "item"),
            "company_id": c.number(COMPANY_IDS[items.company]),
            "code": c.word(codes),
            "part_a": c.word(codes),
            "description": c.word(h.item_descriptions),
            "short_descr": c.word([words.PRODUCTS[product].words for product in items.product.tolist()]),
            "packing_tolerance_percent": c.decimal(items.tolerance),
            "putawaytype_id": c.number(1 + (items.grams < 200) + 2 * (items.grams > 4000)),
            **_measures(h),
        },
        codes.__getitem__,
    )


def _measures(h: History) -> Columns:
    items = h.items
    edge = np.maximum(2, np.cbrt(items.volume).round().astype(np.int64))

    def cost(moment: Moment) -> Sequence[Value]:
        cents = items.cents[moment.index] * (100 + moment.last % 7) // 100
        return [Decimal(value).scaleb(-2) for value in cents.tolist()]

    return {
        "unit_cost": cost,
        "unit_length": c.decimal(edge + 1),
        "unit_width": c.decimal(edge),
        "unit_height": c.decimal(edge),
        "unit_weight": c.scaled(items.grams, 3),
        "unit_volume": c.decimal(items.volume),
    }


def location(h: History) -> Family:
    """Places; a change is a cycle count."""
    places = h.locations
    rank, kind = places.rank, places.kind
    index = np.arange(len(kind), dtype=np.int64)
    letters = tuple(row.code for row in h.codes.rows("location_type"))
    counter = c.label("INV%02d", index % 12)
    return Family(
        h.ids("location"),
        h.disturber.timeline("location", h.location_touches),
        {
            **fixed(h, "location"),
            "facility_id": c.number(FACILITY_IDS[places.facility]),
            "area": c.word(letters, kind - 1),
            "aisle": c.label("%02d", rank // (BAYS * LEVELS) + 1),
            "bay": c.label("%02d", rank // LEVELS % BAYS + 1),
            "level": c.label("%02d", rank % LEVELS + 1),
            "locn_str": c.word(h.location_labels),
            "barcode": c.word([label.replace("-", "") for label in h.location_labels]),
            "type_id": c.number(kind),
            **_capacity(h),
            "pick_seq": c.label("%06d", 10 * (rank + 1)),
            "putaway_seq": c.label("%06d", 10 * (rank + 1)),
            "alloc_zone": c.word(letters, kind - 1),
            "pick_zone": c.label("Z%d", places.zone + 1),
            "last_count_ts": _last_touch,
            "last_count_user": lambda moment: _if_touched(moment, counter(moment), ""),
        },
        h.location_labels.__getitem__,
    )


def _capacity(h: History) -> Columns:
    """Capacities: by default a location has no limit but its volume."""
    places = h.locations
    rows = np.arange(len(places.kind), dtype=np.int64)
    stores = places.kind <= RESERVE
    locked = stores & h.dice.chance("location.locked", rows, LOCKED_SHARE)
    counted = stores & h.dice.chance("location.limited", rows, LIMITED_SHARE)
    limit = c.decimal(np.where(places.kind == ACTIVE, *MOST_UNITS))
    return {
        "max_units": c.where(counted, limit, c.constant(Decimal(NO_LIMIT))),
        "max_volume": c.decimal(places.volume),
        "length": c.decimal(places.volume // (100 * 100)),
        "lock_code_id": c.where(locked, c.constant(owned(2, np.zeros(1, dtype=np.int64))[0].item()), c.constant(None)),
        "locn_size_type_id": c.number(np.where(places.kind == ACTIVE, 1, 2)),
    }


def _last_touch(moment: Moment) -> Sequence[Value]:
    touched = moment.at[np.arange(len(moment.last)), moment.last]
    return _if_touched(moment, [from_us(value) for value in touched.tolist()], None)


def _if_touched(moment: Moment, values: Sequence[Value], before: Value) -> Sequence[Value]:
    return [value if event else before for value, event in zip(values, moment.last.tolist(), strict=True)]
