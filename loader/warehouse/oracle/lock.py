"""A lock as a row of the target, for machines that share an Oracle: it lives as long as its heart beats."""

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
# the clock of the database: those of two machines may differ
_NOW: Final = "cast(sys_extract_utc(systimestamp) as timestamp)"


@contextmanager
def row_lock(
    open_warehouse: OpenWarehouse, name: str, owner: Owner, stale: timedelta, on_lost: Callable[[], None]
) -> Iterator[Owner | None]:
    """Holds the row of that name while the block runs, and shows every sixth of `stale` that it lives.

    Args:
        open_warehouse: opens a session of its own.
        stale: without a sign of life for so long, an owner counts as dead.
        on_lost: called when another run has taken the lock over, as after a long suspension of this machine.

    Yields:
        The owner before, when it died without releasing; else None.

    Raises:
        LockedError: ``WMS_RUN_002``, a living run holds it; ``WMS_RUN_004``, one that holds another row writes to the
            raw tables of an entity of this one.
        TargetError: the target cannot be asked.
    """
    with open_warehouse() as target:
        target.ensure_run_tables()
        before = _acquire(target, name, owner, stale)
        refusal = _refusal(target, name, owner, stale)
    if refusal:
        _release(open_warehouse, name, owner)
        raise refusal
    ended = threading.Event()
    heart = threading.Thread(
        target=_beat, args=(open_warehouse, name, owner, stale / _BEATS_PER_STALE, ended, on_lost), daemon=True
    )
    heart.start()
    try:
        yield before
    finally:
        ended.set()
        heart.join()
        _release(open_warehouse, name, owner)


def row_holder(target: Warehouse, name: str) -> Owner | None:
    """Who has the row, alive or not; None when nobody has."""
    table = target.raw(LOCK.name)
    if not target.exists(table):
        return None
    found = _row(target, name)
    return found[0] if found else None


def _refusal(target: Warehouse, name: str, owner: Owner, stale: timedelta) -> LockedError | None:
    """Because of a living run that writes to the same raw tables: `read_order` would be given out twice.

    Asked with the own row in place: of two that begin together, one at least sees the other.
    """
    for other, rival, silent_for in _rows(target, "lock_name <> ?", name):
        both = set(owner.entities) & set(rival.entities)
        if both and silent_for < stale and not is_dead(rival):
            return shared(rival, other, both)
    return None


def _acquire(target: Warehouse, name: str, owner: Owner, stale: timedelta) -> Owner | None:
    found = _row(target, name)
    if found is None:
        _insert(target, name, owner)
        return None
    before, silent_for = found
    if silent_for < stale and not is_dead(before):
        raise busy(before, f"{LOCK.name} {name}")
    table = target.raw(LOCK.name)
    with target.transaction():
        # two that find the same dead owner: the second finds another run_id and changes nothing
        target.execute(
            f"update {table} set run_id = ?, command = ?, host = ?, process_id = ?, os_user = ?, entities = ?, "  # noqa: S608
            f"acquired_at = {_NOW}, heartbeat_at = {_NOW} where lock_name = ? and run_id = ?",
            (*_identity(owner), name, before.run_id),
        )
    winner = _row(target, name)
    if winner is None or winner[0].run_id != owner.run_id:
        raise busy(winner[0] if winner else None, f"{LOCK.name} {name}")
    return before


def _insert(target: Warehouse, name: str, owner: Owner) -> None:
    try:
        target.execute(
            f"insert into {target.raw(LOCK.name)} "  # noqa: S608
            "(lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at) "
            f"values (?, ?, ?, ?, ?, ?, ?, {_NOW}, {_NOW})",
            (name, *_identity(owner)),
        )
    except TargetError as error:
        winner = _row(target, name)
        if winner is None:
            raise
        raise busy(winner[0], f"{LOCK.name} {name}") from error


def _identity(owner: Owner) -> tuple[object, ...]:
    entities = ",".join(owner.entities)
    return (owner.run_id, owner.command, owner.host[:128], owner.process_id, owner.os_user[:128], entities)


def _row(target: Warehouse, name: str) -> tuple[Owner, timedelta] | None:
    for _, owner, silent_for in _rows(target, "lock_name = ?", name):
        return owner, silent_for
    return None


def _rows(target: Warehouse, condition: str, name: str) -> list[tuple[str, Owner, timedelta]]:
    """Name, owner, and for how long it has given no sign of life."""
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
        # a row written by an earlier release has none, an empty text is null on Oracle
        entities=tuple(str(entities).split(",")) if entities else (),
    )
    return str(name), owner, _instant(now) - _instant(heartbeat_at)


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{LOCK.name} holds {value!r} where an instant belongs")
    return value


def _beat(
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
            # the run itself will say so if the database stays away; the next beat may come through
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
        # it goes stale; and this process is dead by then, which is seen at once on the same machine
        return
