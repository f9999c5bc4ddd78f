"""``wms-elt`` without its imports: one process has imported everything and forks a child for each command.

A command that a test starts is a small relay (`relay.py`), so `subprocess.run` and `Popen` work as they do with the
real program: working directory, environment, umask, streams, signals and exit code are its own. Settings that only a
new interpreter reads (PYTHONWARNINGS, DLT_* at import) and `kill -9` need the real program.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
IMPORTED = (
    *("loader.cli.app", "loader.runs", "loader.doctor", "loader.site", "loader.simulator", "loader.dbt"),
    *("dbt.cli.main", "dbt.adapters.duckdb", "dbt.parser.manifest"),
    *("dlt._workspace._plugins", "dlt.common.libs.pyarrow", "dlt.sources.helpers.requests", "loader.pipeline.naming"),
    *("numpy.ma", "pyarrow.compute", "pyarrow.parquet", "pytz"),
)
_started: list[subprocess.Popen[bytes]] = []
"""Keeps the stdin of the warm process open."""


def command(*words: str) -> list[str]:
    """Return ``wms-elt`` with these words, as arguments for `subprocess`."""
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("relay.py")), _address(), *words]


@cache
def _address() -> str:
    """Return the socket of this test process's warm process, which ends with it."""
    directory = tempfile.TemporaryDirectory(prefix="wms-elt-")
    atexit.register(directory.cleanup)
    address = str(Path(directory.name) / "s")
    ours = ("GRUPONOS_", "WMS_ELT_", "DBT_", "DLT_", "PYTHONWARNINGS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.warm", address],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    _started.append(process)
    assert process.stdout is not None
    assert process.stdout.readline(), "the warm process did not start"
    return address


def serve(address: str) -> None:
    """Fork a keeper for each command, until stdin ends."""
    for module in IMPORTED:
        importlib.import_module(module)
    from tests.support import parsed_once

    parsed_once.install()
    # garbage collection in a child would copy every page it shares with this process
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    print("ready", flush=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            os._exit(0)
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep(connection)
        connection.close()


def _keep(connection: socket.socket) -> NoReturn:
    """Run a command in a child, relay signals, kill it if its relay is gone, and return its status."""
    head, streams, _, _ = socket.recv_fds(connection, 4, 3)
    size, text = int.from_bytes(head, "big"), b""
    while len(text) < size:
        text += connection.recv(size - len(text))
    child = os.fork()
    if child == 0:
        connection.close()
        _perform(streams, **json.loads(text))
    for stream in (0, *streams):
        os.close(stream)
    threading.Thread(target=_pass_signals, args=(connection, child), daemon=True).start()
    _, status = os.waitpid(child, 0)
    with suppress(OSError):  # the relay was killed
        connection.sendall(status.to_bytes(4, "big"))
    os._exit(0)


def _pass_signals(connection: socket.socket, child: int) -> None:
    with suppress(ProcessLookupError):  # it has ended already
        while number := connection.recv(1):
            os.kill(child, number[0])
        os.kill(child, signal.SIGKILL)


def _perform(
    streams: Sequence[int], words: list[str], environment: dict[str, str], directory: str, umask: int
) -> NoReturn:
    """Run the command as a new interpreter does."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(directory)
    os.umask(umask)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["wms-elt", *words]
    sys.path[0] = directory
    _end(_exit_code(words))


def _exit_code(words: list[str]) -> int:
    from loader.cli import main

    try:
        main(words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)


def _end(exit_code: int) -> NoReturn:
    """Shut down as the interpreter does at its end."""
    shutdown: Any = threading._shutdown  # type: ignore[attr-defined]
    shutdown()
    atexit._run_exitfuncs()
    os._exit(exit_code)


if __name__ == "__main__":
    serve(sys.argv[1])
