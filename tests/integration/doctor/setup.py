"""A valid configuration for either target, for the misconfigurations in `breakages`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from loader.settings import Settings, load_settings
from loader.simulator import RunningSimulator
from tests.support.oracle_double.server import Server

ROOT = Path(__file__).parents[3]


@dataclass
class Setup:
    """Everything that the checks read.

    Args:
        oracle: the emulated database; None if the target is DuckDB.
        environment: the settings.
    """

    simulator: RunningSimulator
    directory: Path
    patch: pytest.MonkeyPatch
    oracle: Server | None
    environment: dict[str, str]

    @property
    def database(self) -> Path:
        return self.directory / "data" / "warehouse.duckdb"

    @property
    def server(self) -> Server:
        assert self.oracle is not None, "the target is not Oracle"
        return self.oracle

    def settings(self) -> Settings:
        return load_settings(self.environment, env_file=None)


def sound(simulator: RunningSimulator, directory: Path, patch: pytest.MonkeyPatch, *, oracle: bool) -> Setup:
    """Return a valid configuration."""
    environment = {
        "GRUPONOS_WMS__BASE_URL": simulator.url,
        "GRUPONOS_WMS__USERNAME": simulator.username,
        "GRUPONOS_WMS__PASSWORD": simulator.password,
        "GRUPONOS_WMS__RETRIES": "0",
        "GRUPONOS_PIPELINE__WORK_DIR": str(directory / "work"),
        "GRUPONOS_PIPELINE__ENTITIES": "order_hdr,item",
    }
    patch.chdir(ROOT)
    setup = Setup(simulator, directory, patch, Server(19) if oracle else None, environment)
    if not oracle:
        environment["GRUPONOS_TARGET__DUCKDB_PATH"] = str(setup.database)
        return setup
    setup.server.install(patch)
    environment |= {
        "GRUPONOS_TARGET__KIND": "oracle",
        "GRUPONOS_TARGET__ORACLE_USER": setup.server.user.lower(),
        "GRUPONOS_TARGET__ORACLE_PASSWORD": setup.server.password,
        "GRUPONOS_TARGET__ORACLE_HOST": "db.example.com",
        "GRUPONOS_TARGET__ORACLE_SERVICE": "ORCLPDB1",
        "GRUPONOS_TARGET__ORACLE_DB_NAME": setup.server.database,
    }
    return setup
