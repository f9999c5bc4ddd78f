"""Staging follows the raw log: it holds current versions, and builds don't parse unchanged documents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.harness import DbtProject, RawDatabase

ALLOCATIONS = (
    "select allocation_id, alloc_qty, is_deleted, read_order from wms.stg_wms__allocation order by allocation_id"
)


def allocation(allocation_id: int, quantity: str) -> dict[str, object]:
    return {"id": allocation_id, "alloc_qty": quantity, "mod_ts": "2026-05-04T09:00:00.000001-03:00"}


@pytest.fixture
def stage(dbt_project: DbtProject) -> DbtProject:
    return dbt_project


def build(project: DbtProject, *args: str) -> None:
    project.run("run", "--select", "stg_wms__allocation", *args)


def test_document_returning_to_earlier_text_is_current(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put("allocation", allocation(1, "5"))
    build(dbt_project)
    raw_db.put("allocation", allocation(1, "7"))
    build(dbt_project)
    assert raw_db.rows(ALLOCATIONS) == [(1, Decimal("7.000000"), 0, 2)]
    raw_db.put("allocation", allocation(1, "5"))
    build(dbt_project)
    assert raw_db.rows(ALLOCATIONS) == [(1, Decimal("5.000000"), 0, 3)]


def test_last_read_version_wins_within_build(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put_all("allocation", [allocation(1, "1"), allocation(2, "1"), allocation(1, "2"), allocation(1, "3")])
    build(dbt_project)
    assert raw_db.rows(ALLOCATIONS) == [(1, Decimal("3.000000"), 0, 4), (2, Decimal("1.000000"), 0, 2)]


def test_tombstone_keeps_values_and_returning_row_clears_it(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    state = "select alloc_qty, is_deleted, deleted_at = loaded_at, deleted_at is null from wms.stg_wms__allocation"
    raw_db.put("allocation", allocation(1, "5"))
    build(dbt_project)
    raw_db.put("allocation", allocation(1, "5"), is_deleted=1)
    build(dbt_project)
    assert raw_db.rows(state) == [(Decimal("5.000000"), 1, True, False)]
    raw_db.put("allocation", allocation(1, "6"))
    build(dbt_project)
    assert raw_db.rows(state) == [(Decimal("6.000000"), 0, None, True)]


def test_build_reads_only_new_versions(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    """The test changes staged rows by hand: a build that parsed their documents again would repair them."""
    raw_db.put_all("allocation", [allocation(number, "5") for number in range(1, 101)])
    build(dbt_project)
    raw_db.execute("update wms.stg_wms__allocation set alloc_qty = -1")
    build(dbt_project)
    assert raw_db.rows("select count(*) from wms.stg_wms__allocation where alloc_qty = -1") == [(100,)]
    raw_db.put("allocation", allocation(42, "8"))
    build(dbt_project)
    assert raw_db.rows("select count(*) from wms.stg_wms__allocation where alloc_qty = -1") == [(99,)]
    assert raw_db.rows("select alloc_qty from wms.stg_wms__allocation where allocation_id = 42") == [
        (Decimal("8.000000"),)
    ]


@pytest.mark.parametrize("model", ["stg_wms__allocation", "stg_wms__allocation_versions"])
def test_build_without_new_version_reads_no_document(raw_db: RawDatabase, dbt_project: DbtProject, model: str) -> None:
    def built() -> str:
        (result,) = dbt_project.run("build", "--resource-type", "model", "--select", model).result.results
        return str(result.node.compiled_code).strip()

    raw_db.put("allocation", allocation(1, "5"))
    assert "json_values" in built()
    assert built() == f'select * from "warehouse"."wms"."{model}" where 1 = 0'
    raw_db.put("allocation", allocation(1, "6"))
    assert "json_values" in built()
    assert raw_db.rows(f"select max(read_order) from wms.{model}") == [(2,)]


def test_full_refresh_gives_same_rows(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    for step in range(1, 4):
        raw_db.put_all("allocation", [allocation(number, str(number + step)) for number in range(step, step + 5)])
        raw_db.put("allocation", allocation(step, "1"), is_deleted=1)
        build(dbt_project)
    everything = "select * from wms.stg_wms__allocation order by allocation_id"
    incremental = raw_db.rows(everything)
    build(dbt_project, "--full-refresh")
    assert raw_db.rows(everything) == incremental
    assert len(incremental) == 7


def test_malformed_document_becomes_row_of_nulls(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put("allocation", '{"id": 1, "alloc_qty": ')
    raw_db.put("allocation", allocation(2, "4"))
    build(dbt_project)
    found = raw_db.rows(
        "select allocation_id, alloc_qty, is_valid_document, read_order from wms.stg_wms__allocation order by 1"
    )
    assert found == [(1, None, 0, 1), (2, Decimal("4.000000"), 1, 2)]


def test_new_column_is_filled_for_all_rows(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put_all("allocation", [{**allocation(number, "5"), "pick_user": f"U{number}"} for number in (1, 2)])
    build(dbt_project)
    raw_db.execute("alter table wms.stg_wms__allocation drop column pick_user")
    build(dbt_project)
    assert raw_db.rows("select pick_user from wms.stg_wms__allocation order by 1") == [("U1",), ("U2",)]


def test_removed_column_is_dropped(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put("allocation", allocation(1, "5"))
    build(dbt_project)
    raw_db.execute("alter table wms.stg_wms__allocation add column left_over varchar")
    build(dbt_project)
    assert "left_over" not in raw_db.records("select * from wms.stg_wms__allocation")[0]
