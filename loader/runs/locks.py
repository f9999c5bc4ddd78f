"""Locks of a run: one in the work directory, one at the target."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from loader.locking.file import died_holding, file_lock, holder
from loader.locking.owner import Owner
from loader.settings import Settings
from loader.warehouse import Sessions, open_warehouse
from loader.warehouse.duckdb.errors import make_directory
from loader.warehouse.oracle.lock import row_holder, row_lock


@contextmanager
def acquire_locks(
    settings: Settings, owner: Owner, on_lost: Callable[[], None], sessions: Sessions | None = None
) -> Iterator[Owner | None]:
    """Holds all locks of the pipeline while the block runs.

    The lock in the work directory protects local files, such as pending packages and dbt's artifacts. The lock at the
    target also blocks runs from other work directories and machines. For DuckDB, it is a file lock next to the database
    file. For Oracle, it is a row with a heartbeat.

    Args:
        on_lost: called from another thread if another run takes over the row.
        sessions: database sessions of the run.

    Yields:
        A former owner that ended without releasing the lock, or None.

    Raises:
        LockedError: ``WMS_RUN_002``, another run holds a lock; ``WMS_RUN_004``, on Oracle, a run of another pipeline
            loads one of the same entities.
        ConfigError: ``WMS_CONF_006``, a lock file can't be used.
        TargetError: the target can't be opened.
    """
    with ExitStack() as stack:
        work_owner = stack.enter_context(file_lock(work_lock(settings), owner))
        if settings.target.kind == "duckdb":
            make_directory(settings.target.duckdb_path.absolute().parent)
            target_owner = stack.enter_context(file_lock(duckdb_lock(settings), owner))
        else:
            stale = timedelta(minutes=settings.operations.lock_stale_minutes)
            opened = (sessions or Sessions(settings)).open
            target_owner = stack.enter_context(row_lock(opened, settings.pipeline.name, owner, stale, on_lost))
        yield work_owner or target_owner


def current_owner(settings: Settings) -> Owner | None:
    """Returns the lock holder without acquiring a lock; None if no run is in progress."""
    here = holder(work_lock(settings))
    if here or settings.target.kind == "duckdb":
        return here or holder(duckdb_lock(settings))
    with open_warehouse(settings) as target:
        return row_holder(target, settings.pipeline.name)


def broken_off(settings: Settings) -> Owner | None:
    """Returns the last run if it ended without releasing its lock, for example by SIGKILL; else None."""
    here = died_holding(work_lock(settings))
    return here or (died_holding(duckdb_lock(settings)) if settings.target.kind == "duckdb" else None)


def work_lock(settings: Settings) -> Path:
    """Path of the lock file in the work directory."""
    return settings.pipeline.work_dir / "locks" / f"{settings.pipeline.name}.lock"


def duckdb_lock(settings: Settings) -> Path:
    """Path of the lock file next to the DuckDB file."""
    path = settings.target.duckdb_path
    return path.with_name(f"{path.name}.lock")
