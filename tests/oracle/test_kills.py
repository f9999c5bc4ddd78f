"""kill -9 before or after every change that a load makes in Oracle: nothing is lost or duplicated.

A sample of changes is tested, alternately before and after. Reads are omitted: the server state equals the one
after the previous change. WMS_ELT_EXHAUSTIVE=1 tests both at every round trip.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.kill_points import Load, perform
from tests.support.sampling import EXHAUSTIVE, parameters, sampled

CHANGES = ("create", "insert", "commit", "direct")
SAMPLE = 4


def run(load: Load) -> int:
    """Exit code of the process. The modules are imported once for all processes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.oracle.kill_points"])
    process = context.Process(target=perform, args=(load,))
    process.start()
    process.join(120)
    assert process.exitcode is not None
    return process.exitcode


def lived(load: Load) -> dict[str, Any]:
    """Return the result of a load that isn't killed."""
    load.result.unlink(missing_ok=True)
    assert run(load) == 0
    found: dict[str, Any] = json.loads(load.result.read_text())
    return found


def planned(sent: list[str]) -> Iterator[tuple[int, bool]]:
    """Return round trips from 1, and whether the server executes each one first."""
    if EXHAUSTIVE:
        yield from product(range(1, len(sent) + 1), (False, True))
        return
    changes = [step for step, text in enumerate(sent, 1) if text.lstrip().lower().startswith(CHANGES)]
    assert len(changes) > 8
    yield from zip(sampled(changes, SAMPLE), cycle((False, True)), strict=False)


@pytest.mark.parametrize(
    ("changed", "direct"),
    parameters([(False, False), (True, False), (False, True)], [(True, False)]),
    ids=["first", "incremental", "direct path"],
)
def test_kill_at_any_round_trip_loses_and_doubles_nothing(changed: bool, direct: bool, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    if changed:
        lived(Load(str(origin)))
    whole = tmp_path / "whole"
    shutil.copytree(origin, whole)
    load = Load(str(whole), changed=changed, direct=direct)
    expected = lived(load)
    for step, after in planned(expected["sent"]):
        place = tmp_path / f"{step}-{after}"
        shutil.copytree(origin, place)
        doomed = replace(load, directory=str(place), step=step, after=after)
        assert run(doomed) == -signal.SIGKILL, (step, after)
        assert lived(replace(doomed, step=0))["rows"] == expected["rows"], (step, after)
        shutil.rmtree(place)
