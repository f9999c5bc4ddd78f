"""Which versions prune removes, and which it always keeps."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from loader.locking import this_process
from loader.runs import prune
from loader.runs.locks import acquire_locks
from loader.runs.prune import Pruned
from loader.settings import Settings, load_settings

VERSIONS = """
create schema wms; create schema wms_raw;
create table wms_raw.item (entity_id bigint, doc varchar, is_deleted bigint, read_at timestamp, read_order bigint);
create table wms.stg_wms__item (item_id bigint, read_order bigint);
create table wms_raw.wave (entity_id bigint, read_at timestamp, read_order bigint);
insert into wms_raw.item
select ids.id, 'v' || v.n, 0, cast(now() at time zone 'UTC' as timestamp) - to_days(cast(100 - 10 * v.n as int)),
    10 * v.n + ids.id
from range(1, 3) ids(id) cross join range(0, 10) v(n);
"""
"""Two items with a version every ten days, from 100 to 10 days ago; read_order 1 to 92."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(VERSIONS)
    environment = {
        "GRUPONOS_TARGET__DUCKDB_PATH": str(tmp_path / "warehouse.duckdb"),
        "GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path / "work"),
        "GRUPONOS_PIPELINE__ENTITIES": "item,wave,task",
        "GRUPONOS_OPERATIONS__PRUNE_DAYS": "45",
    }
    return load_settings(environment, None)


def stage(settings: Settings, read_order: int, table: str = "stg_wms__item") -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute(f"create table if not exists wms.{table} (item_id bigint, read_order bigint)")
        connection.execute(f"insert into wms.{table} values (1, {read_order})")


def left(settings: Settings) -> list[int]:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        rows = connection.execute("select read_order from wms_raw.item order by read_order").fetchall()
    return [number for (number,) in rows]


def removed(settings: Settings) -> set[int]:
    before = set(left(settings))
    prune(settings, apply=True)
    return before - set(left(settings))


def test_dry_run_counts_and_removes_nothing(settings: Settings) -> None:
    stage(settings, 92)
    counted = prune(settings)
    assert counted == [
        Pruned(entity="item", versions=20, superseded=10),
        Pruned(entity="wave", versions=0, superseded=0, kept_because="not staged"),
    ]
    assert len(left(settings)) == 20
    assert len(removed(settings)) == 10
    assert prune(settings)[0].superseded == 0


def test_prune_removes_only_versions_replaced_before_cutoff(settings: Settings) -> None:
    """Versions 0 to 4 were replaced 90 to 50 days ago. Version 5 is 50 days old but was replaced only 40 days ago."""
    stage(settings, 92)
    assert removed(settings) == {10 * version + item for version in range(5) for item in (1, 2)}


def test_prune_keeps_old_current_version(settings: Settings) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute("update wms_raw.item set read_at = timestamp '2001-01-01'")
    stage(settings, 92)
    prune(settings, apply=True)
    assert left(settings) == [91, 92]


def test_prune_keeps_unstaged_versions_and_predecessors(settings: Settings) -> None:
    stage(settings, 30)
    assert removed(settings) == {1, 2, 11, 12}


def test_prune_follows_slowest_staging_table(settings: Settings) -> None:
    stage(settings, 92)
    stage(settings, 12, "stg_wms__item_versions")
    assert removed(settings) == {1, 2}


def test_prune_waits_for_run_in_progress(settings: Settings) -> None:
    from loader.errors import LockedError

    with acquire_locks(settings, this_process("other", "elt"), lambda: None), pytest.raises(LockedError):
        prune(settings, apply=True)
