"""Fixtures of the dbt tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.harness import DbtProject, RawDatabase


@pytest.fixture(scope="session")
def dbt_work_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder for all tests in this process: path and environment never change, so dbt parses once."""
    work_dir = tmp_path_factory.mktemp("dbt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WMS_ELT_DUCKDB_PATH", str(work_dir / "warehouse.duckdb"))
        patch.setenv("WMS_ELT_DBT_SCHEMA", "wms")
        patch.setenv("WMS_ELT_RAW_SCHEMA", "wms_raw")
        yield work_dir


@pytest.fixture
def raw_db(dbt_work_dir: Path) -> RawDatabase:
    """An empty raw database without tables."""
    path = dbt_work_dir / "warehouse.duckdb"
    for file in (path, path.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)
    return RawDatabase(path)


@pytest.fixture
def dbt_project(dbt_work_dir: Path) -> DbtProject:
    """The project on DuckDB."""
    return DbtProject(dbt_work_dir)


@pytest.fixture(scope="session")
def oracle_work_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for nodes compiled for Oracle."""
    return tmp_path_factory.mktemp("oracle")
