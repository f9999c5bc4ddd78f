"""Runs scenarios in parallel, each in a process with its own loader."""

from __future__ import annotations

import functools
import multiprocessing
import tempfile
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.system.soak.loader_process import LoaderProcess
from tests.system.soak.scenario import scenario
from tests.system.soak.scenario_run import open_scenario
from tests.system.soak.tally import Tally


@dataclass(frozen=True)
class Result:
    """Result of a scenario; `failure` is empty if nothing was lost."""

    number: int
    tally: Tally
    failure: str = ""


def play(seed: int, number: int) -> Result:
    """Run one scenario in this process."""
    drawn = scenario(seed, number)
    with tempfile.TemporaryDirectory(prefix="soak-") as directory:
        try:
            with open_scenario(drawn, _loader(), Path(directory)) as run:
                return Result(number, run.play())
        except Exception:
            return Result(number, Tally(), f"{traceback.format_exc()}\n{drawn}")


@functools.cache
def _loader() -> LoaderProcess:
    """Return this process's loader, which stops when its stdin closes with this process."""
    return LoaderProcess()


def soak(seed: int, numbers: list[int] | None, seconds: float, jobs: int) -> Iterator[Result]:
    """Run the scenarios `numbers`, or start new ones for `seconds`. Stops after a failure."""
    began = time.monotonic()
    waiting = iter(numbers or count())
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        running: set[Future[Result]] = set()
        while True:
            while len(running) < jobs and (numbers or time.monotonic() - began < seconds):
                number = next(waiting, None)
                if number is None:
                    break
                running.add(pool.submit(play, seed, number))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
                if future.result().failure:
                    return
