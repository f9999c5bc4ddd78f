"""What every scenario needs: a place for its files, how often to repeat, and someone to tell."""

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
    """The bench's surroundings.

    Args:
        directory: scratch, removed at the end.
        repeats: how often a measurement is made; its median counts.
        log: is told what is being measured.
    """

    directory: Path
    repeats: int
    log: Callable[[str], None]

    def empty(self, name: str) -> Path:
        """An empty directory."""
        path = self.directory / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def copy(self, original: Path, name: str) -> Path:
        """A directory with the same files: the target, and the state of dlt beside it."""
        path = self.directory / name
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(original, path)
        return path


def load_environment(feed: Feed, directory: Path, entities: Sequence[str] = ()) -> dict[str, str]:
    """Variables for a load from the feed into ``<directory>/warehouse.duckdb``; without `entities` the default ones."""
    chosen = {"GRUPONOS_PIPELINE__ENTITIES": ",".join(entities)} if entities else {}
    return {
        **feed.environment,
        "GRUPONOS_TARGET__DUCKDB_PATH": str(directory / "warehouse.duckdb"),
        "GRUPONOS_PIPELINE__WORK_DIR": str(directory / "work"),
        # dlt of the peers; ours switches it off itself
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        **chosen,
    }


def run_wms_elt(
    feed: Feed, directory: Path, entities: Sequence[str] = (), settings: Mapping[str, str] | None = None
) -> Cost:
    """One load of the product, in a process of its own."""
    environment = {**load_environment(feed, directory, entities), **(settings or {})}
    return run_child(python_module(OURS), environment, directory)
