"""The statuses of each record and their durations, from the simulated warehouse itself, without SQL or documents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from loader.simulator.contract import Row
from loader.simulator.world import WarehouseWorld

Life = Sequence[tuple[datetime, Row]]


@dataclass(frozen=True)
class Stay:
    """A period in a status: the real one, and the bounds known to a periodic reader.

    Args:
        began: when the record entered the status.
        not_before: change time shown by the previous read; creation time for the first status.
        shown: change time shown by the first read of the status.
        read_at: time of that read.
    """

    status: int
    began: datetime
    not_before: datetime
    shown: datetime
    read_at: datetime


def life_of(world: WarehouseWorld, entity: str, row_id: int, until: datetime) -> Life:
    """Return every change of a record with its instant. The world deletes nothing."""
    return [(at, row) for at, row in world.visible_versions(entity, row_id, until) if row is not None]


def readings(life: Life, instants: Iterable[datetime]) -> list[tuple[datetime, int]]:
    """Return when a reader at these instants found changes, and the position of each change in the record's life."""
    changes, found = [at for at, _ in life], list[tuple[datetime, int]]()
    for instant in instants:
        position = bisect_right(changes, instant) - 1
        if position >= 0 and (not found or found[-1][1] != position):
            found.append((instant, position))
    return found


def stays(life: Life, read: Sequence[tuple[datetime, int]]) -> list[Stay]:
    """Return the observed statuses, in order."""
    found: list[Stay] = []
    changed_at, status_of = [at for at, _ in life], [row["status_id"] for _, row in life]
    not_before = changed_at[0]
    for read_at, position in read:
        status = status_of[position]
        if not found or found[-1].status != status:
            entry = position
            while entry and status_of[entry - 1] == status:
                entry -= 1
            found.append(Stay(status, changed_at[entry], not_before, changed_at[position], read_at))  # type: ignore[arg-type]
        not_before = changed_at[position]
    return found


def is_behind(seen: Sequence[Stay]) -> bool:
    """Whether the record had a higher status than its last one."""
    return max(stay.status for stay in seen) > seen[-1].status
