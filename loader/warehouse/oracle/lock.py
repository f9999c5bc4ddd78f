"""Database lock for machines that share an Oracle schema: a row in the target, kept alive by a heartbeat."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from loader.errors import LockedError, TargetError
from loader.locking.owner import Owner, busy, is_dead, shared
from loader.warehouse import LOCK, Warehouse
from loader.warehouse.base import Row

OpenWarehouse = Callable[[], Warehouse]

_BEATS_PER_STALE: Final = 6
# the database clock, because the clocks of two machines may differ
_NOW: Final = "cast(sys_extract_utc(systimestamp) as timestamp)"


@contextmanager
def row_lock(
    open_warehouse: OpenWarehouse, name: str, owner: Owner, stale: timedelta, on_lost: Callable[[], None]
) -> Iterator[Owner | None]:
    """Hold the lock while the block runs, with a heartbeat every sixth of `stale`.

    Args:
        open_warehouse: opens a separate session.
        name: of the lock; the pipeline name.
        owner: this run.
        stale: an owner without a heartbeat for this time counts as dead.
        on_lost: called if another run has taken over the lock, for example while this machine was suspended.

    Yields:
        The earlier owner, if it died without releasing the lock; else None.

    Raises:
        LockedError: ``WMS_RUN_002``, a live run holds the lock; ``WMS_RUN_004``, a live run with another lock writes to
            a raw table that this run needs.
        TargetError: the target can't be queried.
    """
    with open_warehouse() as target:
        target.ensure_run_tables()
        before = _acquire(target, name, owner, stale)
        refusal = _refusal(target, name, owner, stale)
    if refusal:
        _release(open_warehouse, name, owner)
        raise refusal
    ended = threading.Event()
    heartbeat = threading.Thread(
        target=_send_heartbeats,
        args=(open_warehouse, name, owner, stale / _BEATS_PER_STALE, ended, on_lost),
        daemon=True,
    )
    heartbeat.start()
    try:
        yield before
    finally:
        ended.set()
        heartbeat.join()
        _release(open_warehouse, name, owner)


def row_holder(target: Warehouse, name: str) -> Owner | None:
    """Return the lock's owner, even if it is dead; None if the lock is free."""
    table = target.raw(LOCK.name)
    if not target.exists(table):
        return None
    found = _row(target, name)
    return found[0] if found else None


def _refusal(target: Warehouse, name: str, owner: Owner, stale: timedelta) -> LockedError | None:
    """Return an error if a live run writes to the same raw tables: it would use the same `read_order` numbers.

    Called after this run's row is inserted, so that at least one of two concurrent runs finds the other.
    """
    for other, rival, silence in _rows(target, "lock_name <> ?", name):
        both = set(owner.entities) & set(rival.entities)
        if both and silence < stale and not is_dead(rival):
            return shared(rival, other, both)
    return None


def _acquire(target: Warehouse, name: str, owner: Owner, stale: timedelta) -> Owner | None:
    refused = _insert(target, name, owner)
    if refused is None:
        return None
    found = _row(target, name)
    if found is None:
        raise refused
    before, silence = found
    if silence < stale and not is_dead(before):
        raise busy(before, f"{LOCK.name} {name}")
    table = target.raw(LOCK.name)
    with target.transaction():
        # if two runs replace the same dead owner, the run_id of the second no longer matches
        target.execute(
            f"update {table} set run_id = ?, command = ?, host = ?, process_id = ?, os_user = ?, entities = ?, "  # noqa: S608
            f"acquired_at = {_NOW}, heartbeat_at = {_NOW} where lock_name = ? and run_id = ?",
            (*_identity(owner), name, before.run_id),
        )
    winner = _row(target, name)
    if winner is None or winner[0].run_id != owner.run_id:
        raise busy(winner[0] if winner else None, f"{LOCK.name} {name}")
    return before


def _insert(target: Warehouse, name: str, owner: Owner) -> TargetError | None:
    """Insert the row; return the error if there is one already, or another reason against it."""
    try:
        target.execute(
            f"insert into {target.raw(LOCK.name)} "  # noqa: S608
            "(lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at) "
            f"values (?, ?, ?, ?, ?, ?, ?, {_NOW}, {_NOW})",
            (name, *_identity(owner)),
        )
    except TargetError as error:
        return error
    return None


def _identity(owner: Owner) -> tuple[object, ...]:
    entities = ",".join(owner.entities)
    return (owner.run_id, owner.command, owner.host[:128], owner.process_id, owner.os_user[:128], entities)


def _row(target: Warehouse, name: str) -> tuple[Owner, timedelta] | None:
    for _, owner, silence in _rows(target, "lock_name = ?", name):
        return owner, silence
    return None


def _rows(target: Warehouse, condition: str, name: str) -> list[tuple[str, Owner, timedelta]]:
    """Return name and owner of each lock, and the time since its last heartbeat."""
    found = target.fetch(
        "select lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at, "  # noqa: S608
        f"{_NOW} from {target.raw(LOCK.name)} where {condition}",
        (name,),
    )
    return [_read(row) for row in found]


def _read(row: Row) -> tuple[str, Owner, timedelta]:
    name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at, now = row
    owner = Owner(
        run_id=str(run_id),
        command=str(command),
        host=str(host),
        process_id=int(str(process_id)),
        os_user=str(os_user),
        since=_instant(acquired_at).replace(tzinfo=UTC),
        # null in rows of earlier releases; on Oracle, empty text is null
        entities=tuple(str(entities).split(",")) if entities else (),
    )
    return str(name), owner, _instant(now) - _instant(heartbeat_at)


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{LOCK.name} holds {value!r} instead of a timestamp")
    return value


def _send_heartbeats(
    open_warehouse: OpenWarehouse,
    name: str,
    owner: Owner,
    every: timedelta,
    ended: threading.Event,
    on_lost: Callable[[], None],
) -> None:
    while not ended.wait(every.total_seconds()):
        try:
            with open_warehouse() as target:
                target.execute(
                    f"update {target.raw(LOCK.name)} set heartbeat_at = {_NOW} where lock_name = ? and run_id = ?",  # noqa: S608
                    (name, owner.run_id),
                )
                found = _row(target, name)
        except TargetError:
            # the next heartbeat may succeed; if the database stays unavailable, the run itself fails
            continue
        if found is None or found[0].run_id != owner.run_id:
            on_lost()
            return


def _release(open_warehouse: OpenWarehouse, name: str, owner: Owner) -> None:
    try:
        with open_warehouse() as target:
            target.execute(
                f"delete from {target.raw(LOCK.name)} where lock_name = ? and run_id = ?",  # noqa: S608
                (name, owner.run_id),
            )
    except TargetError:
        # the lock becomes stale; on the same machine, the next run sees at once that this process has ended
        return
