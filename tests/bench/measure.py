"""Cost of a child process, from the kernel's accounting."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loader.errors import InternalError

_ROOT = Path(__file__).parents[2]
_LOG = "child.log"
# the kernel's unit of ru_maxrss: bytes on macOS, KiB elsewhere
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Resources used by a process and the children it waited for.

    Args:
        wall_s: seconds from start to end.
        cpu_s: user and system CPU seconds.
        peak_mb: highest resident memory of the biggest process, in 10^6 bytes; never below that of the parent process,
            because Linux counts the moment before the child is another program.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def run_child(command: Sequence[str], environment: Mapping[str, str], directory: Path) -> Cost:
    """Run a command to its end. Its output goes to ``<directory>/child.log``.

    Args:
        environment: added to this process's environment, without its wms-elt and dlt variables.
        directory: working directory without .env, so that only `environment` configures the child.

    Raises:
        InternalError: WMS_BENCH_001, the command failed.
    """
    with (directory / _LOG).open("wb") as output:
        started = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=directory,
            env={**_clean(os.environ), "PYTHONPATH": str(_ROOT), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
    # Popen must not wait for an ended child
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise _failed(command, child.returncode, directory)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT / 1e6)


def last_words(directory: Path) -> str:
    """Return the last output line of the last child in the directory; empty if there is none."""
    lines = output_lines(directory)
    return lines[-1] if lines else ""


def output_lines(directory: Path) -> list[str]:
    """Return the output lines of the last child in the directory."""
    return (directory / _LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()


def python_module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a module in this environment."""
    return [sys.executable, "-m", name, *arguments]


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each number separately."""
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.cpu_s for cost in costs),
        statistics.median(cost.peak_mb for cost in costs),
    )


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(("GRUPONOS_", "DLT_", "DBT_"))}


def _failed(command: Sequence[str], code: int, directory: Path) -> InternalError:
    return InternalError(
        "WMS_BENCH_001",
        f"a measured process ended with {code}: {last_words(directory) or 'it said nothing'}",
        hint="the rest is measured all the same",
        context={"command": " ".join(command[1:])},
    )
