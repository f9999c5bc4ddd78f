"""When rows change and when that can be seen: the two differ only where hazards are switched on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from loader.simulator.world.spec import NEVER, Bools, Ints

PAST = int(np.iinfo(np.int64).min)  # before everything
NULL = PAST + 1  # a change that writes no mod_ts
KEEP = PAST + 2  # a change that leaves mod_ts as it was

Part = slice | Ints


@dataclass(frozen=True, slots=True)
class Timeline:
    """The life of rows that share events; all arrays have a row per row.

    Args:
        events: by [row, event], when the event happens; later columns happen later; the first is the creation.
        seen: by [row, event], when the change is committed. The same array as `events` unless commits are late.
        stamps: by [row, event], the mod_ts it writes, or NULL. The same array as `events` in an ideal source.
        extra_seen, extra_stamps: by [row, extra], further changes that are no events; a stamp may be KEEP.
        bulk: by extra, the number of the bulk update; -1 for another kind.
        gone: when rows are deleted; None if never.
    """

    events: Ints
    seen: Ints
    stamps: Ints
    extra_seen: Ints
    extra_stamps: Ints
    bulk: tuple[int, ...] = ()
    gone: Ints | None = None

    @classmethod
    def ideal(cls, events: Ints) -> Timeline:
        """Every change is seen at once and writes its own instant."""
        nothing = np.empty((len(events), 0), dtype=np.int64)
        return cls(events, events, events, nothing, nothing)

    @property
    def _is_ideal(self) -> bool:
        return self.stamps is self.seen and not self.bulk

    def sorted_by(self, order: Ints) -> Timeline:
        """The rows in another order."""
        if self._is_ideal and self.gone is None:
            return Timeline.ideal(self.events[order])
        arrays = ("events", "seen", "stamps", "extra_seen", "extra_stamps")
        gone = None if self.gone is None else self.gone[order]
        return replace(self, **{name: getattr(self, name)[order] for name in arrays}, gone=gone)

    def exists(self, part: Part, at: int) -> Bools:
        """Which rows can be seen."""
        born = self.seen[part, 0] <= at
        return np.asarray(born if self.gone is None else born & (self.gone[part] > at))

    def done(self, part: Part, at: int) -> Bools:
        """By [row, event], whether the event can be seen."""
        return np.asarray(self.seen[part] <= at)

    def changed(self, part: Part, at: int) -> Ints:
        """mod_ts: NULL if the last change wrote none, PAST for a row that does not exist yet."""
        if self._is_ideal:
            return np.asarray(np.where(self.seen[part] <= at, self.seen[part], PAST).max(axis=1))
        seen, stamps = self._all(part)
        column = _last(np.where((seen <= at) & (stamps != KEEP), seen, PAST))
        return np.where(seen[:, 0] <= at, stamps[np.arange(len(seen)), column], PAST)

    def written(self, part: Part, at: int) -> Ints:
        """When the current version was committed."""
        seen, _ = self._all(part)
        return np.asarray(np.where(seen <= at, seen, PAST).max(axis=1))

    def versions(self, part: Part, at: int) -> Ints:
        """How many changes can be seen."""
        return np.asarray((self.seen[part] <= at).sum(axis=1) + (self.extra_seen[part] <= at).sum(axis=1))

    def bulk_update(self, part: Part, at: int) -> Ints:
        """The number of the bulk update that made the current version; -1 if it was another change."""
        seen, _ = self._all(part)
        made_by = np.array([-1] * self.seen.shape[1] + list(self.bulk))
        return np.asarray(made_by[_last(np.where(seen <= at, seen, PAST))])

    def bounds(self, starts: Ints) -> tuple[Ints, Ints, Ints]:
        """For runs of rows: the first instant one is seen, and the lowest and highest mod_ts any ever has."""
        low, high = _extremes(self.stamps)
        if self.bulk:
            extra_low, extra_high = _extremes(self.extra_stamps)
            low, high = np.minimum(low, extra_low), np.maximum(high, extra_high)
        first = np.minimum.reduceat(self.seen[:, 0], starts)
        return first, np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)

    def instants(self, row: int) -> Ints:
        """When the versions of one row become visible, ascending."""
        every = np.unique(np.concatenate([self.seen[row], self.extra_seen[row]]))
        return np.asarray(every[every != NEVER])

    def _all(self, part: Part) -> tuple[Ints, Ints]:
        if not self.bulk:
            return self.seen[part], self.stamps[part]
        seen = np.concatenate([self.seen[part], self.extra_seen[part]], axis=1)
        return seen, np.concatenate([self.stamps[part], self.extra_stamps[part]], axis=1)


def _last(instants: Ints) -> Ints:
    """By row, the column of the highest value; of equal ones the last."""
    return np.asarray(instants.shape[1] - 1 - np.argmax(instants[:, ::-1], axis=1))


def _extremes(stamps: Ints) -> tuple[Ints, Ints]:
    real = (stamps > KEEP) & (stamps != NEVER)
    return np.where(real, stamps, NEVER).min(axis=1), np.where(real, stamps, PAST).max(axis=1)
