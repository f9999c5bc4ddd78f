"""Rows about runs are kept for some days, then forgotten; and how long ago anything is."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

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
    table, instants = target.raw(ENTITY_RUN.name), [now]
    if target.exists(table):
        [(read_until,)] = target.fetch(_READ_UNTIL.format(table=table))
        instants += [read_until.replace(tzinfo=UTC)] if isinstance(read_until, datetime) else []
    return min(instants) - timedelta(days=days)


def forget_old_runs(target: Warehouse, before: datetime) -> None:
    """Removes rows of runs that began before an instant (aware UTC), and alerts that were closed before it.

    The last good read of each entity is kept whatever its age: source freshness and lag are measured on it. So is the
    last comparison of each with the source.

    Raises:
        TargetError: the target cannot be written.
    """
    instant = before.astimezone(UTC).replace(tzinfo=None)
    with target.transaction():
        for spec in _BEGAN:
            kept = _LAST_GOOD.format(table=target.raw(spec.name)) if spec is ENTITY_RUN else ""
            target.execute(f"delete from {target.raw(spec.name)} where started_at < ?{kept}", (instant,))  # noqa: S608
        target.execute(_OLD_COMPARISONS.format(table=target.raw(RECONCILIATION.name)), (instant,))
        target.execute(f"delete from {target.raw(ALERT.name)} where closed_at < ?", (instant,))  # noqa: S608


def forget_old_files(directory: Path, before: datetime) -> None:
    """Removes the JSON reports last written before an instant (aware UTC); one that cannot be removed stays."""
    for path in directory.glob("*.json"):
        with suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


# the end of a backfill is what somebody typed
_READ_UNTIL: Final = "select max(window_to) from {table} where load_mode <> 'backfill'"

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
