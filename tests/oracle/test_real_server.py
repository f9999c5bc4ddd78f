"""The scenarios of the double against a real server: `python -m tests.oracle.real_server`.

The schema must be empty: what the suite makes there it drops, and it touches nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from loader.settings import Settings, load_settings
from loader.target import Target, open_target
from tests.landing.conftest import Loads
from tests.oracle.scenarios import SCENARIOS

DSN, USER, PASSWORD = "WMS_ELT_ORACLE_DSN", "WMS_ELT_ORACLE_USER", "WMS_ELT_ORACLE_PASSWORD"
COLUMNS = "entity_id, mod_ts, facility_id, company_id, content_hash, is_deleted, read_order"

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(DSN not in os.environ, reason=f"{DSN} names no server; nothing ran on a real Oracle"),
]


class ServerLoads(Loads):
    """Runs loads of a fake WMS into the server named in the environment."""

    def settings(self) -> Settings:
        environment = {
            "GRUPONOS_TARGET__KIND": "oracle",
            "GRUPONOS_TARGET__ORACLE_DSN": os.environ[DSN],
            "GRUPONOS_TARGET__ORACLE_USER": os.environ[USER],
            "GRUPONOS_TARGET__ORACLE_PASSWORD": os.environ[PASSWORD],
            "GRUPONOS_PIPELINE__WORK_DIR": str(self.work_dir),
            "GRUPONOS_PIPELINE__ENTITIES": ",".join(self.wms.rows),
            **self.options,
        }
        return load_settings(environment, env_file=None)


def own_tables(target: Target) -> list[str]:
    return [str(name) for (name,) in target.fetch("select table_name from user_tables")]


@pytest.fixture
def server_loads(tmp_path: Path) -> Iterator[ServerLoads]:
    loads = ServerLoads(tmp_path)
    with open_target(loads.settings()) as target:
        assert own_tables(target) == [], "the schema is not empty: name a user without tables"
    yield loads
    with open_target(loads.settings()) as target:
        for table in own_tables(target):
            target.execute(f'drop table "{table}" purge')


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_raw_tables_are_those_of_duckdb(
    scenario: Callable[[Loads], None], server_loads: ServerLoads, tmp_path: Path
) -> None:
    (tmp_path / "duckdb").mkdir()
    on_duckdb = Loads(tmp_path / "duckdb")
    scenario(on_duckdb)
    scenario(server_loads)
    with open_target(server_loads.settings()) as target:
        for entity in server_loads.wms.rows:
            size = {"oracle": "dbms_lob.getlength(doc)", "duckdb": "strlen(doc)"}
            query = "select {columns}, {size} from {table} order by read_order"
            found = target.fetch(query.format(columns=COLUMNS, size=size["oracle"], table=target.raw(entity)))
            expected: list[tuple[Any, ...]] = on_duckdb.query(
                query.format(columns=COLUMNS, size=size["duckdb"], table=f"wms_raw.{entity}")
            )
            assert found == expected, entity
