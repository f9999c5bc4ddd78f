"""Sources: Items and what the WMS stores about them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world import words
from loader.simulator.world.family import Column
from loader.simulator.world.history import History
from loader.simulator.world.masters import touches
from loader.simulator.world.reference import COMPANIES, FACILITIES
from loader.simulator.world.sources.shared import long_ago, numbered, once
from loader.simulator.world.spec import NEVER, SECOND, Ints
from loader.simulator.world.tables.declared import Source, source


@source("items")
def _items(h: History) -> Source:
    items = h.items
    count = len(items.company)
    kinds = len(words.PRODUCTS)
    category = _categories_of_products()[items.product]
    facts: dict[str, Ints | Column] = {
        "item": numbered(count),
        "net_cents": items.cents * 92 // 100,
        "retail_cents": items.cents * 155 // 100,
        "case": items.case,
        "case_milli": items.case * items.grams,
        "case_volume": items.case * items.volume,
        "life": items.life,
        "acceptable": np.where(items.life > 0, 30, 0),
        "brand": c.word(words.BRANDS, items.brand),
        "season": c.constant("ANUAL"),
        "velocity": c.word(("A", "B", "C"), _velocity(items.count)),
        "is_light": (items.grams < 4000).astype(np.int64),
        "is_perishable": (items.life > 0).astype(np.int64),
        "is_serial": is_serial(h, numbered(count)),
        "category": items.company * len(words.CATEGORIES) + category,
        "level_1": items.company * len(words.CATEGORIES) + category,
        "level_2": len(COMPANIES) * len(words.CATEGORIES) + items.company * kinds + items.product,
    }
    touched = touches(h.spec, h.dice, "item", count, (8, 45), h.until)
    return Source(("created", "changed"), touched[:, :2] + SECOND * (touched[:, :2] != NEVER), facts)


def is_serial(h: History, item: Ints) -> Ints:
    """Return 1 for items whose units have serial numbers."""
    electric = np.array([kind.category == "ELET" for kind in words.PRODUCTS])
    return electric[h.items.product[item]].astype(np.int64)


def _velocity(count: Ints) -> Ints:
    """A for the first fifth of a company's items, B for the next three tenths, C for the rest."""
    place = np.concatenate([np.arange(size) / size for size in count.tolist()])
    return np.searchsorted([0.2, 0.5], place, side="right").astype(np.int64)


def _categories_of_products() -> Ints:
    codes = list(words.CATEGORIES)
    return np.array([codes.index(kind.category) for kind in words.PRODUCTS], dtype=np.int64)


@source("assortment")
def _assortment(h: History) -> Source:
    item = np.repeat(numbered(len(h.items.company)), len(FACILITIES))
    facts: dict[str, Ints | Column] = {
        "item": item,
        "facility": numbered(len(item)) % len(FACILITIES),
        "velocity": c.word(("A", "B", "C"), _velocity(h.items.count)[item]),
        "most": h.items.case[item] * 40,
    }
    return once(long_ago(h, len(item)), facts)


@source("categories")
def _categories(h: History) -> Source:
    return _of_companies(h, words.CATEGORIES)


@source("subcategories")
def _subcategories(h: History) -> Source:
    return _of_companies(h, {f"SUB{row:02d}": product.words for row, product in enumerate(words.PRODUCTS)})


def _of_companies(h: History, texts: Mapping[str, str]) -> Source:
    """Return the same groups of items, by code, for every company."""
    company, group = np.divmod(numbered(len(COMPANIES) * len(texts)), len(texts))
    code, text = c.word(tuple(texts), group), c.word(tuple(texts.values()), group)
    return once(long_ago(h, len(group)), {"company": company, "code": code, "text": text})
