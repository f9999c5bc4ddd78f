"""Targets of other releases: tables of 0.1.0 are upgraded without loss, those of later releases are not changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from loader.cli.main import run
from loader.errors import TargetError
from loader.settings import Settings, TargetSettings
from loader.warehouse import Warehouse, open_warehouse
from loader.warehouse.schema import RUN_TABLES
from loader.warehouse.versions import VERSIONS

# exactly as release 0.1.0 created them
RELEASE_0_1_0 = """
create schema wms_raw;
create table wms_raw.elt_run (
    run_id varchar, schema_version bigint, started_at timestamp, finished_at timestamp, status varchar,
    exit_code bigint, source varchar, target varchar, rows_read bigint, new_versions bigint, models_ok bigint,
    models_failed bigint, tests_passed bigint, tests_warned bigint, tests_failed bigint, rejected_rows bigint,
    quality_score double, duration_s double, primary key (run_id)
);
create table wms_raw.elt_entity_run (
    run_id varchar, entity varchar, status varchar, load_mode varchar, window_from timestamp, window_to timestamp,
    rows_read bigint, pages bigint, new_versions bigint, deleted_rows bigint, started_at timestamp,
    finished_at timestamp, duration_s double, message varchar, primary key (run_id, entity)
);
create table wms_raw.elt_described_field (
    run_id varchar, entity varchar, field_name varchar, field_type varchar, described_at timestamp,
    primary key (run_id, entity, field_name)
);
create table wms_raw.elt_schema_change (
    run_id varchar, entity varchar, field_name varchar, change_kind varchar, type_before varchar, type_after varchar,
    seen_at timestamp, primary key (run_id, entity, field_name)
);
insert into wms_raw.elt_run values ('r1', 1, '2026-11-01', '2026-11-01 00:01', 'ok', 0, 'wms', 'duckdb', 10, 5, 3, 0,
    7, 0, 0, 1, 0.99, 60.0);
insert into wms_raw.elt_entity_run values ('r1', 'item', 'ok', 'initial', null, '2026-11-01', 10, 1, 5, 0, '2026-11-01',
    '2026-11-01', 1.0, null);
"""


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(Settings(target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"))) as opened:
        yield opened


def columns(target: Warehouse) -> dict[str, set[str]]:
    rows = target.fetch("select table_name, column_name from information_schema.columns where table_schema = 'wms_raw'")
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(str(table), set()).add(str(column))
    return found


def test_tables_of_first_release_are_upgraded_and_keep_rows(target: Warehouse) -> None:
    for statement in RELEASE_0_1_0.split(";"):
        if statement.strip():
            target.execute(statement)
    target.ensure_run_tables()
    assert columns(target) == {spec.name: set(spec.column_names) for spec in RUN_TABLES}
    kept = "select run_id, schema_version, tests_passed, quality_score, command from wms_raw.elt_run"
    assert target.fetch(kept) == [("r1", 1, 7, 0.99, None)]
    assert target.fetch("select run_id, entity, rows_read from wms_raw.elt_entity_run") == [("r1", "item", 10)]


def test_versions_are_recorded_once(target: Warehouse) -> None:
    target.ensure_run_tables()
    first = target.fetch("select * from wms_raw.elt_schema_version order by component")
    target.ensure_run_tables()
    assert target.fetch("select * from wms_raw.elt_schema_version order by component") == first
    assert {str(row[0]): row[1] for row in first} == VERSIONS


@pytest.mark.parametrize("component", [*VERSIONS, "something_new"])
def test_target_of_later_release_is_rejected_unchanged(target: Warehouse, component: str) -> None:
    target.ensure_run_tables()
    target.execute("delete from wms_raw.elt_schema_version where component = ?", [component])
    target.execute("insert into wms_raw.elt_schema_version values (?, 99, '9.0', null)", [component])
    target.execute("alter table wms_raw.elt_run drop column release")
    with pytest.raises(TargetError, match="WMS_TGT_006") as caught:
        target.ensure_run_tables()
    assert component in str(caught.value)
    assert "release" not in columns(target)["elt_run"]


def test_older_version_is_upgraded(target: Warehouse) -> None:
    target.ensure_run_tables()
    target.execute("update wms_raw.elt_schema_version set schema_version = 0")
    target.ensure_run_tables()
    rows = target.fetch("select component, schema_version from wms_raw.elt_schema_version")
    assert {str(component): version for component, version in rows} == VERSIONS


@pytest.mark.parametrize("command", [("status",), ("runs",), ("runs", "show", "r1"), ("alerts",)])
def test_target_of_first_release_is_readable_before_upgrade(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(RELEASE_0_1_0)
    before = path.read_bytes()
    monkeypatch.setenv("GRUPONOS_TARGET__DUCKDB_PATH", str(path))
    monkeypatch.setenv("GRUPONOS_PIPELINE__WORK_DIR", str(tmp_path / "work"))
    assert run(command) == 0
    assert command == ("alerts",) or "2026-11-01" in capsys.readouterr().out
    assert path.read_bytes() == before
