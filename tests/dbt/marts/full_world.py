"""The whole project, built twice on a small simulated warehouse with all entities of the profile `full`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loader.settings.profiles import PROFILES
from loader.simulator.world import WarehouseWorld, WorldSpec
from tests.dbt.marts.simulated import Landing, documents
from tests.dbt.marts.warehouse import Warehouse
from tests.support.built_once import built_once
from tests.support.harness import REPOSITORY, DbtProject, RawDatabase

AT = datetime(2026, 5, 6, 12, tzinfo=UTC)
READ_AT = (AT - timedelta(hours=6), AT)
"""Instants of the two builds."""
BUILT_AT = (("+config.materialized:incremental", "+config.materialized:snapshot", "+dock_appointments"), ("*",))
"""What each build selects: the first one only what the next one reads as it was, with what that reads."""
SPEC = WorldSpec(origin=AT, scale=1500, days=5)
FILE = "warehouse.duckdb"
"""Views contain the name of their file."""
INPUTS = (
    *("dbt_project", "loader/simulator", "loader/settings/profiles.py", "loader/warehouse/schema.py"),
    *("profiles.yml.example", "uv.lock", "tests/support/harness.py"),
    *("tests/dbt/marts/full_world.py", "tests/dbt/marts/simulated.py", "tests/dbt/marts/warehouse.py"),
)


@dataclass(frozen=True)
class FullWorld:
    """A built warehouse. Tests only read it.

    Args:
        world: the simulated warehouse.
        raw: its raw tables and models after the second build.
        before: the file after the first build.
    """

    world: WarehouseWorld
    raw: RawDatabase
    before: Path
    _documents: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)

    def records(self, sql: str) -> list[dict[str, Any]]:
        """Return rows of a query as mappings from column to value. Marts are in the schema `wms`."""
        return self.raw.records(sql)

    def documents(self, entity: str) -> dict[int, dict[str, Any]]:
        """Return an entity's documents by id, as the WMS sends them."""
        if entity not in self._documents:
            self._documents[entity] = documents(self.world, entity, AT)
        return self._documents[entity]


def full_world_in(work_dir: Path) -> FullWorld:
    """Return a copy of the warehouse, whose file belongs to the caller."""
    built = built_once("full-world", [REPOSITORY / path for path in INPUTS], _build)
    shutil.copytree(built, work_dir)
    raw = RawDatabase(work_dir / "after" / FILE, is_new=False)
    return FullWorld(WarehouseWorld(SPEC), raw, work_dir / "before" / FILE)


def _build(folder: Path) -> None:
    """Land two instants six hours apart and build BUILT_AT after each, without tests."""
    world, path, work = WarehouseWorld(SPEC), folder / "after" / FILE, folder / "dbt"
    path.parent.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WMS_ELT_DUCKDB_PATH", str(path))
        patch.setenv("WMS_ELT_DBT_SCHEMA", "wms")
        patch.setenv("WMS_ELT_RAW_SCHEMA", "wms_raw")
        raw = RawDatabase(path)
        entities = [entity for entity in PROFILES["full"] if entity in world.entities]
        landing, warehouse = Landing(world, raw, entities), Warehouse(raw, DbtProject(work))
        for at, selected in zip(READ_AT, BUILT_AT, strict=True):
            if at != READ_AT[0]:
                shutil.copytree(path.parent, folder / "before")
            landing.land(at)
            warehouse.build(select=selected)
    shutil.rmtree(work)
