"""Deletes old rows and files about runs."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from loader.warehouse import ALERT, ENTITY_RUN, NODE_RESULT, RECONCILIATION, RUN, TEST_RESULT, Warehouse

# elt_described_field is kept: the next describe is compared with it
_BEGAN: Final = (RUN, ENTITY_RUN, TEST_RESULT, NODE_RESULT)


def days_ago(window_end: datetime | None, now: datetime, days: int) -> datetime:
    """Returns the instant `days` before now, or before the newest watermark if that is earlier; aware UTC.

    The watermark protects against a fast clock, which would make everything look old.

    Args:
        window_end: the newest watermark, aware UTC; None before the first load.
        now: time of this machine, aware UTC.
    """
    return min(now, window_end or now) - timedelta(days=days)


def forget_old_runs(target: Warehouse, before: datetime) -> None:
    """Deletes rows of runs that started before an instant (aware UTC), and alerts closed before it.

    The last successful load and the last comparison of each entity are kept: freshness, lag and verdict need them.
    Commits, as `Warehouse.execute_all` does.

    Raises:
        TargetError: the target can't be written.
    """
    kept = {ENTITY_RUN.name: _LAST_GOOD.format(table=target.raw(ENTITY_RUN.name))}
    deletions = [
        f"delete from {target.raw(spec.name)} where started_at < ?{kept.get(spec.name, '')}"  # noqa: S608
        for spec in _BEGAN
    ]
    deletions.append(_OLD_COMPARISONS.format(table=target.raw(RECONCILIATION.name)))
    deletions.append(f"delete from {target.raw(ALERT.name)} where closed_at < ?")  # noqa: S608
    target.execute_all([(deletion, (before,)) for deletion in deletions])


def forget_old_files(directory: Path, before: datetime) -> None:
    """Deletes JSON reports written before an instant (aware UTC); skips files that can't be deleted."""
    for path in directory.glob("*.json"):
        with suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


_LAST_GOOD: Final = """
    and not (status = 'ok' and finished_at = (
        select max(good.finished_at) from {table} good where good.status = 'ok' and good.entity = {table}.entity
    ))
"""

_OLD_COMPARISONS: Final = """
    delete from {table} where compared_at < ? and compared_at < (
        select max(later.compared_at) from {table} later where later.entity = {table}.entity
    )
"""
