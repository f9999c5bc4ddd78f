"""Applies hazards to the timelines of rows (wms-api 9, items 12 to 14)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.simulator.world.arrays import after
from loader.simulator.world.dice import Dice
from loader.simulator.world.spec import DAY, HOUR, NEVER, SECOND, Bools, Ints, WorldSpec, to_us
from loader.simulator.world.timeline import KEEP, NULL, PAST, Timeline

_COLUMNS = 4096  # exceeds the number of events of a row, to combine row and event in one index


@dataclass(frozen=True, slots=True)
class Parents:
    """Parent rows of a family: a child is never visible before its parent, and is deleted with it."""

    timeline: Timeline
    index: Ints


class Disturber:
    """Converts events to visible versions, in a source with hazards or one that stops changing."""

    def __init__(self, spec: WorldSpec) -> None:
        self._hazards = spec.hazards
        self._dice = Dice(spec.seed)
        self._start = spec.start_us
        self._stop = NEVER if spec.stop_at is None else to_us(spec.stop_at)

    def ideal(self, events: Ints) -> Timeline:
        """Return the timeline of rows without hazards."""
        return Timeline.ideal(self._until_stop(events))

    def timeline(
        self,
        entity: str,
        events: Ints,
        parents: Parents | None = None,
        *,
        part: str | None = None,
        rows: Ints | None = None,
    ) -> Timeline:
        """Return the timeline of a family.

        Args:
            part: names the second and later families of an entity.
            rows: a number of each row that never changes; its position if a longer history only appends rows.
        """
        row = np.arange(len(events), dtype=np.int64) if rows is None else rows
        events = self._until_stop(events)
        if not self._hazards.disturb:
            return Timeline.ideal(events)
        name = part or entity
        seen = self._commit(name, row, events, parents)
        gone = self._delete(entity, name, row, events, parents)
        extras = {**self._write_again(name, row, events, seen), **({} if part else self._bulk(entity, seen, gone))}
        nothing = np.empty((len(events), 0), dtype=np.int64)
        return Timeline(
            events,
            seen,
            self._stamp(name, row, events),
            np.column_stack([nothing, *(instants for instants, _ in extras.values())]),
            np.column_stack([nothing, *(stamps for _, stamps in extras.values())]),
            tuple(extras),
            gone,
        )

    def deleted(self, timeline: Timeline, gone: Ints) -> Timeline:
        """Return the timeline with rows deleted at these instants."""
        return timeline.deleted(np.where(gone > self._stop, NEVER, gone))

    def _until_stop(self, events: Ints) -> Ints:
        return events if self._stop == NEVER else np.where(events > self._stop, NEVER, events)

    def _commit(self, name: str, row: Ints, events: Ints, parents: Parents | None) -> Ints:
        """Delay commits; the row stays locked until then, so later changes wait."""
        if not self._hazards.late_commits:
            return events
        cell, real = _cells(row, events), events != NEVER
        rest = 1.0 - self._dice.uniform(f"{name}.late_by", cell)
        # half the delays are shorter than the median, one in a hundred a hundred times as long
        seconds = np.minimum(self._hazards.late_seconds * (1.0 / rest - 1.0), self._hazards.late_max_seconds)
        late = self._dice.chance(f"{name}.late", cell, self._hazards.late_commits)
        committed = np.where(real, events, PAST) + np.where(late & real, (seconds * SECOND).astype(np.int64), 0)
        if parents is not None:
            born = parents.timeline.seen[parents.index, 0][:, None]
            committed = np.where(real, np.maximum(committed, born), PAST)
        return np.where(real, np.maximum.accumulate(committed, axis=1), NEVER)

    def _stamp(self, name: str, row: Ints, events: Ints) -> Ints:
        """Return the mod_ts of each change."""
        hazards, dice = self._hazards, self._dice
        if not (hazards.backdated or hazards.null_mod_ts or hazards.future_mod_ts):
            return events
        cell, real = _cells(row, events), events != NEVER
        stamps = events.copy()
        old = real[:, 0] & dice.chance(f"{name}.backdated", row, hazards.backdated)
        stamps[:, 0] -= np.where(old, dice.whole(f"{name}.backdated_by", row, HOUR, 3 * DAY), 0)
        ahead = real & dice.chance(f"{name}.future", cell, hazards.future_mod_ts)
        stamps += np.where(ahead, dice.whole(f"{name}.future_by", cell, HOUR, 20 * DAY), 0)
        return np.where(real & dice.chance(f"{name}.null", cell, hazards.null_mod_ts), NULL, stamps)

    def _delete(self, entity: str, name: str, row: Ints, events: Ints, parents: Parents | None) -> Ints:
        """Return when rows are deleted: at random, by age, or with their parent."""
        born = events[:, 0]
        is_new = born >= self._start
        delay = self._dice.whole(f"{name}.deleted_after", row, HOUR, 5 * DAY)
        # otherwise all rows older than the history would be deleted soon after its start
        delay = np.where(is_new, delay, 12 * delay)
        chosen = (born != NEVER) & self._dice.chance(f"{name}.deleted", row, self._hazards.deletes)
        gone = np.where(chosen, np.where(chosen, np.maximum(born, self._start), 0) + delay, NEVER)
        for purge in self._hazards.purges:
            if purge.entity == entity:
                gone = np.minimum(gone, after(born, int(purge.days * DAY)))
        if parents is not None and parents.timeline.gone is not None:
            gone = np.minimum(gone, parents.timeline.gone[parents.index])
        return np.where(gone > self._stop, NEVER, gone)

    def _write_again(self, name: str, row: Ints, events: Ints, seen: Ints) -> dict[int, tuple[Ints, Ints]]:
        """Add a second change right after the creation."""
        if not self._hazards.close_updates:
            return {}
        chosen = (events[:, 0] < self._stop) & self._dice.chance(f"{name}.again", row, self._hazards.close_updates)
        delay = self._dice.whole(f"{name}.again_after", row, 2, SECOND)
        delay = np.where(self._dice.chance(f"{name}.at_once", row, 0.5), 1, delay)
        again = np.where(chosen, np.where(chosen, events[:, 0], 0) + delay, NEVER)
        return {-1: (np.where(chosen, np.maximum(again, seen[:, 0]), NEVER), again)}

    def _bulk(self, entity: str, seen: Ints, gone: Ints) -> dict[int, tuple[Ints, Ints]]:
        """Apply the bulk updates of the entity."""
        found = {}
        for number, update in enumerate(self._hazards.bulk_updates):
            at = to_us(update.at)
            if update.entity != entity or at > self._stop:
                continue
            alive = np.flatnonzero((seen[:, 0] <= at) & (gone > at))
            newest = alive[np.argsort(seen[alive, 0], kind="stable")][-update.rows :]
            chosen: Bools = np.zeros(len(seen), dtype=np.bool_)
            chosen[newest] = True
            found[number] = (
                np.where(chosen, at, NEVER),
                np.where(chosen, at if update.touches_mod_ts else KEEP, NEVER),
            )
        return found


def _cells(row: Ints, events: Ints) -> Ints:
    return row[:, None] * _COLUMNS + np.arange(events.shape[1], dtype=np.int64)
