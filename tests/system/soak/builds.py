"""``python -m tests.system.soak --builds``: whole runs with random kills; the marts must equal a full refresh.

Each round moves the simulator's clock, runs ``wms-elt elt`` and may kill it at a random moment, mostly while dbt
builds. After every few rounds, the target is built with ``--full-refresh`` and compared with its copy, table by table.
Then the copy is put back.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from loader.report.store import LATEST
from loader.simulator import Clock, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.world import Hazards, WorldSpec
from tests.support.table_rows import differing_tables
from tests.system.soak.scenario import ORIGIN

ROUNDS: Final = 4
"""Runs before each comparison."""
KILLED: Final = 0.3
"""Share of rounds that begin with a killed run. The build after it computes all rows."""
HOURS: Final = (0.2, 0.5, 1, 2, 2, 7)
"""Times between rounds. In a long time a facility or company changes, which affects all rows."""
PROJECT: Final = ("dbt_project", "profiles.yml.example")
WITH_MARTS: Final = {0, 40}
"""Exit codes of a run whose tables are built: a simulated clock is not the present, so sources may be stale."""


class BuildsDiffer(AssertionError):
    """A table differs from a full refresh, or a run failed."""


@dataclass
class Builds:
    """A checkout, its simulator and what happened.

    Args:
        directory: the checkout.
        counts: runs, kills, comparisons and rows compared.
    """

    simulator: RunningSimulator
    directory: Path
    dice: Random
    counts: Counter[str] = field(default_factory=Counter)
    _usual_s: float = 20.0

    def play(self) -> None:
        """Run ROUNDS times and compare. Raises BuildsDiffer."""
        for _ in range(ROUNDS):
            self.simulator.clock.advance(timedelta(hours=self.dice.choice(HOURS)))
            if self.dice.random() < KILLED:
                self.counts["killed"] += self._run(kill_after=self.dice.uniform(0.3, 1.1) * self._usual_s)
            self._run()
        self._compare()

    def _run(self, kill_after: float | None = None) -> bool:
        """Run ``wms-elt elt``. Return whether it was killed."""
        began = time.monotonic()
        child = self._start("elt")
        self.counts["runs"] += 1
        try:
            code = child.wait(kill_after)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return True
        if code not in WITH_MARTS:
            raise BuildsDiffer(f"wms-elt elt ended with {code}:\n{self._log()}")
        self._usual_s = time.monotonic() - began
        report = json.loads((self.directory / "work" / "runs" / LATEST).read_bytes())
        self.counts["partial builds"] += bool((report["plan"] or {}).get("built_up_to"))
        return False

    def _compare(self) -> None:
        grown, target = self.directory / "grown.duckdb", self.directory / "warehouse.duckdb"
        shutil.copy(target, grown)
        child = self._start("dbt", "--full-refresh", "--exclude-resource-type", "test")
        if (code := child.wait()) not in WITH_MARTS:
            raise BuildsDiffer(f"full refresh ended with {code}:\n{self._log()}")
        differing, rows = differing_tables(grown, target, self._ignored())
        self.counts["comparisons"] += 1
        self.counts["rows compared"] += rows
        if differing:
            raise BuildsDiffer("\n".join(differing))
        grown.replace(target)

    def _ignored(self) -> set[str]:
        """Tables that read the run tables: the full refresh is a run of its own."""
        manifest = json.loads((self.directory / "work" / "dbt" / "target" / "manifest.json").read_bytes())
        waiting, found = [name for name in manifest["sources"] if ".elt." in name], set[str]()
        while waiting:
            new = set(manifest["child_map"].get(waiting.pop(), ())) - found
            found |= new
            waiting += new
        return {name.rpartition(".")[2] for name in found}

    def _log(self) -> str:
        return (self.directory / "child.log").read_text()[-4000:]

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.directory / "child.log").open("wb") as output:
            return subprocess.Popen(
                [str(Path(sys.executable).with_name("wms-elt")), *arguments],
                cwd=self.directory,
                env={**_clean(), **self._environment()},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _environment(self) -> Mapping[str, str]:
        return {
            "GRUPONOS_WMS__BASE_URL": self.simulator.url,
            "GRUPONOS_WMS__USERNAME": self.simulator.username,
            "GRUPONOS_WMS__PASSWORD": self.simulator.password,
            "GRUPONOS_TARGET__DUCKDB_PATH": str(self.directory / "warehouse.duckdb"),
            "GRUPONOS_PIPELINE__WORK_DIR": str(self.directory / "work"),
        }


def soak_builds(seed: int, seconds: float, directory: Path, show: Callable[[Counter[str]], None]) -> Counter[str]:
    """Play rounds of one warehouse until the time is up. Raises BuildsDiffer."""
    dice = Random(seed)
    hazards = Hazards(
        late_commits=0.1, late_seconds=60.0, late_max_seconds=3600.0, backdated=0.05, deletes=0.03, close_updates=0.1
    )
    world = WorldSpec(origin=ORIGIN, seed=seed, scale=1_000, days=5, hazards=hazards)
    checkout = directory / "checkout"
    for part in map(Path, PROJECT):
        destination = checkout / part.name
        destination.parent.mkdir(exist_ok=True)
        if part.is_dir():
            shutil.copytree(part, destination, ignore=shutil.ignore_patterns("target", "logs"))
        else:
            shutil.copy(part, destination)
    began = time.monotonic()
    with serve_in_thread(SimulatorConfig(world=world, seed=seed), clock=Clock(ORIGIN, speed=0)) as simulator:
        builds = Builds(simulator, checkout, dice)
        while time.monotonic() - began < seconds:
            builds.play()
            show(builds.counts)
    return builds.counts


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("GRUPONOS_", "DBT_", "WMS_ELT_"))}
