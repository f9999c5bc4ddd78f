"""A small and a default warehouse, shared by all tests because worlds are immutable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from loader.simulator.world import WarehouseWorld, WorldSpec

ORIGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def origin() -> datetime:
    return ORIGIN


@pytest.fixture(scope="session")
def small() -> WarehouseWorld:
    return WarehouseWorld(WorldSpec(origin=ORIGIN, scale=1000))


@pytest.fixture(scope="session")
def world() -> WarehouseWorld:
    return WarehouseWorld(WorldSpec(origin=ORIGIN))


@pytest.fixture(scope="session")
def tables(world: WarehouseWorld) -> Mapping[str, dict[int, Mapping[str, object]]]:
    """Rows of the default warehouse at origin, by entity and id."""
    return {
        entity: {row["id"]: row for row in world.rows(entity, world.ids(entity, ORIGIN), ORIGIN)}
        for entity in world.entities
    }
