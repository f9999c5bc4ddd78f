"""Alerts, run history and retention on the Oracle double."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from loader.alerts import Condition, Findings, notify, open_alerts
from loader.report import RunReport, save_entities, save_run
from loader.report.entity_runs import read_until
from loader.report.next_passes import next_passes
from loader.report.past_runs import last_runs, run_record
from loader.report.retention import forget_old_runs
from loader.settings import Settings
from loader.warehouse import open_warehouse
from tests.oracle.conftest import OracleLoads
from tests.unit.report.conftest import entity, report

__all__ = ["entity", "report"]

OLD = Condition(
    kind="freshness_breached", subject="wms.item", severity="warn", summary="é" * 3000, rows_query="select 'it''s'"
)


@pytest.fixture
def settings(oracle_loads: OracleLoads) -> Settings:
    oracle_loads.wms.rows["item"] = {}
    return oracle_loads.settings()


def test_alerts_open_escalate_and_close(settings: Settings) -> None:
    judged = frozenset({"freshness_breached:"})
    notify(settings, lambda _: Findings((OLD,), judged), "r1")
    notify(settings, lambda _: Findings((replace(OLD, severity="error"),), judged), "r2")
    with open_warehouse(settings) as target:
        [alert] = open_alerts(target)
        assert (alert.condition.severity, alert.opened_run_id, alert.last_seen_run_id) == ("error", "r1", "r2")
        assert alert.condition.rows_query == "select 'it''s'"
    notify(settings, lambda _: Findings((), judged), "r3")
    with open_warehouse(settings) as target:
        assert open_alerts(target) == []


def test_runs_are_read_and_deleted(settings: Settings, report: RunReport) -> None:
    with open_warehouse(settings) as target:
        save_entities(report, target)
        save_run(report, target)
        record = run_record(target, report.run_id)
        assert record is not None
        assert [node["node_name"] for node in record.slowest] == ["orders", "order_hdr_history"]
        assert set(read_until(target)) == {"order_hdr", "company"}
        forget_old_runs(target, report.started_at + timedelta(seconds=1))
        assert last_runs(target, 9) == []
        assert set(read_until(target)) == {"order_hdr", "company"}


def test_next_due_passes_are_read_from_state(oracle_loads: OracleLoads) -> None:
    oracle_loads.wms.put("item", 1, oracle_loads.wms.now - timedelta(hours=1))
    oracle_loads.run()
    settings = oracle_loads.settings()
    with open_warehouse(settings) as target:
        assert set(next_passes(target, settings.pipeline)) == {"null_mod_ts", "recheck", "reconcile"}
