"""Rows of company, facility, item, location and of the lookups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np

from loader.simulator.contract import Value
from loader.simulator.world import columns as c
from loader.simulator.world import reference, words
from loader.simulator.world.family import Column, Columns, Family, Moment
from loader.simulator.world.history import History
from loader.simulator.world.masters import ACTIVE, BAYS, LEVELS
from loader.simulator.world.spec import DAY, NEVER, Ints, from_us
from loader.simulator.world.timeline import Timeline

UNTOUCHED_SHARE = 0.1  # creation of master data that never changed


def company(h: History) -> Family:
    """Companies."""
    rows = reference.COMPANIES
    return Family(
        reference.company_ids(),
        h.disturber.ideal(_touched(h, "company", len(rows), (2, 5))),
        {
            **_users("ADMIN"),
            "code": c.word([row.code for row in rows]),
            "name": c.word([row.name for row in rows]),
            "parent_company_id": c.word([row.parent for row in rows]),
            "address_1": c.constant("Avenida Paulista, 1842"),
            "locality": c.constant("Bela Vista"),
            "city": c.constant("São Paulo"),
            "state": c.constant("SP"),
            "zip": c.constant("01310-945"),
            "country": c.constant("BR"),
            "lang": c.constant("pt-BR"),
            "currency_code": c.constant("BRL"),
            "cust_field_1": _revision,
        },
        lambda row: rows[row].code,
    )


def facility(h: History) -> Family:
    """Distribution centres."""
    rows = reference.FACILITIES
    own = ("code", "name", "city", "state", "latitude", "longitude")
    return Family(
        reference.facility_ids(),
        h.disturber.ideal(_touched(h, "facility", len(rows), (2, 6))),
        {
            **_users("ADMIN"),
            **{name: c.word([getattr(row, name) for row in rows]) for name in own[:4]},
            **{name: c.word([Decimal(getattr(row, name)) for row in rows]) for name in own[4:]},
            "parent_company_id": c.constant(reference.COMPANIES[0].id),
            "address_1": c.word([row.address for row in rows]),
            "locality": c.word([row.district for row in rows]),
            "zip": c.word([row.cep for row in rows]),
            "country": c.constant("BR"),
            "phone_nbr": c.word([row.phone for row in rows]),
            "email": c.word([f"{row.code.lower()}@exemplo.com.br" for row in rows]),
            "lang": c.constant("pt-BR"),
            "time_zone_id": c.word([row.time_zone for row in rows]),
            "wms_managed_flg": c.constant(True),
            "accept_transfer_shipment_flg": c.constant(True),
            "default_ship_via_code": c.constant("RODO01"),
            "cust_field_1": _revision,
        },
        lambda row: rows[row].code,
    )


def item_codes(h: History) -> list[str]:
    """By item, its code: category and number."""
    return [f"{words.PRODUCTS[kind].category}{10_000 + row}" for row, kind in enumerate(h.items.product.tolist())]


def item(h: History) -> Family:
    """Articles; their cost moves a little with every change."""
    items = h.items
    index = np.arange(len(items.company), dtype=np.int64)
    codes = item_codes(h)
    return Family(
        h.item_ids,
        h.disturber.timeline("item", _touched(h, "item", len(index), (8, 45))),
        {
            **_users("MERCHANDISING"),
            "company_id": c.number(reference.company_ids()[items.company]),
            "code": c.word(codes),
            "item_alternate_code": c.serial("78961%07d", 1_000_000),
            "part_a": c.word(codes),
            "barcode": c.serial("78961%08d", 10_000_000, 37),
            "description": c.word(_descriptions(h)),
            "short_descr": c.word([words.PRODUCTS[product].words for product in items.product.tolist()]),
            "brand": c.word(words.BRANDS, items.brand),
            "currency_code": c.constant("BRL"),
            "velocity_code": c.word(("A", "B", "C"), _velocity(items.count)),
            **_measures(h),
            **_hierarchy(h),
        },
        codes.__getitem__,
    )


def _descriptions(h: History) -> list[str]:
    items = h.items
    texts = []
    columns = (items.product, items.brand, items.variant, items.size)
    for product, brand, variant, size in zip(*(column.tolist() for column in columns), strict=True):
        kind = words.PRODUCTS[product]
        parts = (kind.words, words.BRANDS[brand], words.VARIANTS[variant], kind.sizes[size][0])
        texts.append(" ".join(part for part in parts if part))
    return texts


def _velocity(count: Ints) -> Ints:
    """A for the first fifth of a company's items, B for the next three tenths, C for the rest."""
    place = np.concatenate([np.arange(size) / size for size in count.tolist()])
    return np.searchsorted([0.2, 0.5], place, side="right").astype(np.int64)


def _measures(h: History) -> Columns:
    items = h.items
    edge = 4 + items.grams // 400

    def cost(percent: int) -> Column:
        def compute(moment: Moment) -> Sequence[Value]:
            cents = items.cents[moment.index] * percent * (100 + moment.last % 7) // 10_000
            return [Decimal(value).scaleb(-2) for value in cents.tolist()]

        return compute

    return {
        "unit_cost": cost(100),
        "net_cost": cost(92),
        "retail_price": cost(155),
        "unit_length": c.decimal(edge + 3),
        "unit_width": c.decimal(edge),
        "unit_height": c.decimal(edge + 5),
        "unit_weight": c.scaled(items.grams, 3),
        "unit_volume": c.decimal(edge * (edge + 3) * (edge + 5)),
        "std_pack_qty": c.constant(Decimal(1)),
        "std_case_qty": c.decimal(items.case),
        "max_case_qty": c.decimal(items.case),
        "product_life": c.number(items.life),
        "conveyable": c.constant(True),
        "sortable": c.constant(True),
        "host_aware_item_flg": c.constant(True),
        "putaway_type": c.constant("SECO"),
    }


