"""Pending packages after a kill, alone and after loads of other machines."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START

LONG_AGO = START - timedelta(days=3)


def test_entity_empty_at_first_gets_rows_later(loads: Loads) -> None:
    loads.wms.rows["wave"] = {}
    loads.run()
    loads.wms.put("wave", 1, START + timedelta(minutes=1))
    loads.wms.now += timedelta(minutes=10)
    loads.run()
    loads.run(passes=frozenset({"full"}))
    assert list(loads.current("wave")) == [1]


@pytest.mark.parametrize("missing", ["new", "normalized", "loaded"])
def test_folder_missing_after_kill_does_not_stop_next_run(missing: str, loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.run()
    shutil.rmtree(loads.work_dir / "dlt" / "wms" / "load" / missing)
    loads.wms.now += timedelta(minutes=30)
    loads.wms.put("order_hdr", 2, loads.wms.now - timedelta(minutes=9))
    loads.run()
    assert sorted(loads.current("order_hdr")) == [1, 2]


def test_package_superseded_by_other_machine_is_read_again(loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO, status_id=0)
    loads.run()
    loads.wms.now += timedelta(minutes=30)
    loads.wms.put("order_hdr", 1, loads.wms.now - timedelta(minutes=9), status_id=10)
    loads.wms.put("order_hdr", 2, loads.wms.now - timedelta(minutes=9))
    first = loads.work_dir
    loads.die_before_loading()
    loads.blank_machine()
    loads.wms.put("order_hdr", 1, loads.wms.now - timedelta(minutes=5), status_id=20)
    loads.run()
    loads.work_dir = first
    loads.run()
    assert '"status_id": 20' in loads.current("order_hdr")[1]
    assert sorted(loads.current("order_hdr")) == [1, 2]
    assert loads.query("select count(*), count(distinct read_order) from wms_raw.order_hdr") == [(3, 3)]


def test_package_after_restored_backup_is_discarded(loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.run()
    backup = loads.database.read_bytes()
    for hours in (30, 40):
        loads.wms.now = START + timedelta(hours=hours)
        loads.wms.put("order_hdr", hours, loads.wms.now - timedelta(hours=3))
        loads.die_before_loading() if hours == 40 else loads.run()
    loads.database.write_bytes(backup)
    loads.wms.now += timedelta(hours=3)
    loads.run()
    assert sorted(loads.current("order_hdr")) == [1, 30, 40]


def test_restored_backup_restores_state(loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.run()
    backup = loads.database.read_bytes()
    loads.wms.now += timedelta(hours=9)
    loads.wms.put("order_hdr", 2, loads.wms.now - timedelta(hours=3))
    loads.run()
    loads.database.write_bytes(backup)
    loads.wms.now += timedelta(hours=2)
    loads.run()
    assert sorted(loads.current("order_hdr")) == [1, 2]


def test_no_copy_of_documents_stays_on_the_machine(loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.run()
    assert list(loads.work_dir.rglob("*.parquet")) == []
