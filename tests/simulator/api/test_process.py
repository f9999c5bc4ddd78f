"""The simulator as a child process and on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from loader.errors import ConfigError, InternalError
from loader.simulator import SimulatorProcess
from loader.simulator.api.command import main

RUN = [sys.executable, "-m", "loader.simulator"]


def orders(simulator: SimulatorProcess) -> list[Any]:
    """Return some orders that no longer change."""
    answer = requests.get(
        f"{simulator.url}/wms/lgfapi/v10/entity/order_hdr?page_mode=sequenced&ordering=id&page_size=50&status_id=90",
        auth=(simulator.username, simulator.password),
        timeout=10,
    )
    assert answer.status_code == 200
    results: list[Any] = answer.json()["results"]
    return results


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # a zombie counts as ended
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").exists() else True


def gone(pid: int, seconds: float = 600.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_state_file_continues_same_warehouse(tmp_path: Path) -> None:
    state = tmp_path / "target" / "simulator.json"
    with SimulatorProcess(scale=200, days=2, seed=5, state=state) as simulator:
        first, pid = orders(simulator), simulator.pid
        assert pid is not None
        remembered = state.read_text()
    assert simulator.pid is None
    assert gone(pid)
    with SimulatorProcess(state=state) as simulator:
        # documents are equal too, although the port differs
        assert orders(simulator) == first
    assert state.read_text() == remembered
    assert json.loads(remembered)["scale"] == 200


def test_contradicting_state_is_error_of_child(tmp_path: Path) -> None:
    state = tmp_path / "simulator.json"
    state.write_text('{"seed":1,"scale":200,"days":2,"origin":"2025-06-01T00:00:00Z"}')
    with pytest.raises(ConfigError, match="seed=2 is requested") as caught, SimulatorProcess(seed=2, state=state):
        pass
    assert caught.value.code == "WMS_SIM_002"
    assert caught.value.context == {"path": str(state)}


def test_invalid_scale_is_config_error() -> None:
    with pytest.raises(ConfigError, match="scale must be between"), SimulatorProcess(scale=1):
        pass


def test_child_that_exits_silently_is_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")
    with pytest.raises(InternalError, match="ended before it was ready"), SimulatorProcess():
        pass


def test_child_ends_with_killed_parent(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from loader.simulator import SimulatorProcess\n"
        "with SimulatorProcess(scale=200, days=2) as simulator:\n"
        "    print(simulator.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    assert gone(child)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_simulator_prints_usage_until_ctrl_c(stop: signal.Signals) -> None:
    command = [*RUN, "--port=0", "--scale=200", "--days=2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        shown = "".join(iter(lambda: child.stdout.readline(), "Ctrl-C stops it.\n"))
        curl = next(line for line in shown.splitlines() if "curl" in line)
        user, _, url = curl.split("-u ")[1].partition(" ")
        answer = requests.get(url.strip().strip("'"), auth=tuple(user.split(":")), timeout=10)
        assert answer.status_code == 200
        child.send_signal(stop)
        assert child.wait(10) in (0, -stop)
        assert child.stderr.read() == ""


def test_port_in_use_is_config_error(capsys: pytest.CaptureFixture[str]) -> None:
    with SimulatorProcess(scale=200, days=2) as simulator:
        port = simulator.url.split(":")[2].split("/")[0]
        assert main([f"--port={port}", "--scale=200"]) == ConfigError.exit_code
    shown = capsys.readouterr().err
    assert "WMS_SIM_001" in shown
    assert port in shown
    assert "Traceback" not in shown


def test_every_option_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for option in ("--host", "--port", "--env", "--seed", "--scale", "--days", "--state", "--release", "--latency-ms"):
        assert option in shown
