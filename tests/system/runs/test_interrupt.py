"""Ctrl-C and SIGTERM: the current page is finished and kept, the exit code shows the stop, and the next run resumes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from loader.runs import run_backfill
from tests.support import warm
from tests.system.runs.conftest import Tenant

ROOT = Path(__file__).parents[3]
OPTIONS = {
    "GRUPONOS_PIPELINE__ENTITIES": "order_dtl",
    "GRUPONOS_PIPELINE__READ_PARENTS": "false",
    "GRUPONOS_PIPELINE__LOOKBACK_SECONDS": "0",
    "GRUPONOS_WMS__PAGE_SIZE": "25",
    "GRUPONOS_WMS__CONCURRENCY": "1",
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_stopped_run_keeps_pages_and_next_run_resumes(tenant: Tenant, number: signal.Signals) -> None:
    simulated = tenant.simulator.tenant
    simulated.behaviour = replace(simulated.behaviour, page_latency_ms=100.0)
    report = stopped_run(tenant, number)
    assert [error["code"] for error in report["errors"]] == ["WMS_RUN_001"]
    kept = len(tenant.current("order_dtl"))
    assert kept == report["entities"][0]["rows_read"]
    assert 0 < kept < len(tenant.documents("order_dtl"))
    simulated.behaviour = replace(simulated.behaviour, page_latency_ms=0.0)
    result = tenant.load(**OPTIONS)
    rest = len(tenant.documents("order_dtl")) - kept
    assert result.outcomes["order_dtl"].rows_read == rest
    assert tenant.current("order_dtl") == tenant.documents("order_dtl")


def test_stopped_backfill_resumes(tenant: Tenant) -> None:
    tenant.load(**OPTIONS)
    period = ("order_dtl", "2026-05-01", "2026-05-04")
    simulated = tenant.simulator.tenant
    simulated.behaviour = replace(simulated.behaviour, page_latency_ms=100.0)
    backfill = ("backfill", period[0], "--from", period[1], "--to", period[2])
    report = stopped_run(tenant, signal.SIGTERM, *backfill)
    assert [error["code"] for error in report["errors"]] == ["WMS_RUN_001"]
    read_before = report["entities"][0]["rows_read"]
    simulated.behaviour = replace(simulated.behaviour, page_latency_ms=0.0)
    [rest] = run_backfill(tenant.settings(**OPTIONS), *period).entities
    [whole] = run_backfill(tenant.settings(**OPTIONS), *period).entities
    assert isinstance(read_before, int)
    assert 0 < read_before < whole.rows_read
    assert read_before + rest.rows_read == whole.rows_read


def test_earlier_backfill_ignores_state_of_stopped_backfill(tenant: Tenant) -> None:
    tenant.load(**OPTIONS)
    earlier = ("order_dtl", "2026-04-30", "2026-05-02")
    [undisturbed] = run_backfill(tenant.settings(**OPTIONS), *earlier).entities
    simulated = tenant.simulator.tenant
    simulated.behaviour = replace(simulated.behaviour, page_latency_ms=100.0)
    stopped_run(tenant, signal.SIGTERM, "backfill", "order_dtl", "--from", "2026-05-02", "--to", "2026-05-04")
    simulated.behaviour = replace(simulated.behaviour, page_latency_ms=0.0)
    [entity] = run_backfill(tenant.settings(**OPTIONS), *earlier).entities
    assert entity.rows_read == undisturbed.rows_read > 0


def stopped_run(tenant: Tenant, number: signal.Signals, *arguments: str) -> dict[str, list[dict[str, object]]]:
    """Start a load, or the given command, as a user would. Stop it once pages arrive and return its report."""
    settings = {
        "GRUPONOS_WMS__BASE_URL": tenant.simulator.url,
        "GRUPONOS_WMS__USERNAME": tenant.simulator.username,
        "GRUPONOS_WMS__PASSWORD": tenant.simulator.password,
        "GRUPONOS_TARGET__DUCKDB_PATH": str(tenant.database),
        "GRUPONOS_PIPELINE__WORK_DIR": str(tenant.directory / "work"),
        "GRUPONOS_PIPELINE__SETTLE_SECONDS": "0",
        **OPTIONS,
    }
    command = warm.command(*(arguments or ("load",)), "--json")
    requests_before = tenant.simulator.stats.requests
    child = subprocess.Popen(command, env=os.environ | settings, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    while tenant.simulator.stats.requests < requests_before + 8 and child.poll() is None:
        time.sleep(0.05)
    child.send_signal(number)
    output, _ = child.communicate(timeout=1200)
    assert child.returncode == 130
    report: dict[str, list[dict[str, object]]] = json.loads(output)
    return report


def test_signal_after_the_error_prints_no_traceback() -> None:
    """Such as the repetition of a signal that came during an import."""
    script = (
        "import os, signal\n"
        "from loader.cli.main import _report_error, _stopped\n"
        "from loader.cli.signals import interrupt_on_signals\n"
        "interrupt_on_signals()\n"
        "_report_error(_stopped())\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        "print('went on')\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert "Traceback" not in ended.stderr
    assert "WMS_RUN_001" in ended.stderr
