from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from loader.extract.reconcile import Comparison
from loader.report.reconciliation import Reconciliation
from loader.runs.reconcile import _with_staging
from loader.settings import Settings, TargetSettings
from loader.warehouse.base import Params, Row
from loader.warehouse.duckdb.connect import DuckDbWarehouse

FACILITIES = range(1, 31)


class Counted(DuckDbWarehouse):
    """Records the queries that read the raw table."""

    reads: list[str]

    def fetch(self, sql: str, params: Params = ()) -> list[Row]:
        if "wms_raw.task" in sql:
            self.reads.append(sql)
        return super().fetch(sql, params)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Counted]:
    """Two versions of one task in each of 30 facilities and of one without; staging has all current versions."""
    settings = Settings(target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"))
    with Counted(settings.target) as opened:
        opened.reads = []
        opened.execute("create schema wms_raw")
        opened.execute("create schema wms")
        opened.execute("create table wms_raw.task (entity_id bigint, facility_id bigint, read_order bigint)")
        opened.execute("insert into wms_raw.task select id, id, id from range(1, 31) made(id)")
        opened.execute("insert into wms_raw.task values (31, null, 31)")
        opened.execute("insert into wms_raw.task select entity_id, facility_id, read_order + 100 from wms_raw.task")
        opened.execute("create table wms.stg_wms__task as select entity_id as task_id, read_order from wms_raw.task")
        opened.execute("delete from wms.stg_wms__task where read_order <= 100")
        yield opened


def lines(facilities: Sequence[int | None]) -> list[Reconciliation]:
    return [Reconciliation(Comparison("task", facility, 1, 1, counted_rows=31)) for facility in facilities]


def behind(found: Sequence[Reconciliation]) -> dict[int | None, int | None]:
    return {line.comparison.facility_id: line.staging_behind for line in found if line.staging_behind != 0}


def test_staging_is_compared_in_one_query_per_entity(target: Counted) -> None:
    every = lines([*FACILITIES, None])
    assert behind(_with_staging(every, target)) == {}
    target.execute("delete from wms.stg_wms__task where task_id in (7, 31)")
    # an older version in staging is not the current one
    target.execute("update wms.stg_wms__task set read_order = 8 where task_id = 8")
    target.reads.clear()
    found = _with_staging(every, target)
    assert behind(found) == {7: 1, 8: 1, None: 1}
    assert [line.comparison for line in found] == [line.comparison for line in every]
    assert len(target.reads) == 1


def test_facility_only_in_raw_table_gets_a_line(target: Counted) -> None:
    target.execute("delete from wms.stg_wms__task where task_id = 7")
    *known, added = _with_staging(lines([1, 2]), target)
    assert [line.staging_behind for line in known] == [0, 0]
    assert (added.comparison.facility_id, added.staging_behind, added.agrees) == (7, 1, False)
    assert (added.comparison.source_rows, added.comparison.counted_rows) == (0, 31)


def test_staging_that_is_not_built_is_not_compared(target: Counted) -> None:
    target.execute("drop table wms.stg_wms__task")
    assert [line.staging_behind for line in _with_staging(lines([1, 2]), target)] == [None, None]
