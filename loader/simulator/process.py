"""The simulator as a child process, for `make elt` and for benchmarks that must not share an interpreter with it."""

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
    """A context manager: the simulator serves on a free loopback port while the block runs.

        with SimulatorProcess(state=Path("target/simulator.json")) as simulator:
            requests.get(f"{simulator.url}/wms/lgfapi/v10/entity/", auth=(simulator.username, simulator.password))

    Args:
        seed, scale, days: of the warehouse; None = as in the state file, or the defaults.
        state: file that remembers the warehouse between starts.
        page_latency_ms, row_latency_us: waiting times of each answer.

    Raises:
        ConfigError: on entering, what the child refused to start with (WMS_SIM_...).
        InternalError: on entering, WMS_SIM_005, the child ended without a word.
    """

    seed: int | None = None
    scale: int | None = None
    days: int | None = None
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
        """The child's process id; None while there is none."""
        return self._child.pid if self._child else None

    def __enter__(self) -> SimulatorProcess:
        # its own session: Ctrl-C is for the parent, which still needs the simulator to finish its page
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
            "--state": self.state,
            "--latency-ms": self.page_latency_ms,
            "--row-latency-us": self.row_latency_us,
        }
        chosen = [f"{name}={value}" for name, value in options.items() if value is not None]
        # a free port changes with every start: the links in documents must not, or every row would look changed
        fixed = ["--ready-json", "--port=0", "--https-links"]
        return [sys.executable, "-m", "loader.simulator", *fixed, *chosen]

    def _read_ready_line(self, child: subprocess.Popen[bytes]) -> None:
        """Wait for the child's one line; it comes within a second, or the child ends."""
        line = child.stdout.readline() if child.stdout else b""
        if not line:
            raise InternalError("WMS_SIM_005", "the simulator's process ended before it was ready")
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
