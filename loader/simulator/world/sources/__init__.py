"""Sources of the declared entities: what happens to their rows, and facts about them."""

from loader.simulator.world.sources import articles, inbound, log, people, stock_keeping, transport

__all__ = ["articles", "inbound", "log", "people", "stock_keeping", "transport"]