def _hierarchy(h: History) -> Columns:
    codes = [kind.category for kind in words.PRODUCTS]
    return {
        "hierarchy1_code": c.word(codes, h.items.product),
        "hierarchy1_description": c.word([words.CATEGORIES[code] for code in codes], h.items.product),
        "hierarchy2_code": c.label("SUB%02d", h.items.product),
        "hierarchy2_description": c.word([kind.words for kind in words.PRODUCTS], h.items.product),
        "group_code": c.word(codes, h.items.product),
    }


def location(h: History) -> Family:
    """Places; a change is a cycle count."""
    places = h.locations
    rank, kind = places.rank, places.kind
    index = np.arange(len(kind), dtype=np.int64)
    letters = tuple(code for code, _ in reference.LOCATION_TYPES.values())
    counter = c.label("INV%02d", index % 12)
    return Family(
        h.location_ids,
        h.disturber.timeline("location", _touched(h, "location", len(index), (14, 60))),
        {
            **_users("SETUP"),
            "facility_id": c.number(reference.facility_ids()[places.facility]),
            "area": c.word(letters, kind - 1),
            "aisle": c.label("%02d", rank // (BAYS * LEVELS) + 1),
            "bay": c.label("%02d", rank // LEVELS % BAYS + 1),
            "level": c.label("%02d", rank % LEVELS + 1),
            "locn_str": c.word(h.location_labels),
            "barcode": c.word([label.replace("-", "") for label in h.location_labels]),
            "type_id": c.number(kind),
            "allow_multi_sku": c.constant(True),
            "max_units": c.decimal(np.where(kind == ACTIVE, 400, 2000)),
            "max_lpns": c.number(np.where(kind == ACTIVE, 0, 4)),
            "max_volume": c.constant(Decimal(1_500_000)),
            "length": c.constant(Decimal(120)),
            "width": c.constant(Decimal(100)),
            "height": c.constant(Decimal(125)),
            "pick_seq": c.number(10 * (rank + 1)),
            "putaway_seq": c.number(10 * (rank + 1)),
            "alloc_zone": c.word(letters, kind - 1),
            "pick_zone": c.label("Z%d", places.zone + 1),
            "last_count_ts": _last_touch,
            "last_count_user": lambda moment: _if_touched(moment, counter(moment), ""),
        },
        h.location_labels.__getitem__,
    )


def lookup(table: dict[int, str]) -> Family:
    """Codes with their meaning; no audit fields."""
    return _static(table, {"description": c.word(list(table.values()))}, list(table.values()))


def coded_lookup(table: dict[int, tuple[str, str]]) -> Family:
    """Codes with a short and a long meaning; no audit fields."""
    codes = [code for code, _ in table.values()]
    texts = [text for _, text in table.values()]
    return _static(table, {"code": c.word(codes), "description": c.word(texts)}, texts)


def _static(table: Iterable[int], columns: Columns, texts: list[str]) -> Family:
    ids = np.array(list(table), dtype=np.int64)
    timeline = Timeline.ideal(np.zeros((len(ids), 1), dtype=np.int64))
    return Family(ids, timeline, columns, texts.__getitem__, dated=False)


def _touched(h: History, entity: str, count: int, every_days: tuple[int, int]) -> Ints:
    """Creation before the history, then a change every so many days for ever."""
    index = np.arange(count, dtype=np.int64)
    period = h.dice.whole(f"{entity}.period", index, every_days[0] * DAY, every_days[1] * DAY)
    age = np.sort(h.dice.whole(f"{entity}.age", index, DAY, 500 * DAY))[::-1]
    created = h.spec.start_us - every_days[1] * DAY - age
    first = h.spec.start_us - (period * h.dice.uniform(f"{entity}.phase", index)).astype(np.int64)
    touches = (h.until - h.spec.start_us) // (every_days[0] * DAY) + 2
    times = first[:, None] + period[:, None] * np.arange(touches)
    touched = ~h.dice.chance(f"{entity}.untouched", index, UNTOUCHED_SHARE)
    return np.column_stack((created, np.where(touched[:, None], times, NEVER)))


def _users(owner: str) -> Columns:
    return {"create_user": c.constant(owner), "mod_user": c.constant(owner)}


def _revision(moment: Moment) -> Sequence[Value]:
    return [f"REV {event}" for event in moment.last.tolist()]


def _last_touch(moment: Moment) -> Sequence[Value]:
    touched = moment.at[np.arange(len(moment.last)), moment.last]
    return _if_touched(moment, [from_us(value) for value in touched.tolist()], None)


def _if_touched(moment: Moment, values: Sequence[Value], before: Value) -> Sequence[Value]:
    return [value if event else before for value, event in zip(values, moment.last.tolist(), strict=True)]
