from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from loader.pipeline.load import LoadResult, load
from loader.report import Silent
from loader.settings import Settings, load_settings
from loader.simulator import Clock, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec

# a Monday at nine in Sao Paulo: the busy hours begin
ORIGIN = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass
class Tenant:
    """A simulator with a frozen clock, and the target it is loaded into."""

    simulator: RunningSimulator
    directory: Path

    @property
    def database(self) -> Path:
        return self.directory / "warehouse.duckdb"

    def settings(self, **options: str) -> Settings:
        environment = {
            "GRUPONOS_WMS__BASE_URL": self.simulator.url,
            "GRUPONOS_WMS__USERNAME": self.simulator.username,
            "GRUPONOS_WMS__PASSWORD": self.simulator.password,
            "GRUPONOS_TARGET__DUCKDB_PATH": str(self.database),
            "GRUPONOS_PIPELINE__WORK_DIR": str(self.directory / "work"),
            "GRUPONOS_PIPELINE__SETTLE_SECONDS": "0",
            "GRUPONOS_TARGET__DUCKDB_READ_COPY": "false",
            "GRUPONOS_TARGET__DUCKDB_WAIT_SECONDS": "0",
        }
        return load_settings({**environment, **options}, env_file=None)

    def load(self, *, passes: frozenset[str] = frozenset(), **options: str) -> LoadResult:
        return load(self.settings(**options), stop=threading.Event(), observer=Silent(), forced_passes=passes)

    def advance(self, **step: float) -> datetime:
        return self.simulator.clock.advance(timedelta(**step))

    def documents(self, entity: str) -> list[str]:
        """Return the simulator's documents at this instant, by id."""
        return [document.decode() for document in self.simulator.documents(entity)]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def execute(self, sql: str) -> None:
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(sql)

    def current(self, entity: str) -> list[str]:
        rows = self.query(
            f"""select doc from wms_raw.{entity}
            qualify row_number() over (partition by entity_id order by read_order desc) = 1 and is_deleted = 0
            order by entity_id"""
        )
        return [document for (document,) in rows]


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    with served_tenant(tmp_path) as served:
        yield served


@contextmanager
def served_tenant(directory: Path) -> Iterator[Tenant]:
    """This machine's clock, as far as the loader compares it with the WMS's, shows the simulator's time."""
    config = SimulatorConfig(world=WorldSpec(scale=1000, days=5, origin=ORIGIN))
    with (
        serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator,
        pytest.MonkeyPatch.context() as patch,
    ):
        for module in ("loader.wms.times", "loader.extract.context"):
            patch.setattr(f"{module}.local_now", lambda: simulator.clock.now().replace(microsecond=0))
        yield Tenant(simulator, directory)
