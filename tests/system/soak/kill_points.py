"""Kill points: a load dies by SIGKILL at the n-th operation of a kind, counted from its start."""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

FILES: Final = "files"
"""Every file system change: dlt keeps its packages and its state in files."""
INSTANT: Final = "instant"
"""Milliseconds after the start, whatever the load is doing."""

BOUNDARIES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "request": ("loader.wms.transport", "Transport.send"),
        "extract": ("dlt.pipeline.pipeline", "Pipeline.extract"),
        "commit extracted packages": ("dlt.extract.extract", "Extract.commit_packages"),
        "save schema": ("dlt.common.storages.live_schema_storage", "LiveSchemaStorage.commit_live_schema"),
        "save state": ("dlt.pipeline.pipeline", "Pipeline._save_state"),
        "restore state": ("dlt.pipeline.pipeline", "Pipeline._sync_destination"),
        "normalize": ("dlt.pipeline.pipeline", "Pipeline.normalize"),
        "load package": ("dlt.pipeline.pipeline", "Pipeline.load"),
        "create tables": ("loader.warehouse.duckdb.destination", "LandingDuckDbClient.update_stored_schema"),
        "landing job": ("loader.warehouse.duckdb.destination", "LandingJob.run"),
        "commit": ("dlt.destinations.impl.duckdb.sql_client", "DuckDbSqlClient.commit_transaction"),
        "complete job": ("dlt.common.storages.load_package", "PackageStorage.complete_job"),
        "complete package": ("loader.warehouse.duckdb.destination", "LandingDuckDbClient.complete_load"),
        "archive package": ("dlt.common.storages.load_package", "PackageStorage.complete_loading_package"),
    }
)
"""Commit boundaries by name: module and method."""

_CHANGES: Final = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "shutil.rmtree"})


@dataclass(frozen=True)
class KillPoint:
    """Kills the load before or after the `nth` call of a boundary, file change or millisecond.

    A load with fewer operations survives. File changes are always killed before they happen.
    """

    boundary: str
    nth: int
    after: bool = False

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} {self.boundary} {self.nth}"


def arm(kill_point: KillPoint | None) -> Callable[[], int]:
    """Arm this process to die at the kill point. Return a function that counts the file changes so far."""
    changes = itertools.count(1)
    kill_at = kill_point.nth if kill_point and kill_point.boundary == FILES else 0
    seen = [0]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES or (event == "open" and _writes(arguments)):
            seen[0] = number = next(changes)
            if number == kill_at:
                die()

    sys.addaudithook(watch)
    if kill_point and kill_point.boundary == INSTANT:
        timer = threading.Timer(kill_point.nth / 1000, die)
        timer.daemon = True
        timer.start()
    elif kill_point and kill_point.boundary != FILES:
        _wrap(kill_point)
    return lambda: seen[0]


def die() -> None:
    """Kill this process: no handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def _writes(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _wrap(kill_point: KillPoint) -> None:
    module, path = BOUNDARIES[kill_point.boundary]
    kind_name, method = path.split(".")
    kind = getattr(importlib.import_module(module), kind_name)
    original, calls = getattr(kind, method), itertools.count(1)

    @functools.wraps(original)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        is_due = next(calls) == kill_point.nth
        if is_due and not kill_point.after:
            die()
        value = original(*args, **kwargs)
        if is_due:
            die()
        return value

    setattr(kind, method, wrapper)
