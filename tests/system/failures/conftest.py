from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loader.simulator import Clock, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from tests.support.machine import Machine
from tests.system.runs.conftest import ORIGIN, Tenant


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the test directory under a fixed name: dbt parses again when the database path changes."""
    link = tmp_path_factory.getbasetemp() / "home"
    link.unlink(missing_ok=True)
    link.symlink_to(tmp_path)
    return link


@pytest.fixture
def machine(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    config = SimulatorConfig(world=WorldSpec(scale=1000, days=5, origin=ORIGIN))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
        yield Machine(Tenant(simulator, home), tmp_path_factory.getbasetemp() / "dbt")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mount a file system of `megabytes` MB. Skips the test if this user can't mount one."""
    made: list[Path] = []

    def make(megabytes: int) -> Path:
        place = tmp_path / f"disk{len(made)}"
        place.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs"]
        mount = shutil.which("mount")
        if not mount or subprocess.run([mount, *options, place], capture_output=True, check=False).returncode:
            pytest.skip("mounting a small file system needs root; the limit on file size is tested all the same")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", place], check=True)
