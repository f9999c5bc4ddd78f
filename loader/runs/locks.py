"""The locks of a run: one in the work directory, one where the data goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from loader.locking.file import died_holding, file_lock, holder
from loader.locking.owner import Owner
from loader.settings import Settings
from loader.warehouse import open_warehouse
from loader.warehouse.duckdb.errors import make_directory
from loader.warehouse.oracle.lock import row_holder, row_lock


@contextmanager
def acquire_locks(settings: Settings, owner: Owner, on_lost: Callable[[], None]) -> Iterator[Owner | None]:
    """Holds all locks of the pipeline while the block runs.

    The work directory's lock covers what this machine keeps (pending packages, dbt's files); the target's lock covers
    other work directories and machines: beside a DuckDB file, which only one process can open anyway, a lock of the
    operating system; on Oracle a row with a heartbeat.

    Args:
        on_lost: called from another thread when the row was taken over by another run.

    Yields:
        A former owner that died without releasing; None when there was none.

    Raises:
        LockedError: ``WMS_RUN_002``, another run holds one of them; ``WMS_RUN_004``, on Oracle: a run of another
            pipeline lands an entity that this one lands.
        ConfigError: ``WMS_CONF_006``, a lock file cannot be used.
        TargetError: the target cannot be opened.
    """
    with ExitStack() as stack:
        before = stack.enter_context(file_lock(work_lock(settings), owner))
        if settings.target.kind == "duckdb":
            make_directory(settings.target.duckdb_path.absolute().parent)
            beside = stack.enter_context(file_lock(duckdb_lock(settings), owner))
        else:
            stale = timedelta(minutes=settings.operations.lock_stale_minutes)
            opening = partial(open_warehouse, settings)
            beside = stack.enter_context(row_lock(opening, settings.pipeline.name, owner, stale, on_lost))
        yield before or beside


def current_owner(settings: Settings) -> Owner | None:
    """The run at work now, as far as this machine can tell without disturbing it; None when there is none."""
    here = holder(work_lock(settings))
    if here or settings.target.kind == "duckdb":
        return here or holder(duckdb_lock(settings))
    with open_warehouse(settings) as target:
        return row_holder(target, settings.pipeline.name)


def broken_off(settings: Settings) -> Owner | None:
    """The run that was last here and ended without releasing its lock, such as by SIGKILL; None when it released it."""
    here = died_holding(work_lock(settings))
    return here or (died_holding(duckdb_lock(settings)) if settings.target.kind == "duckdb" else None)


def work_lock(settings: Settings) -> Path:
    """The lock file in the work directory."""
    return settings.pipeline.work_dir / "locks" / f"{settings.pipeline.name}.lock"


def duckdb_lock(settings: Settings) -> Path:
    """The lock file beside the DuckDB file."""
    path = settings.target.duckdb_path
    return path.with_name(f"{path.name}.lock")
