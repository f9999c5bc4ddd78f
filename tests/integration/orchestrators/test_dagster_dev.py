"""`dagster dev`, as documented: with the extra alone it serves its UI and this code location."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

pytestmark = pytest.mark.exhaustive

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "orchestrate.md"
SECONDS = 300
QUERY = "{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }"


def test_documented_command_serves_the_code_location(tmp_path: Path) -> None:
    page = PAGE.read_text()
    [words] = re.findall(r"^DAGSTER_HOME=\S+ \.venv/bin/(dagster dev .+)$", page, re.MULTILINE)
    [settings] = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    home = tmp_path / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text(settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        Path(sys.executable).with_name("dagster"),
        *words.split()[1:],
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    environment = os.environ | {"DAGSTER_HOME": str(home), "GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path / "work")}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            assert _locations(port, server) == [{"name": words.split()[-1], "loadStatus": "LOADED"}], (
                tmp_path / "log"
            ).read_text()[-3000:]
        finally:
            _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C; then end what is left of its process group."""
    os.killpg(server.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=60)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _locations(port: int, server: subprocess.Popen[bytes]) -> list[dict[str, str]]:
    """Ask until the location is loaded, or the time is over."""
    found: list[dict[str, str]] = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            answer = requests.post(f"http://127.0.0.1:{port}/graphql", json={"query": QUERY}, timeout=10)
            found = answer.json()["data"]["workspaceOrError"]["locationEntries"]
        except (requests.RequestException, ValueError, KeyError, TypeError):
            found = []
        if found and all(entry["loadStatus"] == "LOADED" for entry in found):
            break
        time.sleep(1)
    return found
