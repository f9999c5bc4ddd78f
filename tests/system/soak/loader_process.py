"""Client of the process that forks loads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.system.soak.loads import Order

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Ended:
    """Result of a load.

    Args:
        signal: the signal that killed it; 0 if it ended normally.
        error: code of the error that stopped it; empty if it finished.
        outcomes: by entity, as `loads` writes them.
        landed: new versions by entity.
        events: number of file changes.
    """

    signal: int = 0
    error: str = ""
    exit_code: int = 0
    message: str = ""
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    landed: dict[str, int] = field(default_factory=dict)
    events: int = 0

    @property
    def was_killed(self) -> bool:
        """Whether the load was killed."""
        return self.signal != 0

    @property
    def all_ok(self) -> bool:
        """Whether every entity was read completely."""
        outcomes = self.outcomes.values()
        return not self.was_killed and not self.error and all(outcome["status"] == "ok" for outcome in outcomes)


class LoaderProcess:
    """A process with all imports done. It runs loads one after the other, each in its own child process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.soak.loads"],
            cwd=ROOT,
            # loads often end by a kill: coverage would cost half their CPU and never be written
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Stop the forking process. Otherwise it stops with this one."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def run(self, order: Order, *, started: Callable[[int], object] = lambda _: None) -> Ended:
        """Run the load to its end. Calls `started` with its process id."""
        result = Path(order.result)
        result.unlink(missing_ok=True)
        self._write(order.line())
        started(int(self._read()))
        status = int(self._read())
        if os.WIFSIGNALED(status):
            return Ended(signal=os.WTERMSIG(status))
        return Ended(**json.loads(result.read_text()))

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process that forks loads has ended")
        return line


def terminate(pid: int) -> None:
    """Send SIGTERM unless the process has ended."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
