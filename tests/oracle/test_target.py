"""The target outside dlt: statements, transactions and run tables on the Oracle double."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from loader.errors import TargetError
from loader.warehouse import ENTITY_RUN, RUN, Warehouse, open_warehouse
from loader.warehouse.schema import RUN_TABLES, TableSpec
from tests.oracle.conftest import OracleLoads
from tests.oracle.overtaken import overtaken
from tests.support.fake_wms import START
from tests.support.oracle_double.faults import Fault

AT = datetime(2026, 5, 4, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-3)))


@pytest.fixture
def target(oracle_loads: OracleLoads) -> Iterator[Warehouse]:
    oracle_loads.wms.rows["item"] = {}
    with open_warehouse(oracle_loads.settings()) as opened:
        yield opened


def test_run_rows_keep_microseconds_in_utc_and_nulls(target: Warehouse) -> None:
    target.ensure_run_tables()
    target.insert(RUN, [{"run_id": "a", "started_at": AT, "duration_s": 1.5}, {"run_id": "b", "rows_read": 2}])
    rows = target.fetch(
        f"select run_id, started_at, duration_s, rows_read from {target.raw('elt_run')} order by run_id"
    )
    assert rows == [("a", AT.astimezone(UTC).replace(tzinfo=None), 1.5, None), ("b", None, None, 2)]


def test_run_tables_are_created_once_and_extended(target: Warehouse, oracle_loads: OracleLoads) -> None:
    target.ensure_run_tables()
    target.execute(f"alter table {target.raw('elt_run')} drop (source)")
    target.ensure_run_tables()
    columns = oracle_loads.server.catalogue.find("WMS_ELT", "ELT_RUN").columns
    assert {name.lower() for name in columns} == set(RUN.column_names)
    assert target.exists(target.raw(ENTITY_RUN.name))
    assert not target.exists(target.model("orders"))


@pytest.mark.parametrize("spec", RUN_TABLES, ids=lambda spec: spec.name)
def test_run_tables_round_trip_complete_rows(target: Warehouse, spec: TableSpec) -> None:
    values = {
        "name": "é" * 128,
        "text": "x" * 4000,
        "bigint": 2**62,
        "double": 0.1,
        "bytes": bytes(range(256)),
        "timestamp": AT.replace(tzinfo=None),
    }
    target.ensure_run_tables()
    target.execute(f"delete from {target.raw(spec.name)}")
    target.insert(spec, [{column.name: values[column.type] for column in spec.columns}])
    [row] = target.fetch(f"select {', '.join(spec.column_names)} from {target.raw(spec.name)}")
    assert row == tuple(values[column.type] for column in spec.columns)


def test_target_of_later_release_is_refused(target: Warehouse, oracle_loads: OracleLoads) -> None:
    target.ensure_run_tables()
    target.ensure_run_tables()
    target.execute(f"update {target.raw('elt_schema_version')} set schema_version = 99 where component = 'run_tables'")
    with open_warehouse(oracle_loads.settings()) as later, pytest.raises(TargetError, match="WMS_TGT_006"):
        later.ensure_run_tables()


def test_transaction_is_atomic(target: Warehouse) -> None:
    target.ensure_run_tables()
    with pytest.raises(TargetError), target.transaction():
        target.insert(RUN, [{"run_id": "lost"}, {"run_id": "lost"}])
    with target.transaction():
        target.insert(RUN, [{"run_id": "kept"}])
    assert target.fetch(f"select run_id from {target.raw('elt_run')} where run_id like ?", ["%"]) == [("kept",)]


def test_lost_commit_response_raises_own_error(target: Warehouse, oracle_loads: OracleLoads) -> None:
    target.ensure_run_tables()
    oracle_loads.server.faults.plan(Fault("ORA-03113", 1, "^COMMIT$"))
    with pytest.raises(TargetError, match="WMS_TGT_108"), target.transaction():
        target.insert(RUN, [{"run_id": "x"}])


def test_refused_statement_raises_own_error(target: Warehouse) -> None:
    with pytest.raises(TargetError, match=r"WMS_TGT_109(.|\n)*ORA-00942"):
        target.fetch("select 1 from nowhere")


def test_sessions_always_compare_bytes(oracle_loads: OracleLoads) -> None:
    oracle_loads.server.instance.nls |= {"NLS_COMP": "LINGUISTIC", "NLS_SORT": "GERMAN", "NLS_NUMERIC_CHARACTERS": ",."}
    oracle_loads.wms.put("item", 1, START)
    oracle_loads.run()
    with open_warehouse(oracle_loads.settings()) as target:
        found = dict(target.fetch("select parameter, value from nls_session_parameters"))
    assert (found["NLS_COMP"], found["NLS_SORT"], found["NLS_NUMERIC_CHARACTERS"]) == ("BINARY", "BINARY", ".,")
    assert {session.nls["NLS_SORT"] for session in oracle_loads.server.sessions} == {"BINARY"}


@pytest.mark.parametrize("spec", [*RUN_TABLES, None], ids=lambda spec: spec.name if spec else "versions")
def test_run_tables_created_concurrently_are_used(
    target: Warehouse, oracle_loads: OracleLoads, spec: TableSpec | None
) -> None:
    def other(_: str) -> None:
        with open_warehouse(oracle_loads.settings()) as second:
            second.ensure_run_tables()

    table = f"create table wms_elt.{spec.name} " if spec else "insert into wms_elt.elt_schema_version"
    overtaken(oracle_loads.server, table, other)
    target.ensure_run_tables()
    assert all(target.exists(target.raw(table.name)) for table in RUN_TABLES)


def test_column_added_concurrently_is_used(target: Warehouse, oracle_loads: OracleLoads) -> None:
    def other(_: str) -> None:
        with open_warehouse(oracle_loads.settings()) as second:
            second.ensure_run_tables()

    target.ensure_run_tables()
    target.execute(f"alter table {target.raw('elt_run')} drop (source)")
    overtaken(oracle_loads.server, "alter table wms_elt.elt_run add source", other)
    target.ensure_run_tables()
    assert "source" in target.columns(target.raw("elt_run"))


def test_sessions_use_utc_and_set_module(target: Warehouse, oracle_loads: OracleLoads) -> None:
    oracle_loads.run()
    for session in oracle_loads.server.sessions:
        assert session.time_zone == "UTC"
        assert session.info["module"] == "wms-elt"
        assert session.nls["NLS_NUMERIC_CHARACTERS"] == ".,"
        assert session.info["parallel dml"] == "disable"
    assert {session.info["action"] for session in oracle_loads.server.sessions} == {"run", "load"}
