"""Rows about runs are kept for some days, then forgotten; and how long ago anything is."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from loader.report.entity_runs import read_until
from loader.warehouse import ALERT, ENTITY_RUN, NODE_RESULT, RECONCILIATION, RUN, TEST_RESULT, Warehouse

# what was described of a schema is kept: the next change is told from it
_BEGAN: Final = (RUN, ENTITY_RUN, TEST_RESULT, NODE_RESULT)


def days_ago(target: Warehouse, now: datetime, days: int) -> datetime:
    """That many days before this machine's clock, or before the instant of the WMS up to which it has been read.

    The earlier counts: a machine whose clock runs ahead must not take everything for old. Where nothing has been read
    by windows, there is only this machine's clock.

    Args:
        now: by this machine's clock, aware UTC.

    Raises:
        TargetError: the target cannot be read.
    """
    ends = [known.window_end.replace(tzinfo=UTC) for known in read_until(target).values() if known.window_end]
    return min(now, max(ends, default=now)) - timedelta(days=days)


def forget_old_runs(target: Warehouse, before: datetime) -> None:
    """Removes rows of runs that began before an instant (aware UTC), and alerts that were closed before it.

    The last good read of each entity is kept whatever its age: source freshness and lag are measured on it. So is the
    last comparison of each with the source.

    Raises:
        TargetError: the target cannot be written.
    """
    with target.transaction():
        for spec in _BEGAN:
            kept = _LAST_GOOD.format(table=target.raw(spec.name)) if spec is ENTITY_RUN else ""
            target.execute(f"delete from {target.raw(spec.name)} where started_at < ?{kept}", (before,))  # noqa: S608
        target.execute(_OLD_COMPARISONS.format(table=target.raw(RECONCILIATION.name)), (before,))
        target.execute(f"delete from {target.raw(ALERT.name)} where closed_at < ?", (before,))  # noqa: S608


def forget_old_files(directory: Path, before: datetime) -> None:
    """Removes the JSON reports last written before an instant (aware UTC); one that cannot be removed stays."""
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
