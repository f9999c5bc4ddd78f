"""Customers and suppliers: names, addresses, telephones, each drawn independently from the seed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from loader.simulator.world import words
from loader.simulator.world.dice import Dice
from loader.simulator.world.family import Column
from loader.simulator.world.spec import Ints

T = TypeVar("T")

BUSINESS_SHARE = 0.55


Customer = Mapping[str, str]
"""A customer: its number, and the ends of the names of the fields of an order that show it, such as ``addr2``."""


class People:
    """Customers by number; a number always means the same person."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._known: dict[int, Customer] = {}

    def column(self, customers: Ints, name: str) -> Column:
        """Return the column with a fact of customers, given by row."""
        return lambda moment: [self.customer(who)[name] for who in customers[moment.index].tolist()]

    def customer(self, number: int) -> Customer:
        """Return the customer, drawn on first use."""
        if number not in self._known:
            self._known[number] = self._draw(number)
        return self._known[number]

    def _draw(self, number: int) -> Customer:
        roll = _Roll(self._dice, number)
        city = words.CITIES[roll.weighted([city.weight for city in words.CITIES])]
        given, surname = roll.choice(words.GIVEN_NAMES), roll.choice(words.SURNAMES)
        person = f"{given} {surname}"
        is_business = roll.below(100) < 100 * BUSINESS_SHARE
        shop = f"{roll.choice(words.SHOPS)} {roll.choice(words.SHOP_NAMES)} Ltda"
        phone = f"({city.area}) 9{roll.between(6000, 9999)}-{roll.between(0, 9999):04d}"
        return {
            "nbr": f"C{100_000 + number}",
            "name": shop if is_business else f"{person} {roll.choice(words.SURNAMES)}",
            "contact": person,
            "phone_nbr": phone,
            "email": f"{plain(given)}.{plain(surname)}{number}@exemplo.com.br",
            "addr": f"{roll.choice(words.STREETS)}, {roll.between(10, 2990)}",
            "addr2": f"Loja {roll.between(1, 40)}" if is_business else f"Apto {roll.between(11, 204)}",
            "addr3": roll.choice(words.DISTRICTS),
            "city": city.name,
            "state": city.state,
            "zip": f"{city.cep + roll.below(90):05d}-{roll.below(1000):03d}",
        }


class _Roll:
    """A series of draws for one number."""

    def __init__(self, dice: Dice, number: int) -> None:
        self._units = iter(dice.uniform("customer", number * 16 + np.arange(16, dtype=np.int64)).tolist())

    def below(self, limit: int) -> int:
        return int(next(self._units) * limit)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def choice(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def weighted(self, weights: Sequence[float]) -> int:
        target = next(self._units) * sum(weights)
        for position, weight in enumerate(weights):
            target -= weight
            if target < 0:
                return position
        return len(weights) - 1


def plain(text: str) -> str:
    """Return lower case text without accents, as in e-mail addresses."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
