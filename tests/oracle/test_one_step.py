"""A mart changes in one step, and an index belongs to its own table."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from tests.bench.statements import class_of
from tests.oracle.minimal_warehouse import READER, SmallWarehouse
from tests.oracle.recorded_sql import statements_of
from tests.support.oracle_double.faults import Fault
from tests.support.oracle_double.server import Logged
from tests.support.sampling import parameters

MART = "wms_allocations"
TABLE = "dim_facility"
STALE = "as an earlier release had it"
KINDS = ("delete from", "commit", "comment on")
"""Deletion and merge are one block."""
WAVE = "stg_wms__wave"
VIEW = "int_allocation__assessed"


@pytest.fixture(scope="module")
def built(small19: SmallWarehouse) -> SmallWarehouse:
    small19.put("wave", 1, run_nbr="W1")
    small19.put("allocation", 1, **allocation(10))
    small19.put("facility", 1, code="DC1")
    assert small19.build(f"+{MART}", f"+{TABLE}", WAVE).success
    return small19


def allocation(status: int) -> dict[str, object]:
    relation = {"id": 1, "key": "", "url": ""}
    return {"status_id": status, "facility_id": relation, "alloc_qty": "5", "create_ts": "2026-05-04T10:00:00Z"}


def kinds(sent: list[Logged]) -> list[str]:
    """Return the statements that change the mart, in order, without repetitions."""
    texts = [text.lower() for text in statements_of(f"model.wms_elt.{MART}", sent)]
    found = [kind for text in texts for kind in KINDS if kind in text[:60]]
    return [kind for kind, _ in groupby(found)]


def rows(warehouse: SmallWarehouse) -> list[tuple[object, ...]]:
    return warehouse.rows(f"select allocation_id, qty from {{user}}.{MART} order by 1")


def test_merge_and_delete_share_transaction(built: SmallWarehouse) -> None:
    """The comments differ from the project's, and each COMMENT commits (field case J4)."""
    mart = built.server.catalogue.find("WMS_ELT", MART.upper())
    built.execute(f"insert into {MART} (allocation_id) values (999)")
    built.put("allocation", 1, **allocation(90))
    built.put("allocation", 2, **allocation(10))
    mart.comment = mart.columns["QTY"].comment = STALE
    before = rows(built)
    built.server.faults.plan(Fault("DOWN", 1, f"delete from wms_elt.{MART}"))
    assert not built.build("stg_wms__allocation", MART).success
    assert len(built.server.faults.hits) == 1
    assert rows(built) == before
    built.server.faults.hits.clear()
    built.server.start()
    start = len(built.server.statements)
    assert built.build(MART).success
    assert kinds(built.server.statements[start:])[-3:] == list(KINDS)
    assert 999 in {row[0] for row in before}
    assert 999 not in {row[0] for row in rows(built)}
    assert STALE not in (mart.comment, mart.columns["QTY"].comment)
    start = len(built.server.statements)
    assert built.build(MART).success
    assert "comment on" not in kinds(built.server.statements[start:])


@pytest.mark.parametrize(
    "fault",
    parameters(
        [
            Fault("DOWN", 1, rf"insert into wms_elt\.elt\${TABLE}"),
            Fault("DOWN", 1, f"delete from wms_elt.{TABLE}"),
            Fault("DOWN", 1, f"delete from wms_elt.{TABLE}", after=True),
            Fault("DOWN", 1, "^commit$", follows=f"delete from wms_elt.{TABLE}"),
        ],
        1,
    ),
    ids=str,
)
def test_readers_of_table_see_old_or_new_rows(built: SmallWarehouse, fault: Fault) -> None:
    """A killed build leaves the former rows, comments and grants; the next one changes them (field case J17)."""
    server, sql = built.server, f"select facility_code from {{user}}.{TABLE}"
    before = built.rows(sql)
    code = f"DC{int(before[0][0][2:]) + 1}"
    built.put("facility", 1, code=code)
    assert built.build("stg_wms__facility").success
    server.faults.plan(fault)
    assert not built.build(TABLE).success
    assert len(server.faults.hits) == 1
    server.faults.hits.clear()
    server.start()
    assert built.rows(sql) == before
    start = len(server.statements)
    assert built.build(TABLE).success
    sent = [text.lower() for text in statements_of(f"model.wms_elt.{TABLE}", server.statements[start:])]
    assert not [text for text in sent if "rename" in text or text.startswith(("comment", "grant"))]
    assert built.rows(sql) == [(code,)]
    relation = server.catalogue.find("WMS_ELT", TABLE.upper())
    assert relation.comment
    assert (READER, "SELECT") in [grant[2:] for grant in server.catalogue.grants if grant[1] == TABLE.upper()]


