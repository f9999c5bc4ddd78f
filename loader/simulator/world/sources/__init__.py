"""Sources of the declared entities: what happens to their rows, and facts about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from loader.simulator.world.log import LOG_SOURCES
from loader.simulator.world.sources.articles import ARTICLES
from loader.simulator.world.sources.inbound import INBOUND
from loader.simulator.world.sources.people import PEOPLE
from loader.simulator.world.sources.stock_keeping import STOCK_KEEPING
from loader.simulator.world.sources.transport import TRANSPORT
from loader.simulator.world.tables.declared import Source

if TYPE_CHECKING:
    from loader.simulator.world.history import History

SOURCES: Mapping[str, Callable[[History], Source]] = {
    **ARTICLES,
    **INBOUND,
    **TRANSPORT,
    **STOCK_KEEPING,
    **PEOPLE,
    **LOG_SOURCES,
}

__all__ = ["SOURCES"]
