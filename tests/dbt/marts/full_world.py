"""The whole project, built once on a small simulated warehouse with all entities of the profile `full`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loader.settings.profiles import PROFILES
from loader.simulator.world import WarehouseWorld, WorldSpec
from tests.dbt.marts.simulated import Landing
from tests.dbt.marts.warehouse import Warehouse
from tests.support.harness import DbtProject, RawDatabase

AT = datetime(2026, 5, 6, 12, tzinfo=UTC)
SPEC = WorldSpec(origin=AT, scale=1500, days=5)


@dataclass(frozen=True)
class FullWorld:
    """A built warehouse. Tests only read it.

    Args:
        world: the simulated warehouse.
        landing: documents as of the second of two builds, by entity.
    """

    world: WarehouseWorld
    landing: Landing
    raw: RawDatabase

    def records(self, sql: str) -> list[dict[str, Any]]:
        """Return rows of a query as mappings from column to value. Marts are in the schema `wms`."""
        return self.raw.records(sql)

    def documents(self, entity: str) -> dict[int, dict[str, Any]]:
        """Return an entity's documents by id, as the WMS sends them."""
        return self.landing.current(entity)


def build_full_world(work_dir: Path) -> FullWorld:
    """Land two instants six hours apart and build after each, without tests."""
    world = WarehouseWorld(SPEC)
    path = work_dir / "full" / "warehouse.duckdb"
    path.parent.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WMS_ELT_DUCKDB_PATH", str(path))
        raw = RawDatabase(path)
        entities = [entity for entity in PROFILES["full"] if entity in world.entities]
        landing, warehouse = Landing(world, raw, entities), Warehouse(raw, DbtProject(work_dir))
        for at in (AT - timedelta(hours=6), AT):
            landing.land(at)
            warehouse.build(select=("*",))
    return FullWorld(world, landing, raw)
