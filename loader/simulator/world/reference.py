"""Companies and facilities, which are the same in every warehouse, from `data/static.toml`."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from loader.simulator.world.data import read


class Company(NamedTuple):
    """A company; `share` of the orders are its own."""

    id: int
    code: str
    share: float


class Facility(NamedTuple):
    """A distribution centre; `share` of the orders leave from it; `time_zone` is a key of TIME_ZONES."""

    id: int
    code: str
    time_zone: int
    share: float


def _rows(entity: str, *names: str) -> list[tuple[Any, ...]]:
    table = read("static")[entity]
    places = [table["columns"].split().index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table["rows"]]


TIME_ZONES: Final = {25: "America/Sao_Paulo", 26: "America/Manaus", 27: "America/Recife"}
COMPANIES: Final = tuple(Company(*row) for row in _rows("company", "id", "code", "share"))
FACILITIES: Final = tuple(Facility(*row) for row in _rows("facility", "id", "code", "time_zone_id", "share"))

FACILITY_IDS: Final = np.array([facility.id for facility in FACILITIES], dtype=np.int64)
COMPANY_IDS: Final = np.array([company.id for company in COMPANIES], dtype=np.int64)
