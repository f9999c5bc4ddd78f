"""The database lock on the Oracle double: a second run exits at once and takes over only stale locks."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from loader.errors import LockedError
from loader.locking.owner import Owner, this_process
from loader.runs import prune, run_backfill, run_load
from loader.runs.locks import acquire_locks, current_owner
from loader.settings import Settings
from loader.warehouse import open_warehouse
from loader.warehouse.oracle.lock import row_holder, row_lock
from loader.warehouse.schema import RUN_TABLES
from tests.oracle.conftest import OracleLoads
from tests.oracle.overtaken import overtaken

MINE = this_process("mine", "elt")
ELSEWHERE = replace(MINE, run_id="theirs", host="etl-2", os_user="batch")
STALE = timedelta(minutes=15)


def fail() -> None:
    pytest.fail("the lock was lost")


@pytest.fixture
def settings(oracle_loads: OracleLoads) -> Settings:
    oracle_loads.wms.rows["item"] = {}
    return oracle_loads.settings()


def locked(settings: Settings, owner: Owner, stale: timedelta = STALE):  # type: ignore[no-untyped-def]
    return row_lock(partial(open_warehouse, settings), "wms", owner, stale, fail)


def leave(settings: Settings, owner: Owner, *, silent_minutes: int = 0) -> None:
    """A row as left by a killed run."""
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        target.execute(
            f"insert into {target.raw('elt_lock')} "
            "(lock_name, run_id, command, host, process_id, os_user, acquired_at, heartbeat_at) "
            "values ('wms', ?, ?, ?, ?, ?, cast(sys_extract_utc(systimestamp) as timestamp), "
            f"cast(sys_extract_utc(systimestamp) as timestamp) - interval '{silent_minutes}' minute)",
            (owner.run_id, owner.command, owner.host, owner.process_id, owner.os_user),
        )


def holder(settings: Settings) -> str | None:
    with open_warehouse(settings) as target:
        found = row_holder(target, "wms")
        return found.run_id if found else None


def test_second_machine_sees_lock_owner(settings: Settings) -> None:
    with locked(settings, ELSEWHERE):
        with pytest.raises(LockedError, match=r"run theirs \(elt\) of batch on etl-2"), locked(settings, MINE):
            pytest.fail("two hold it")
        assert holder(settings) == "theirs"
    assert holder(settings) is None


def test_silent_owner_is_stale_after_timeout(settings: Settings) -> None:
    leave(settings, ELSEWHERE, silent_minutes=14)
    with pytest.raises(LockedError), locked(settings, MINE):
        pytest.fail("it may be alive")
    with locked(settings, MINE, timedelta(minutes=13)) as before:
        assert before is not None
        assert before.run_id == "theirs"
        assert holder(settings) == "mine"


def test_dead_local_process_is_detected_immediately(settings: Settings) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    leave(settings, replace(MINE, run_id="theirs", process_id=child.pid))
    with locked(settings, MINE) as before:
        assert before is not None


def test_lock_taken_over_is_held(settings: Settings) -> None:
    leave(settings, ELSEWHERE, silent_minutes=60)
    with (
        locked(settings, MINE),
        pytest.raises(LockedError, match="mine"),
        locked(settings, replace(MINE, run_id="late")),
    ):
        pytest.fail("two hold it")


def test_heartbeat_detects_lost_lock(settings: Settings) -> None:
    lost = threading.Event()
    stale = timedelta(seconds=1.2)
    with row_lock(partial(open_warehouse, settings), "wms", MINE, stale, lost.set):
        with open_warehouse(settings) as target:
            beat = f"select heartbeat_at from {target.raw('elt_lock')}"
            first = target.fetch(beat)
        assert not lost.wait(0.7)
        with open_warehouse(settings) as target:
            assert target.fetch(beat) > first
            target.execute(f"update {target.raw('elt_lock')} set run_id = 'theirs'")
        assert lost.wait(5)
    assert holder(settings) == "theirs"


def test_pipelines_sharing_entity_exclude_each_other(settings: Settings) -> None:
    """Both would assign the same `read_order` values, and staging would skip rows."""
    theirs = replace(ELSEWHERE, entities=("wave", "item"))
    with locked(settings, theirs):
        mine = replace(MINE, entities=("order_hdr", "item"))
        with pytest.raises(LockedError, match=r"WMS_RUN_004: Another pipeline, wms, is landing item") as caught:
            row_lock(partial(open_warehouse, settings), "wms_item", mine, STALE, fail).__enter__()
        assert caught.value.exit_code == 50
        # the refused run has no row left: with another entity it starts
        for entities in (("order_hdr",), ()):
            other = replace(MINE, entities=entities)
            with row_lock(partial(open_warehouse, settings), "wms_item", other, STALE, fail) as before:
                assert before is None


def test_dead_run_of_other_pipeline_does_not_block(settings: Settings) -> None:
    leave(settings, ELSEWHERE, silent_minutes=60)
    with open_warehouse(settings) as target:
        target.execute(f"update {target.raw('elt_lock')} set entities = 'item,wave'")
    mine = replace(MINE, entities=("item",))
    with row_lock(partial(open_warehouse, settings), "wms_item", mine, STALE, fail) as before:
        assert before is None


def test_lock_row_lists_entities(oracle_loads: OracleLoads) -> None:
    """A worker for one entity, and a user who reads all of them."""
    oracle_loads.wms.rows["item"] = {}
    oracle_loads.options["GRUPONOS_WMS__SIMULATOR"] = "true"
    with locked(oracle_loads.settings(), replace(ELSEWHERE, entities=("item",))):
        oracle_loads.options["GRUPONOS_PIPELINE__NAME"] = "other"
        for begin in (run_load, lambda settings: run_backfill(settings, "item", "2026-05-01", "2026-05-02")):
            with pytest.raises(LockedError, match="WMS_RUN_004"):
                begin(oracle_loads.settings())
        with pytest.raises(LockedError, match="WMS_RUN_004"):
            prune(oracle_loads.settings())


def test_run_holds_row_and_work_directory_lock(settings: Settings) -> None:
    with acquire_locks(settings, MINE, fail) as dead:
        assert dead is None
        found = current_owner(settings)
        assert found is not None
        assert found.run_id == holder(settings) == "mine"
    assert current_owner(settings) is None


@pytest.mark.parametrize(
    "statement",
    [
        *(f"create table wms_elt.{spec.name} " for spec in RUN_TABLES),
        "insert into wms_elt.elt_schema_version",
        "insert into wms_elt.elt_lock",
    ],
)
def test_concurrent_first_runs_exclude_each_other(oracle_loads: OracleLoads, statement: str) -> None:
    """On an empty schema, the other run gets all its locks while this one sends the statement (field case J13)."""
    oracle_loads.wms.rows["item"] = {}
    settings = oracle_loads.settings()
    with ExitStack() as other:
        overtaken(oracle_loads.server, statement, lambda _: other.enter_context(locked(settings, ELSEWHERE)))
        with pytest.raises(LockedError, match="run theirs") as busy, locked(settings, MINE):
            pytest.fail("two run")
        assert (busy.value.code, busy.value.exit_code) == ("WMS_RUN_002", 50)
        assert holder(settings) == "theirs"
