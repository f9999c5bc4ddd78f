"""All entities of a warehouse by name."""

from __future__ import annotations

from collections.abc import Mapping

from loader.simulator.contract import EntitySchema
from loader.simulator.world import reference
from loader.simulator.world.schema import masters, outbound, stock


def schemas() -> Mapping[str, EntitySchema]:
    """Every entity, with the fields of all releases (`Field.since` tells which release added one)."""
    lookups = (masters.lookup(name) for name in reference.LOOKUPS)
    coded = (masters.lookup(name, with_code=True) for name in reference.CODE_LOOKUPS)
    groups = (*masters.schemas(), *outbound.schemas(), *stock.schemas(), *lookups, *coded)
    return {schema.name: schema for schema in groups}
