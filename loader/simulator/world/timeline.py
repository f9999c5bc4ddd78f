"""When rows change and when changes become visible; they differ only with hazards."""

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
    """Instants of rows with the same events; each array has one entry per row.

    Args:
        events: by [row, event], when the event happens; later columns happen later; the first is the creation.
        seen: by [row, event], when the change is committed. The same array as `events` unless commits are late.
        stamps: by [row, event], the mod_ts it writes, or NULL. The same array as `events` in an ideal source.
        extra_seen, extra_stamps: by [row, extra], further changes that are not events; a stamp may be KEEP.
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
        """Create a timeline in which each change is visible at once and writes its instant to mod_ts."""
        nothing = np.empty((len(events), 0), dtype=np.int64)
        return cls(events, events, events, nothing, nothing)

    @property
    def _is_ideal(self) -> bool:
        return self.stamps is self.seen and not self.bulk

    def sorted_by(self, order: Ints) -> Timeline:
        """Reorder the rows."""
        if self._is_ideal and self.gone is None:
            return Timeline.ideal(self.events[order])
        arrays = ("events", "seen", "stamps", "extra_seen", "extra_stamps")
        gone = None if self.gone is None else self.gone[order]
        return replace(self, **{name: getattr(self, name)[order] for name in arrays}, gone=gone)

    def deleted(self, gone: Ints) -> Timeline:
        """Delete rows at these instants, unless they are deleted earlier."""
        return replace(self, gone=gone if self.gone is None else np.minimum(self.gone, gone))

    def exists(self, part: Part, at: int) -> Bools:
        """Return which rows are visible."""
        born = self.seen[part, 0] <= at
        return np.asarray(born if self.gone is None else born & (self.gone[part] > at))

    def done(self, part: Part, at: int) -> Bools:
        """Return by [row, event] whether the event is visible."""
        return np.asarray(self.seen[part] <= at)

    def changed(self, part: Part, at: int) -> Ints:
        """Return mod_ts: NULL if the last change wrote none, PAST for a row that doesn't exist yet."""
        if self._is_ideal:
            return np.asarray(np.where(self.seen[part] <= at, self.seen[part], PAST).max(axis=1))
        seen, stamps = self._all(part)
        column = _last(np.where((seen <= at) & (stamps != KEEP), seen, PAST))
        return np.where(seen[:, 0] <= at, stamps[np.arange(len(seen)), column], PAST)

    def written(self, part: Part, at: int) -> Ints:
        """Return the commit time of the current version."""
        seen, _ = self._all(part)
        return np.asarray(np.where(seen <= at, seen, PAST).max(axis=1))

    def versions(self, part: Part, at: int) -> Ints:
        """Return the number of visible changes."""
        return np.asarray((self.seen[part] <= at).sum(axis=1) + (self.extra_seen[part] <= at).sum(axis=1))

    def bulk_update(self, part: Part, at: int) -> Ints:
        """Return the number of the bulk update behind the current version, or -1."""
        seen, _ = self._all(part)
        made_by = np.array([-1] * self.seen.shape[1] + list(self.bulk))
        return np.asarray(made_by[_last(np.where(seen <= at, seen, PAST))])

    def bounds(self, starts: Ints) -> tuple[Ints, Ints, Ints]:
        """Return per batch of rows the first visible instant, and the lowest and highest mod_ts."""
        low, high = _extremes(self.stamps)
        if self.bulk:
            extra_low, extra_high = _extremes(self.extra_stamps)
            low, high = np.minimum(low, extra_low), np.maximum(high, extra_high)
        first = np.minimum.reduceat(self.seen[:, 0], starts)
        return first, np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)

    def instants(self, row: int) -> Ints:
        """Return when the versions of one row become visible, ascending."""
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