def test_table_keeps_equal_rows_and_drops_surplus_ones(built: SmallWarehouse) -> None:
    """Rows that stay the same aren't written again, and a row that occurs too often is deleted once."""
    chosen = ("stg_wms__facility", "int_facility__time_zones", TABLE)
    built.put("facility", 2, code="DC-2")
    built.put("facility", 3, code="DC-3")
    assert built.build(*chosen).success
    sql = f"select rowid, facility_id from {{user}}.{TABLE} order by rowid"
    before = built.rows(sql)
    built.execute(f"insert into {TABLE} select * from {TABLE} where facility_id > 1")
    built.put("facility", 3, code="DC-4")
    assert built.build(*chosen).success
    after = built.rows(sql)
    assert sorted(key for _, key in after) == [1, 2, 3]
    assert [row for row in before if row[1] != 3] == [row for row in after if row[1] != 3]


def test_unchanged_relations_stay_untouched(built: SmallWarehouse) -> None:
    """A build without new versions defines nothing and changes no row."""
    chosen = tuple(f"+{mart},resource_type:model" for mart in (MART, TABLE))
    assert built.build(*chosen).success
    start = len(built.server.statements)
    assert built.build(*chosen).success
    unwanted = {"comments", "definitions", "statistics", "look_ups_with_function"}
    assert [entry.text for entry in built.server.statements[start:] if class_of(entry.text) in unwanted] == []
    sent = [entry.text.lower() for entry in built.server.statements[start:]]
    # a build of all rows compares them; only those that differ are written
    assert not [text for text in sent if "merge" in text and "not exists" not in text]


def test_temporary_table_of_other_query_is_dropped(built: SmallWarehouse) -> None:
    """Also the one of a former release, whose name had no digest; not one of a model with a longer name."""
    catalogue, stem = built.server.catalogue, f"ELT${WAVE}".upper()
    built.put("wave", 1, run_nbr="W3")
    assert built.build(WAVE).success
    [name] = [name for _, name in catalogue.relations if name.startswith(stem)]
    built.execute(f"drop table {name.lower()}")
    for other in (stem, f"{stem}$12345678", f"{stem}s$12345678"):
        built.execute(f"create global temporary table {other.lower()} (id number(19)) on commit delete rows")
    built.server.forget_views()
    built.put("wave", 1, run_nbr="W4")
    assert built.build(WAVE).success
    longer = f"{stem}S$12345678"
    assert {found for _, found in catalogue.relations if found.startswith(stem)} == {name, longer}
    built.execute(f"drop table {longer.lower()}")
    assert built.rows(f"select run_nbr from {{user}}.{WAVE} where wave_id = 1") == [("W4",)]
    built.put("wave", 1, run_nbr="W1")
    assert built.build(WAVE).success


def test_view_follows_columns_that_it_reads(built: SmallWarehouse) -> None:
    """The text of a view stays the same when a table that it reads gets a column."""
    for definition in ("add another number(19)", "drop (another)"):
        built.execute(f"alter table stg_wms__allocation {definition}")
        built.server.forget_views()
        for expected in (1, 0):
            start = len(built.server.statements)
            assert built.build(VIEW).success
            sent = [entry.text for entry in built.server.statements[start:]]
            assert sum("create or replace view" in text for text in sent) == expected


def test_build_after_failed_full_refresh_has_indexes(built: SmallWarehouse) -> None:
    """With dbt alone: the previous table owned the index names (field case J12)."""
    built.server.faults.plan(Fault("ORA-01653", 1, rf"create\s+table wms_elt.{WAVE}"))
    assert not built.build(WAVE, "--full-refresh").success
    built.server.faults.hits.clear()
    tables = {name for _, name in built.server.catalogue.relations}
    assert f"{WAVE}__dbt_backup".upper() in tables
    assert WAVE.upper() not in tables
    assert built.build(WAVE).success
    assert built.rows(f"select wave_id, run_nbr from {{user}}.{WAVE}") == [(1, "W1")]
    catalogue = built.server.catalogue
    assert f"{WAVE}__dbt_backup".upper() not in {name for _, name in catalogue.relations}
    indexes = {index.name for index in catalogue.indexes_of("WMS_ELT", WAVE.upper())}
    assert indexes == {"IX_STG_WMS__WAVE__WAVE_ID", "IX_STG_WMS__WAVE__READ_ORDER"}


def test_index_name_taken_by_other_table_is_reported(built: SmallWarehouse) -> None:
    name = ("WMS_ELT", "IX_STG_WMS__WAVE__READ_ORDER")
    ours = built.server.catalogue.indexes[name]
    built.execute("create table elsewhere (read_order number(19))")
    built.server.catalogue.indexes[name] = replace(ours, table="ELSEWHERE")
    built.server.forget_views()
    built.put("wave", 2, run_nbr="W2")
    outcome = built.build(WAVE)
    built.execute("drop table elsewhere")
    built.server.catalogue.indexes[name] = ours
    built.server.forget_views()
    [result] = outcome.result.results
    assert "belongs to ELSEWHERE" in result.message
