"""Common parts of the scenarios: scratch folder, number of repeats and progress log."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.dataset import Feed
from tests.bench.measure import Cost, python_module, run_child

OURS = "tests.bench.baselines.wms_elt"


@dataclass(frozen=True, slots=True)
class Harness:
    """Environment of the benchmark.

    Args:
        directory: scratch folder, removed at the end.
        repeats: number of measurements; the median counts.
        log: receives progress messages.
    """

    directory: Path
    repeats: int
    log: Callable[[str], None]

    def empty(self, name: str) -> Path:
        """Return an empty directory."""
        path = self.directory / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def copy(self, original: Path, name: str) -> Path:
        """Return a copy of a directory: the target and dlt's state."""
        path = self.directory / name
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(original, path)
        return path


def load_environment(feed: Feed, directory: Path, entities: Sequence[str] = ()) -> dict[str, str]:
    """Return variables for a load into ``<directory>/warehouse.duckdb``; without `entities`, of the default ones."""
    chosen = {"GRUPONOS_PIPELINE__ENTITIES": ",".join(entities)} if entities else {}
    chosen["GRUPONOS_PIPELINE__READ_PARENTS"] = "false"
    return {
        **feed.environment,
        "GRUPONOS_TARGET__DUCKDB_PATH": str(directory / "warehouse.duckdb"),
        "GRUPONOS_PIPELINE__WORK_DIR": str(directory / "work"),
        # for dlt in the baselines; wms-elt disables it itself
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        **chosen,
    }


def run_wms_elt(
    feed: Feed, directory: Path, entities: Sequence[str] = (), settings: Mapping[str, str] | None = None
) -> Cost:
    """Run a load of the product in its own process."""
    environment = {**load_environment(feed, directory, entities), **(settings or {})}
    return run_child(python_module(OURS), environment, directory)
