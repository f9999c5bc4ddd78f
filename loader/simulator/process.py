"""Runs the simulator as a child process, for `make elt` and for benchmarks that need a separate interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from loader.errors import ConfigError, InternalError

_STOP_SECONDS = 5.0


@dataclass(slots=True)
class SimulatorProcess:
    """Context manager: the simulator serves on a free loopback port while the block runs.

        with SimulatorProcess(state=Path("target/simulator.json")) as simulator:
            requests.get(f"{simulator.url}/wms/lgfapi/v10/entity/", auth=(simulator.username, simulator.password))

    Args:
        seed, scale, days, statuses: warehouse parameters; None = those of the state file, or the defaults.
        state: file that stores the warehouse parameters between starts.
        page_latency_ms, row_latency_us: delay per response in ms, and per row in microseconds.

    Raises:
        ConfigError: on entering, the error with which the child refused to start (WMS_SIM_...).
        InternalError: on entering, WMS_SIM_005, the child exited without a message.
    """

    seed: int | None = None
    scale: int | None = None
    days: int | None = None
    statuses: str | None = None
    state: Path | None = None
    page_latency_ms: float = 0.0
    row_latency_us: float = 0.0
    url: str = field(default="", init=False)
    username: str = field(default="", init=False)
    password: str = field(default="", init=False, repr=False)
    client_id: str = field(default="", init=False)
    client_secret: str = field(default="", init=False, repr=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def pid(self) -> int | None:
        """Process id of the child, or None."""
        return self._child.pid if self._child else None

    def __enter__(self) -> SimulatorProcess:
        # separate session: Ctrl-C must stop only the parent, which still needs the simulator to finish a page
        child = subprocess.Popen(  # noqa: S603 - this interpreter with our own arguments
            self._command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._child = child
        try:
            self._read_ready_line(child)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _command(self) -> list[str]:
        options = {
            "--seed": self.seed,
            "--scale": self.scale,
            "--days": self.days,
            "--statuses": self.statuses,
            "--state": self.state,
            "--latency-ms": self.page_latency_ms,
            "--row-latency-us": self.row_latency_us,
        }
        chosen = [f"{name}={value}" for name, value in options.items() if value is not None]
        # the port changes with every start, but links must not, or every document would differ
        fixed = ["--ready-json", "--port=0", "--https-links"]
        return [sys.executable, "-m", __package__, *fixed, *chosen]

    def _read_ready_line(self, child: subprocess.Popen[bytes]) -> None:
        """Wait for the child's ready line, which it prints within a second."""
        line = child.stdout.readline() if child.stdout else b""
        if not line:
            raise InternalError("WMS_SIM_005", "Can't start the simulator: its process ended before it was ready.")
        ready: dict[str, Any] = json.loads(line)
        if failure := ready.get("error"):
            raise ConfigError(failure["code"], failure["message"], hint=failure["hint"], context=failure["context"])
        self.url, self.username, self.password = ready["url"], ready["username"], ready["password"]
        self.client_id, self.client_secret = ready["client_id"], ready["client_secret"]

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        child.terminate()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
