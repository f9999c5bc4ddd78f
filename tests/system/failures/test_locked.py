"""The database becomes unavailable during a run: another process locks the file, or the process dies."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tests.support.machine import ROOT, Machine

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def test_duckdb_locked_before_build_is_reported_and_run_resumes(
    machine: Machine,
) -> None:
    assert machine.load().exit_code == 0
    machine.tenant.advance(hours=1)
    command = [sys.executable, "-c", HOLD, str(machine.tenant.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        ended = [machine.load(), machine.stage()]
        assert holder.stdin is not None
        holder.stdin.close()
    assert [each.exit_code for each in ended] == [30, 30]
    assert ["WMS_TGT_002" in each.output for each in ended] == [True, True]
    machine.is_whole()


@pytest.mark.exhaustive
def test_killed_build_is_completed_by_next_run(machine: Machine) -> None:
    assert machine.load().exit_code == 0
    command = [sys.executable, "-m", "loader", "dbt", "--select", "stg_wms__order_hdr", "stg_wms__order_dtl"]
    with subprocess.Popen(command, cwd=ROOT, env=machine.environment(), stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if "Building and testing" in line:
                break
        # the build's first commit
        log = machine.tenant.database.with_name(f"{machine.tenant.database.name}.wal")
        while child.poll() is None and not (log.exists() and log.stat().st_size):
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    machine.tenant.advance(hours=1)
    machine.is_whole(staged=True)


def test_wms_outage_during_load_is_reported_and_run_resumes(machine: Machine) -> None:
    from loader.simulator import Fault, Rule

    faults = machine.tenant.simulator.faults
    faults.set([Fault("reset", Rule("order_dtl"))])
    ended = machine.load()
    assert (ended.exit_code, ended.codes) == (20, ["WMS_CONN_001"])
    faults.clear()
    machine.is_whole()
