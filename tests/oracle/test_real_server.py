"""Tests that can run on a real server: `make test-oracle`.

The schema must be empty. The suite drops what it creates there and changes nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from loader.doctor.warehouse import check_target
from loader.pipeline.session import open_landing
from loader.settings import Settings, load_settings
from loader.warehouse import open_warehouse
from loader.warehouse.oracle import direct_path
from loader.warehouse.oracle.connect import OracleWarehouse
from tests.integration.pipeline.conftest import Loads
from tests.oracle import test_landed
from tests.oracle.minimal_warehouse import WITHOUT_TESTS
from tests.oracle.real_server import DSN, PASSWORD, SELECTION, USER, missing  # noqa: F401 - the condition of the skip
from tests.oracle.scenarios import LONG_AGO, ONE_READER, SCENARIOS
from tests.oracle.warehouse import STEPS, Row, Warehouse, on_duckdb_after
from tests.support.harness import DbtProject

COLUMNS = "entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_order"

pytestmark = [
    pytest.mark.oracle,
    # read when a test starts: the environment may be set after the import
    pytest.mark.skipif("missing(os.environ)", reason=f"{DSN} names no server; nothing ran on a real Oracle"),
    # a server may be far away, and some tests build all models
    pytest.mark.timeout(3600),
]


class ServerLoads(Loads):
    """Runs loads of a fake WMS into the server named in the environment."""

    def settings(self) -> Settings:
        environment = {
            "GRUPONOS_WMS__SIMULATOR": "true",
            "GRUPONOS_TARGET__KIND": "oracle",
            "GRUPONOS_TARGET__ORACLE_DSN": os.environ[DSN],
            "GRUPONOS_TARGET__ORACLE_USER": os.environ[USER],
            "GRUPONOS_TARGET__ORACLE_PASSWORD": os.environ[PASSWORD],
            "GRUPONOS_PIPELINE__WORK_DIR": str(self.work_dir),
            "GRUPONOS_PIPELINE__ENTITIES": ",".join(self.wms.rows) or "item",
            **self.options,
        }
        return load_settings(environment, env_file=None)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query on the raw tables, written for DuckDB's schema."""
        with open_warehouse(self.settings()) as target:
            return target.fetch(sql.replace("wms_raw.", target.raw("")))


def own_objects(target: Warehouse) -> list[tuple[str, str]]:
    """Return kind and name of the user's objects."""
    views = [("view", str(name)) for (name,) in target.fetch("select view_name from user_views")]
    return views + [("table", str(name)) for (name,) in target.fetch("select table_name from user_tables")]


@pytest.fixture
def server_loads(tmp_path: Path) -> Iterator[ServerLoads]:
    loads = ServerLoads(tmp_path)
    with open_warehouse(loads.settings()) as target:
        assert own_objects(target) == [], "the schema is not empty: name a user without tables and views"
    yield loads
    with open_warehouse(loads.settings()) as target:
        for kind, name in own_objects(target):
            target.execute(f'drop {kind} "{name}"' + (" cascade constraints purge" if kind == "table" else ""))


def raw_rows(loads: Loads) -> dict[str, list[Row]]:
    """Return every raw table in read order, documents as bytes."""
    place = COLUMNS.split(", ").index("doc")
    tables = {}
    for entity in loads.wms.rows:
        rows = loads.query(f"select {COLUMNS} from wms_raw.{entity} order by read_order")
        tables[entity] = [(*row[:place], as_bytes(row[place]), *row[place + 1 :]) for row in rows]
    return tables


def as_bytes(document: str | bytes) -> bytes:
    return document.encode() if isinstance(document, str) else document


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_raw_tables_equal_duckdb(scenario: Callable[[Loads], None], server_loads: ServerLoads, tmp_path: Path) -> None:
    (tmp_path / "duckdb").mkdir()
    on_file = Loads(tmp_path / "duckdb")
    for loads in (on_file, server_loads):
        loads.options |= ONE_READER
        scenario(loads)
    assert raw_rows(server_loads) == raw_rows(on_file)


def test_extraction_queries_equal_duckdb(server_loads: ServerLoads, tmp_path: Path) -> None:
    (tmp_path / "duckdb").mkdir()
    found = []
    for loads in (server_loads, Loads(tmp_path / "duckdb")):
        test_landed.load_versions(loads)
        with open_landing(loads.settings()) as session:
            found.append(test_landed.answers(session))
    assert found[0] == found[1]


def test_direct_path_load_lands_same_bytes(
    server_loads: ServerLoads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct_path, "MIN_ROWS", 1)
    (tmp_path / "duckdb").mkdir()
    on_file = Loads(tmp_path / "duckdb")
    server_loads.options["GRUPONOS_TARGET__ORACLE_DIRECT_PATH"] = "true"
    for loads in (on_file, server_loads):
        for row_id, size in enumerate((1, 2_000, 40_000), 1):
            loads.wms.put("item", row_id, LONG_AGO, description="é\u20ac\U0001f4e6" * size)
        loads.run()
    assert raw_rows(server_loads) == raw_rows(on_file)


def test_doctor_passes(server_loads: ServerLoads) -> None:
    wrong = [check for check in check_target(server_loads.settings()) if check.status not in {"ok", "warn"}]
    assert wrong == []


def test_built_models_equal_duckdb(server_loads: ServerLoads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data and unit tests run in the last step."""
    (tmp_path / "duckdb").mkdir()
    selected = os.environ.get(SELECTION, "").split()
    # cautious: no test of a missing model
    selection = ("--select", *selected, "--indirect-selection", "cautious") if selected else ()
    steps = 1 if selection else len(STEPS)
    on_duckdb = on_duckdb_after(tmp_path / "duckdb", steps, *selection, *WITHOUT_TESTS)
    for name, value in server_loads.settings().dbt_environment().items():
        monkeypatch.setenv(name, value)

    def read(model: str) -> tuple[list[str], list[Row]]:
        with open_warehouse(server_loads.settings()) as target:
            assert isinstance(target, OracleWarehouse)
            with target.connection.cursor() as cursor:
                cursor.execute(f"select * from {target.model(model)}", fetch_lobs=False)
                return [column[0].lower() for column in cursor.description], cursor.fetchall()

    project = DbtProject(tmp_path / "dbt", target="oracle")
    project.parse()
    warehouse = Warehouse(server_loads, project, read)
    for number in range(steps):
        warehouse.step(number, *selection, *(WITHOUT_TESTS if number < steps - 1 else ()))
    found = warehouse.contents()
    assert {model for model in on_duckdb[-1] if found[model] != on_duckdb[-1][model]} == set()
