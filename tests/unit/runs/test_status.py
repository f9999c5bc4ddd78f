"""`wms-elt status` shows runs, lag, passes, alerts and the run in progress."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console, RenderableType

from loader.cli.status_screen import render_run, render_status
from loader.errors import LockedError
from loader.extract.reconcile import Comparison
from loader.locking import this_process
from loader.report import RunReport, save_entities, save_reconciliation, save_run
from loader.report.past_runs import last_runs, run_record
from loader.report.reconciliation import Reconciliation
from loader.report.retention import forget_old_runs
from loader.runs import run_load
from loader.runs.locks import acquire_locks
from loader.runs.status import status
from loader.warehouse import open_warehouse
from tests.system.runs.conftest import Tenant

ORDERS = {"GRUPONOS_PIPELINE__ENTITIES": "facility,order_hdr"}


def shown(screen: RenderableType) -> str:
    console = Console(width=110, file=io.StringIO())
    console.print(screen)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_status_before_first_run_is_empty(tenant: Tenant) -> None:
    found = status(tenant.settings(**ORDERS))
    assert (found.runs, found.running) == ((), None)
    assert "No runs recorded." in shown(render_status(found))
    assert not tenant.database.exists()


def test_status_shows_runs_lag_passes_and_alerts(tenant: Tenant) -> None:
    settings = tenant.settings(GRUPONOS_PIPELINE__ENTITIES="facility,order_hdr,order_hrd")
    run_load(settings)
    found = status(settings)
    assert [(run["command"], run["status"]) for run in found.runs] == [("load", "failed")]
    lags = {entity.entity: entity.lag_s for entity in found.entities}
    read_until = next(entity.read_until for entity in found.entities if entity.entity == "order_hdr")
    # the simulator's clock is in May
    assert read_until == datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    assert lags["order_hdr"] == pytest.approx((found.at - read_until).total_seconds())
    assert lags["order_hrd"] is None
    assert dict(found.passes) == {
        "null_mod_ts": datetime(2026, 5, 5, 12, 0, tzinfo=UTC),
        # an initial load compares nothing, so these are due in the next run
        "recheck": datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
        "reconcile": datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
    }
    text = shown(render_status(found))
    assert "error run_failed load" in text
    assert "next passes, UTC: recheck 2026-05-04 12:00" in text
    assert "null_mod_ts 2026-05-05 12:00" in text
    assert "Needs attention" in text


def test_run_in_progress_is_named_and_blocks_a_second_run(tenant: Tenant) -> None:
    settings = tenant.settings(**ORDERS)
    run_load(settings)
    with acquire_locks(settings, this_process("20261124T060000Z-abcd", "elt"), lambda: None):
        found = status(settings)
        assert found.running is not None
        assert found.running.run_id == "20261124T060000Z-abcd"
        with pytest.raises(LockedError, match="WMS_RUN_002") as caught:
            run_load(settings)
    assert caught.value.exit_code == 50
    with open_warehouse(settings) as target:
        assert len(last_runs(target, 9)) == 1


def test_run_blocks_another_work_directory_on_the_same_file(tenant: Tenant) -> None:
    settings = tenant.settings(**ORDERS)
    other = tenant.settings(**ORDERS, GRUPONOS_PIPELINE__WORK_DIR=str(tenant.directory / "other"))
    with (
        acquire_locks(settings, this_process("first", "elt"), lambda: None),
        pytest.raises(LockedError, match="run first"),
    ):
        run_load(other)


def test_past_run_shows_failures_and_slowest_nodes(tenant: Tenant, report: RunReport) -> None:
    with open_warehouse(tenant.settings(**ORDERS)) as target:
        save_entities(report, target)
        save_run(report, target)
        record = run_record(target, report.run_id)
        assert run_record(target, "no such run") is None
    assert record is not None
    assert [test["test_name"] for test in record.tests] == ["few_rejected"]
    assert [node["node_name"] for node in record.slowest] == ["orders", "order_hdr_history"]
    text = shown(render_run(record))
    assert "few_rejected" in text
    assert "data_quality" in text


def test_last_comparison_of_each_entity_is_kept(tenant: Tenant) -> None:
    with open_warehouse(tenant.settings(**ORDERS)) as target:
        for number, age in enumerate((9, 5)):
            compared_at = datetime.now(UTC) - timedelta(days=age)
            lines = [Reconciliation(Comparison(entity, None, 3, 3)) for entity in ("item", "wave")]
            save_reconciliation(lines[: 2 - number], f"compared-{age}", compared_at, target)
        forget_old_runs(target, datetime.now(UTC) - timedelta(days=1))
        kept = f"select entity, run_id from {target.raw('elt_reconciliation')} order by entity"
        assert target.fetch(kept) == [("item", "compared-5"), ("wave", "compared-9")]


def test_old_runs_are_deleted_but_last_reads_are_kept(tenant: Tenant, report: RunReport) -> None:
    with open_warehouse(tenant.settings(**ORDERS)) as target:
        save_entities(report, target)
        save_run(report, target)
        forget_old_runs(target, report.started_at - timedelta(seconds=1))
        assert len(last_runs(target, 9)) == 1
        forget_old_runs(target, report.started_at + timedelta(seconds=1))
        assert last_runs(target, 9) == []
        for table in ("elt_test_result", "elt_node_result"):
            assert target.fetch(f"select count(*) from {target.raw(table)}") == [(0,)]
        assert target.fetch(f"select count(*) from {target.raw('elt_entity_run')}") == [(len(report.entities),)]
