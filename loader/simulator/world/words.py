"""Words from which names, addresses and articles are made, from `data/words.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from loader.simulator.world.data import read


class City(NamedTuple):
    """A city with its first five-digit postal code (CEP), its telephone area, and how often customers live there."""

    name: str
    state: str
    cep: int
    area: int
    weight: float


class Product(NamedTuple):
    """A kind of article: category code, words, unit cost in cents, days of shelf life (0: none), sizes with grams."""

    category: str
    words: str
    cents: int
    life: int
    sizes: Sequence[tuple[str, int]]


_WORDS: Final = read("words")
_LISTS: Final = {name: tuple(words) for name, words in _WORDS.items()}
GIVEN_NAMES, SURNAMES, STREETS = _LISTS["given_names"], _LISTS["surnames"], _LISTS["streets"]
DISTRICTS, SHOPS, SHOP_NAMES = _LISTS["districts"], _LISTS["shops"], _LISTS["shop_names"]
BRANDS, VARIANTS = _LISTS["brands"], _LISTS["variants"]
CITIES: Final = tuple(City(*city) for city in _LISTS["cities"])
CATEGORIES: Final[dict[str, str]] = _WORDS["categories"]
PRODUCTS: Final = tuple(Product(*kind) for kind in _LISTS["products"])
