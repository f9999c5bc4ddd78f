"""Helpers and figures that several sources share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from loader.simulator.world.family import Column
from loader.simulator.world.history import History
from loader.simulator.world.spec import Ints
from loader.simulator.world.tables.declared import Source
from loader.simulator.world.tables.static import AGE

VIAS, DOCKS = 5, 6
PARCEL = 3  # position of the parcel service in ship_via
LATE_DEPARTURES = (0.05, 0.14, 0.03, 0.08, 0.0)  # share of loads that leave late, by shipping service
INSTRUCTIONS = ("Entregar das 8h às 12h", "Agendar descarga por telefone", "Não empilhar", "Exigir canhoto assinado")
SERIAL_LOT, FIRST_SERIAL = 8, 5_500_000  # units of a lot with a serial number


def once(created: Ints, facts: Mapping[str, Ints | Column]) -> Source:
    """Return rows that are created and never change."""
    return Source(("created",), created[:, None], facts)


def long_ago(h: History, count: int) -> Ints:
    """Return an instant before the world begins, for each row."""
    return np.full(count, h.spec.start_us - AGE, dtype=np.int64)


def numbered(count: int) -> Ints:
    """Return the positions of the rows, from 0."""
    return np.arange(count, dtype=np.int64)
