"""Compares row counts and keys of source and raw tables, without changing anything (``make reconcile``)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np

from loader.extract.context import RunContext
from loader.extract.counting import Tally, count_rows
from loader.extract.differences import Difference, differences
from loader.extract.scope import scoped_scan
from loader.wms.times import CLOCK_TOLERANCE

SHOWN_IDS: Final = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """Comparison of source and raw table for one entity and facility. Numbers count rows.

    Args:
        facility_id: None for rows without a facility.
        pending: changed after the end of the last load's window, and not in the future; the next load reads them.
        missing: in the source but not in the target.
        stale: in the target with another mod_ts.
        vanished: live in the target but not shown by the source.
        examples: ids of some differing rows.
        counted_rows: the source's own count of the entity's rows in scope; None if it doesn't count.
        shown_rows: rows that the scan of the whole entity returned.
        count_agrees: whether both numbers are equal; True without a count.
    """

    entity: str
    facility_id: int | None
    source_rows: int
    raw_rows: int
    pending: int = 0
    missing: int = 0
    stale: int = 0
    vanished: int = 0
    examples: tuple[int, ...] = ()
    counted_rows: int | None = None
    shown_rows: int = 0
    count_agrees: bool = True

    @property
    def agrees(self) -> bool:
        """Whether nothing differs except pending rows, and the scan returned as many rows as the source counts."""
        return self.count_agrees and not (self.missing or self.stale or self.vanished)


@dataclass(slots=True)
class _Found:
    """Sums of one comparison, by facility id."""

    source: Counter[int | None] = field(default_factory=Counter)
    target: Counter[int | None] = field(default_factory=Counter)
    kinds: Counter[tuple[int | None, str]] = field(default_factory=Counter)
    examples: defaultdict[int | None, list[int]] = field(default_factory=lambda: defaultdict(list))

    shown_rows: int = 0

    def add(self, difference: Difference, read_until: int | None, next_until: int) -> None:
        self.shown_rows += difference.shown_rows
        self.source.update(difference.source_rows)
        self.target.update(difference.target_rows)
        for row in difference.rows:
            if read_until is not None and row.mod_ts is not None and read_until <= row.mod_ts < next_until:
                self.kinds[row.facility_id, "pending"] += 1
                continue
            self.kinds[row.facility_id, row.kind] += 1
            examples = self.examples[row.facility_id]
            if len(examples) < SHOWN_IDS:
                examples.append(row.id)


def compare_entity(context: RunContext, entity: str, read_until: datetime | None = None) -> list[Comparison]:
    """Compare every id and mod_ts of the entity with the target.

    The number of rows is also compared with the source's own count. If they differ, scan and count are repeated,
    because rows may have changed during the scan.

    Args:
        read_until: end of the last load's window, UTC without zone; None if unknown.

    Returns:
        One comparison per facility; one for an empty entity.

    Raises:
        SourceError: see `WmsClient.page`.
    """
    description = context.client.describe(entity)
    scan = scoped_scan(context, description)
    until = _micros(read_until) if read_until else None
    tally = Tally()
    while True:
        found = _Found()
        for difference in differences(context, description, scan):
            # documents in the quarantine are known to be missing in the target
            known = [row for row in difference.rows if not context.is_set_aside(entity, row.id)]
            # rows that change while this runs are read by the next load too
            found.add(replace(difference, rows=known), until, _micros(context.later_clock() + CLOCK_TOLERANCE))
        if tally.add(found.shown_rows, count_rows(context.client, scan)):
            return _comparisons(entity, found, tally)


def _micros(instant: datetime) -> int:
    return int(np.datetime64(instant.replace(tzinfo=None), "us").astype(np.int64))


def _comparisons(entity: str, found: _Found, tally: Tally) -> list[Comparison]:
    named = {*found.source, *found.target, *found.examples} or {None}
    facilities = sorted(named, key=lambda facility: (facility is None, facility or 0))
    return [
        Comparison(
            entity,
            facility,
            found.source[facility],
            found.target[facility],
            found.kinds[facility, "pending"],
            found.kinds[facility, "missing"],
            found.kinds[facility, "stale"],
            found.kinds[facility, "vanished"],
            tuple(found.examples[facility]),
            tally.counted,
            tally.shown,
            tally.agrees,
        )
        for facility in facilities
    ]
