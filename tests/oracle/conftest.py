"""Runs the loads of tests/integration/pipeline against an Oracle emulator ("double") of either release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dlt.load import Load

from loader.settings import Settings, load_settings
from tests.integration.pipeline.conftest import Loads
from tests.oracle.minimal_warehouse import READER, SmallWarehouse, environment
from tests.support.harness import DbtProject
from tests.support.oracle_double.server import Server
from tests.support.sampling import parameters


class OracleLoads(Loads):
    """Runs loads of a fake WMS into the double."""

    def __init__(self, directory: Path, server: Server) -> None:
        super().__init__(directory)
        self.server = server

    def settings(self) -> Settings:
        environment = {
            "GRUPONOS_TARGET__KIND": "oracle",
            "GRUPONOS_TARGET__ORACLE_USER": self.server.user.lower(),
            "GRUPONOS_TARGET__ORACLE_PASSWORD": self.server.password,
            "GRUPONOS_TARGET__ORACLE_HOST": "db.example.com",
            "GRUPONOS_TARGET__ORACLE_SERVICE": "ORCLPDB1",
            "GRUPONOS_TARGET__ORACLE_DB_NAME": self.server.database,
            "GRUPONOS_PIPELINE__WORK_DIR": str(self.work_dir),
            "GRUPONOS_PIPELINE__ENTITIES": ",".join(self.wms.rows),
            **self.options,
        }
        return load_settings(environment, env_file=None)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Adapt a query written for DuckDB's raw tables, where the document is text."""
        return self.server.rows(re.sub(r"wms_raw\.(\w+)", self._as_on_duckdb, sql))

    def _as_on_duckdb(self, table: re.Match[str]) -> str:
        name = f"{self.server.user}.{table[1]}"
        columns = self.server.catalogue.find(self.server.user, table[1].upper()).columns
        return f"(select * replace (decode(doc) as doc) from {name}) as {table[1]}" if "DOC" in columns else name


@pytest.fixture(scope="session", autouse=True)
def _jobs_are_repeated_at_once() -> Iterator[None]:
    """dlt checks once per second whether to retry a job, and a test with a lost connection does so five times."""
    with pytest.MonkeyPatch.context() as patch:
        often = property(lambda _: 0.05, lambda _, __: None)
        patch.setattr(Load, "_run_loop_sleep_duration", often, raising=False)
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with a `release` argument on both releases. `make test` uses those in the module's RELEASES."""
    if "release" in metafunc.fixturenames:
        releases = parameters((19, 23), getattr(metafunc.module, "RELEASES", (19, 23)))
        metafunc.parametrize("release", releases, indirect=True)


@pytest.fixture
def release(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def server(release: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Install a double of the release in place of the driver's connections."""
    double = Server(release)
    double.install(monkeypatch)
    yield double
    double.close()


@pytest.fixture
def oracle_loads(tmp_path: Path, server: Server) -> OracleLoads:
    return OracleLoads(tmp_path, server)


@pytest.fixture
def loads(oracle_loads: OracleLoads) -> OracleLoads:
    """Alias for the fixture name in tests/integration/pipeline."""
    return oracle_loads


@pytest.fixture(scope="session")
def oracle_project(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    """The project for Oracle, parsed once for all releases and tests in this process."""
    project = DbtProject(tmp_path_factory.mktemp("oracle"), target="oracle")
    with environment(Server(19)):
        project.parse()
    return project


@pytest.fixture
def small(server: Server, oracle_project: DbtProject) -> SmallWarehouse:
    """A double of the release with raw tables to write into."""
    return SmallWarehouse(server, oracle_project)


@pytest.fixture(scope="module")
def small19(oracle_project: DbtProject) -> Iterator[SmallWarehouse]:
    """One double of release 19 for all tests in a module."""
    server = Server(19)
    server.add_user(READER)
    with pytest.MonkeyPatch.context() as patch:
        server.install(patch)
        yield SmallWarehouse(server, oracle_project)
    server.close()
