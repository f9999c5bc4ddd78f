"""Before dbt runs, leftovers of failed builds and earlier releases are cleaned up, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.dbt.relations import relation_names
from loader.report import Silent
from loader.runs.before_build import before_build
from loader.warehouse import open_warehouse
from tests.oracle.conftest import OracleLoads
from tests.support.harness import REPOSITORY
from tests.support.oracle_double import execute
from tests.support.oracle_double.server import Server

STAGED = "create table {} (item_id number(19), read_order number(19))"


class Notes(Silent):
    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, text: str) -> None:
        self.texts.append(text)


def run(server: Server, *statements: str) -> None:
    session = server.logon(server.user, server.password)
    for statement in statements:
        execute.run(session, statement)
    session.commit()
    session.end()


def tables(server: Server) -> set[str]:
    return {name for _, name in server.catalogue.relations}


def prepare(loads: OracleLoads) -> list[str]:
    loads.wms.rows.setdefault("item", {})
    notes = Notes()
    before_build(loads.settings(), notes, REPOSITORY)
    return notes.texts


def test_table_without_successor_is_restored_with_indexes(oracle_loads: OracleLoads) -> None:
    server = oracle_loads.server
    run(
        server,
        STAGED.format("stg_wms__item__dbt_backup"),
        "create index ix_stg_wms__item__read_order on stg_wms__item__dbt_backup (read_order)",
        "insert into stg_wms__item__dbt_backup (item_id, read_order) values (1, 1)",
    )
    [note] = prepare(oracle_loads)
    assert "restored stg_wms__item" in note
    assert tables(server) == {"STG_WMS__ITEM"}
    assert server.rows("select item_id from WMS_ELT.STG_WMS__ITEM") == [(1,)]
    assert [index.name for index in server.catalogue.indexes_of("WMS_ELT", "STG_WMS__ITEM")] == [
        "IX_STG_WMS__ITEM__READ_ORDER"
    ]


def test_backup_with_successor_is_removed(oracle_loads: OracleLoads) -> None:
    run(
        oracle_loads.server,
        STAGED.format("stg_wms__item"),
        STAGED.format("stg_wms__item__dbt_backup"),
        STAGED.format("dim_item__dbt_tmp"),
    )
    assert len(prepare(oracle_loads)) == 2
    assert tables(oracle_loads.server) == {"STG_WMS__ITEM"}
    assert prepare(oracle_loads) == []


def test_temporary_tables_of_failed_build_are_removed(oracle_loads: OracleLoads) -> None:
    gtt = "create global temporary table {} (a number) on commit preserve rows"
    kept = ["o$pt_of_another_project123456123456", "o$pt_stg_wms__item1234", "stg_wms__item_of_mine", "a__dbt_backup"]
    run(
        oracle_loads.server,
        *(gtt.format(f"o$pt_{name}123456123456") for name in ("stg_wms__item", "item_history", "orders")),
        *(gtt.format(name) for name in kept),
    )
    assert len(prepare(oracle_loads)) == 3
    assert tables(oracle_loads.server) == {name.upper() for name in kept}


def test_running_pipeline_blocks_cleanup(oracle_loads: OracleLoads) -> None:
    oracle_loads.wms.rows["item"] = {}
    with open_warehouse(oracle_loads.settings()) as target:
        target.ensure_run_tables()
        target.execute(f"insert into {target.raw('elt_lock')} (lock_name) values ('another')")
    run(oracle_loads.server, STAGED.format("stg_wms__item__dbt_backup"))
    assert prepare(oracle_loads) == []
    assert "STG_WMS__ITEM__DBT_BACKUP" in tables(oracle_loads.server)


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ("inventory_id number(19), dbt_scd_id varchar2(64)", "INVENTORY_RECORD_HISTORY"),
        # a raw table to which dbt added columns in an earlier release
        ("entity_id number(19), doc blob, dbt_scd_id varchar2(64)", "INVENTORY_HISTORY"),
    ],
)
def test_stock_snapshot_is_renamed(oracle_loads: OracleLoads, columns: str, name: str) -> None:
    run(oracle_loads.server, f"create table inventory_history ({columns})")
    prepare(oracle_loads)
    assert tables(oracle_loads.server) == {name}


def test_relation_names_are_read_from_files(tmp_path: Path) -> None:
    names = relation_names(REPOSITORY / "dbt_project")
    assert {"orders", "stg_wms__item", "item_history", "status_ids", "rejected_records"} <= names
    assert "item_id" not in names
