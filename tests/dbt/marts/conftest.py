"""Fixtures of the mart tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.marts.full_world import FullWorld, full_world_in
from tests.dbt.marts.warehouse import Warehouse
from tests.support.harness import DbtProject, RawDatabase


@pytest.fixture
def warehouse(raw_db: RawDatabase, dbt_project: DbtProject) -> Warehouse:
    """A warehouse with master data and no orders, for one test."""
    warehouse = Warehouse(raw_db, dbt_project)
    warehouse.open()
    return warehouse


@pytest.fixture(scope="module")
def shared_warehouse(dbt_work_dir: Path) -> Warehouse:
    """A warehouse shared by a module's tests, which only read what its common history left."""
    path = dbt_work_dir / "warehouse.duckdb"
    for file in (path, path.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)
    warehouse = Warehouse(RawDatabase(path), DbtProject(dbt_work_dir))
    warehouse.open()
    return warehouse


@pytest.fixture(scope="session")
def full_world(dbt_work_dir: Path) -> FullWorld:
    """The whole project, built once for all processes."""
    return full_world_in(dbt_work_dir / "full")
