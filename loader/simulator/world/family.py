"""Rows that share a life cycle, and the questions about them that must be fast.

A row is a handful of instants, one for each event of its life: what it looks like at an instant follows from which
events have happened. Events are columns of one array, so a page of rows is computed by a few vector operations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from loader.simulator.contract import Row, Value, Window
from loader.simulator.world.dice import Dice
from loader.simulator.world.spec import NEVER, Bools, Ints, from_us, to_us

CHUNK = 4096  # rows looked at together when a window is searched
_PAST = int(np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True)
class Moment:
    """Some rows at an instant.

    Args:
        index: their position in the arrays they were built from.
        ids: their primary keys.
        at: by [row, event], when the event happens.
        done: by [row, event], whether it has happened.
        last: by row, the column of the last event.
    """

    index: Ints
    ids: Ints
    at: Ints
    done: Bools
    last: Ints


Column = Callable[[Moment], Sequence[Value]]
Columns = Mapping[str, Column]


class Family:
    """Rows of one entity that share events and columns.

    Args:
        ids: primary keys, unique, by position.
        events: instants by [position, event]; the first is the creation, later columns happen later.
        columns: how to compute each field; fields left out have their default.
        label: the natural key of a position, shown where other rows refer to this one.
        dated: whether the rows show create_ts and mod_ts.
    """

    def __init__(
        self,
        ids: Ints,
        events: Ints,
        columns: Columns,
        label: Callable[[int], str] = lambda _: "",
        *,
        dated: bool = True,
    ) -> None:
        # most families are made in the order of their ids: then nothing is copied
        order = None if (np.diff(ids) > 0).all() else np.argsort(ids)
        self.ids = ids if order is None else ids[order]
        self._index = np.arange(len(ids)) if order is None else order
        self._events = events if order is None else events[order]
        self._label = label
        self._columns = {"id": _ids, **columns} | ({"create_ts": _create_ts, "mod_ts": _mod_ts} if dated else {})
        starts = np.arange(0, len(ids), CHUNK)
        last = np.where(self._events == NEVER, _PAST, self._events).max(axis=1)
        self._chunk_from = np.minimum.reduceat(self._events[:, 0], starts)
        self._chunk_to = np.maximum.reduceat(last, starts)

    def find(self, at: int, window: Window, limit: int | None) -> Ints:
        """Ids of the rows that exist at the instant and lie in the window, ascending, at most `limit`."""
        begin = 0 if window.id_from is None else int(np.searchsorted(self.ids, window.id_from))
        end = len(self.ids) if window.id_to is None else int(np.searchsorted(self.ids, window.id_to))
        low, high = _bounds(window.mod_from, window.mod_to)
        born_low, born_high = _bounds(window.create_from, window.create_to)
        found: list[Ints] = []
        missing = len(self.ids) if limit is None else limit
        for chunk in range(begin // CHUNK, -(-end // CHUNK)):
            if self._chunk_to[chunk] < low or self._chunk_from[chunk] >= min(high, at + 1):
                continue
            part = slice(max(begin, chunk * CHUNK), min(end, (chunk + 1) * CHUNK))
            born = self._events[part, 0]
            hit = (born <= at) & (born >= born_low) & (born < born_high)
            if window.mod_from is not None or window.mod_to is not None:
                changed = self._changed(part, at)
                hit &= (changed >= low) & (changed < high)
            found.append(self.ids[part][hit][:missing])
            missing -= len(found[-1])
            if missing <= 0:
                break
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def changed(self, at: int) -> tuple[Ints, Ints]:
        """Ids of all rows that exist at the instant, and when each last changed."""
        exists = self._events[:, 0] <= at
        return self.ids[exists], self._changed(slice(None), at)[exists]

    def positions(self, ids: Ints, at: int) -> Ints:
        """Where rows stand. Raises KeyError for an id that does not exist at the instant."""
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        exists = (self.ids[place] == ids) & (self._events[place, 0] <= at)
        if not exists.all():
            raise KeyError(int(ids[~exists][0]))
        return place

    def holds(self, ids: Ints) -> Bools:
        """Which ids belong to this family, at any time."""
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray(self.ids[place] == ids)

    def rows(self, ids: Ints, at: int, fields: Collection[str] | None = None) -> list[Row]:
        """Sparse rows in the order of the ids. Raises KeyError for an id that does not exist at the instant."""
        moment = self._moment(self.positions(ids, at), at)
        names = [name for name in self._columns if fields is None or name in fields]
        values = [self._columns[name](moment) for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)] or [{} for _ in ids]

    def versions(self, ids: Ints, at: int) -> Ints:
        """How many events of each row have happened."""
        return np.asarray((self._events[self.positions(ids, at)] <= at).sum(axis=1))

    def label(self, row_id: int) -> str | None:
        """The natural key of a row, at whatever time it exists; None if the id belongs to no row of this family."""
        place = int(np.searchsorted(self.ids, row_id))
        if place == len(self.ids) or self.ids[place] != row_id:
            return None
        return self._label(int(self._index[place]))

    def _changed(self, part: slice, at: int) -> Ints:
        events = self._events[part]
        return np.asarray(np.where(events <= at, events, _PAST).max(axis=1))

    def _moment(self, place: Ints, at: int) -> Moment:
        events = self._events[place]
        done = events <= at
        last = events.shape[1] - 1 - np.argmax(done[:, ::-1], axis=1)
        return Moment(self._index[place], self.ids[place], events, done, last)


def issue_ids(dice: Dice, entity: str, base: int, *created: Ints) -> list[Ints]:
    """Primary keys for one or more families of an entity: ascending by creation, with small gaps, never used twice."""
    instants = np.concatenate(created)
    rank = np.arange(len(instants), dtype=np.int64)
    gap = dice.chance(f"{entity}.gap", rank, 1 / 16) * dice.whole(f"{entity}.skipped", rank, 1, 20)
    ids = np.empty(len(instants), dtype=np.int64)
    ids[np.argsort(instants, kind="stable")] = base + np.cumsum(1 + gap)
    return np.split(ids, np.cumsum([len(part) for part in created])[:-1])


def _bounds(low: datetime | None, high: datetime | None) -> tuple[int, int]:
    return (_PAST if low is None else to_us(low), NEVER if high is None else to_us(high))


def _ids(moment: Moment) -> list[int]:
    return [int(value) for value in moment.ids.tolist()]


def _create_ts(moment: Moment) -> Sequence[Value]:
    return [from_us(value) for value in moment.at[:, 0].tolist()]


def _mod_ts(moment: Moment) -> Sequence[Value]:
    changed = moment.at[np.arange(len(moment.last)), moment.last]
    return [from_us(value) for value in changed.tolist()]
