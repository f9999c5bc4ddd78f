"""Rows with the same life cycle, and fast queries on them.

A row is a small set of instants, one per event. The past events determine the row at an instant. Events are columns of
one array, so a few vector operations compute a page of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from loader.simulator.contract import Row, Value, Window
from loader.simulator.world.dice import Dice
from loader.simulator.world.spec import NEVER, Bools, Ints, WorldSpec, from_us, to_us
from loader.simulator.world.timeline import NULL, PAST, Timeline

CHUNK = 4096  # rows per batch in a window search


@dataclass(frozen=True, slots=True)
class Moment:
    """Some rows at an instant.

    Args:
        index: positions in the source arrays.
        ids: primary keys.
        at: by [row, event], instant of the event.
        done: by [row, event], whether the event has happened.
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
        timeline: instants of each row, by position.
        columns: function for each field; omitted fields have their default.
        label: natural key of a position, shown in relations to this row.
        dated: whether the rows have create_ts and mod_ts.
    """

    def __init__(
        self,
        ids: Ints,
        timeline: Timeline,
        columns: Columns,
        label: Callable[[int], str] = lambda _: "",
        *,
        dated: bool = True,
    ) -> None:
        # most families are already in id order, so nothing is copied
        order = None if (np.diff(ids) > 0).all() else np.argsort(ids)
        self.ids = ids if order is None else ids[order]
        self._index = np.arange(len(ids)) if order is None else order
        self._timeline = timeline if order is None else timeline.sorted_by(order)
        self._columns = {"id": _ids, **columns}
        self._dated = dated
        self._label = label
        self._first_seen, self._low, self._high = self._timeline.bounds(np.arange(0, len(ids), CHUNK))

    def find(self, at: int, window: Window, limit: int | None) -> Ints:
        """Return ids of rows that exist at the instant, in the window, ascending, at most `limit`."""
        begin = 0 if window.id_from is None else int(np.searchsorted(self.ids, window.id_from))
        end = len(self.ids) if window.id_to is None else int(np.searchsorted(self.ids, window.id_to))
        found: list[Ints] = []
        missing = len(self.ids) if limit is None else limit
        for chunk in range(begin // CHUNK, -(-end // CHUNK)):
            if missing <= 0:
                break
            if self._may_hold(chunk, at, window):
                part = slice(max(begin, chunk * CHUNK), min(end, (chunk + 1) * CHUNK))
                found.append(self.ids[part][self._lies_in(part, at, window)][:missing])
                missing -= len(found[-1])
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def written(self, at: int) -> tuple[Ints, Ints]:
        """Return ids of all rows that exist at the instant, and the commit time of their current version."""
        exists = self._timeline.exists(slice(None), at)
        return self.ids[exists], self._timeline.written(slice(None), at)[exists]

    def happened(self, event: int, at: int) -> Bools:
        """Return by position whether the row exists and the event is visible."""
        seen = self._timeline.exists(slice(None), at) & self._timeline.done(slice(None), at)[:, event]
        by_position = np.empty_like(seen)
        by_position[self._index] = seen
        return by_position

    def holds(self, ids: Ints) -> Bools:
        """Return which ids belong to this family, at any time."""
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray(self.ids[place] == ids)

    def label(self, row_id: int) -> str | None:
        """Return the natural key of a row, at any time; None if the id is not in this family."""
        place = int(np.searchsorted(self.ids, row_id))
        if place == len(self.ids) or self.ids[place] != row_id:
            return None
        return self._label(int(self._index[place]))

    def rows(self, ids: Ints, at: int, fields: Collection[str] | None = None) -> list[Row]:
        """Return sparse rows in the order of the ids. Raises KeyError for an id that doesn't exist at the instant."""
        place = self._places(ids, at)
        moment = self._moment(place, at)
        columns = {name: column(moment) for name, column in self._columns.items() if fields is None or name in fields}
        if self._dated and (fields is None or "create_ts" in fields):
            columns["create_ts"] = [from_us(value) for value in moment.at[:, 0].tolist()]
        if self._dated and (fields is None or "mod_ts" in fields):
            stamps = self._timeline.changed(place, at).tolist()
            columns["mod_ts"] = [None if value == NULL else from_us(value) for value in stamps]
        if "mod_user" in columns and self._timeline.bulk:
            numbers = self._timeline.bulk_update(place, at).tolist()
            users = zip(numbers, columns["mod_user"], strict=True)
            columns["mod_user"] = [user if number < 0 else f"SQL{number}" for number, user in users]
        names = tuple(columns)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)] or [{} for _ in ids]

    def versions(self, ids: Ints, at: int) -> Ints:
        """Return the visible changes per row. Raises KeyError for an id that doesn't exist at the instant."""
        return self._timeline.versions(self._places(ids, at), at)

    def life(self, row_id: int) -> tuple[list[int], int]:
        """Return when the versions of a row become visible, and when it is deleted (NEVER for most).

        Raises:
            KeyError: no such row.
        """
        place = int(np.searchsorted(self.ids, row_id))
        if place == len(self.ids) or self.ids[place] != row_id:
            raise KeyError(row_id)
        gone = NEVER if self._timeline.gone is None else int(self._timeline.gone[place])
        return [instant for instant in self._timeline.instants(place).tolist() if instant < gone], gone

    def _may_hold(self, chunk: int, at: int, window: Window) -> bool:
        low, high = _bounds(window.mod_from, window.mod_to)
        in_time = (low, high) == (PAST, NEVER) or (self._high[chunk] >= low and self._low[chunk] < high)
        return bool(in_time and self._first_seen[chunk] <= at)

    def _lies_in(self, part: slice, at: int, window: Window) -> Bools:
        hit = self._timeline.exists(part, at)
        if (window.create_from, window.create_to) != (None, None):
            low, high = _bounds(window.create_from, window.create_to)
            born = self._timeline.events[part, 0]
            hit = hit & (born >= low) & (born < high)
        if (window.mod_from, window.mod_to) != (None, None):
            low, high = _bounds(window.mod_from, window.mod_to)
            changed = self._timeline.changed(part, at)
            hit = hit & (changed >= low) & (changed < high) & (changed != NULL)
        return hit

    def _places(self, ids: Ints, at: int) -> Ints:
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = (self.ids[place] == ids) & self._timeline.exists(place, at)
        if not known.all():
            raise KeyError(int(ids[~known][0]))
        return place

    def _moment(self, place: Ints, at: int) -> Moment:
        done = self._timeline.done(place, at)
        last = done.shape[1] - 1 - np.argmax(done[:, ::-1], axis=1)
        return Moment(self._index[place], self.ids[place], self._timeline.events[place], done, last)


def issue_ids(spec: WorldSpec, entity: str, base: int, *created: Ints) -> list[Ints]:
    """Assign primary keys to the families of an entity: ascending by creation, unique, with gaps."""
    dice, instants = Dice(spec.seed), np.concatenate(created)
    rank = np.arange(len(instants), dtype=np.int64)
    gap = dice.chance(f"{entity}.gap", rank, 1 / 16) * dice.whole(f"{entity}.skipped", rank, 1, 20)
    if spec.hazards.id_jumps:
        jumps = dice.chance(f"{entity}.jump", rank, spec.hazards.id_jumps)
        gap = gap + jumps * dice.whole(f"{entity}.leap", rank, 1, 5_000_000)
    ids = np.empty(len(instants), dtype=np.int64)
    ids[np.argsort(instants, kind="stable")] = base + np.cumsum(1 + gap)
    return np.split(ids, np.cumsum([len(part) for part in created])[:-1])


def _bounds(low: datetime | None, high: datetime | None) -> tuple[int, int]:
    return (PAST if low is None else to_us(low), NEVER if high is None else to_us(high))


def _ids(moment: Moment) -> list[int]:
    return [int(value) for value in moment.ids.tolist()]
