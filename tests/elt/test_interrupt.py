"""Ctrl-C and SIGTERM: the page in hand is finished and kept, the exit code says so, and the next run goes on."""

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

from tests.elt.conftest import Tenant

ROOT = Path(__file__).parents[2]
OPTIONS = {
    "GRUPONOS_PIPELINE__ENTITIES": "order_dtl",
    "GRUPONOS_PIPELINE__LOOKBACK_SECONDS": "0",
    "GRUPONOS_WMS__PAGE_SIZE": "25",
    "GRUPONOS_WMS__CONCURRENCY": "1",
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_stopped_run_keeps_what_it_read_and_the_next_one_goes_on(tenant: Tenant, number: signal.Signals) -> None:
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


def stopped_run(tenant: Tenant, number: signal.Signals) -> dict[str, list[dict[str, object]]]:
    """Starts a load as a user would, stops it once pages flow, and returns its report."""
    settings = {
        "GRUPONOS_WMS__BASE_URL": tenant.simulator.url,
        "GRUPONOS_WMS__USERNAME": tenant.simulator.username,
        "GRUPONOS_WMS__PASSWORD": tenant.simulator.password,
        "GRUPONOS_TARGET__DUCKDB_PATH": str(tenant.database),
        "GRUPONOS_PIPELINE__WORK_DIR": str(tenant.directory / "work"),
        "GRUPONOS_PIPELINE__SETTLE_SECONDS": "0",
        **OPTIONS,
    }
    command = [sys.executable, "-m", "loader", "load", "--json"]
    child = subprocess.Popen(command, env=os.environ | settings, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while tenant.simulator.stats.requests < 8 and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(number)
    output, _ = child.communicate(timeout=60)
    assert child.returncode == 130
    report: dict[str, list[dict[str, object]]] = json.loads(output)
    return report
