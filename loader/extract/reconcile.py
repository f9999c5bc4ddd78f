"""Counts and keys of an entity, source against raw, without changing anything (``make reconcile``)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from loader.extract.context import RunContext
from loader.extract.differences import DifferingRow, differences
from loader.extract.scope import scoped_scan

SHOWN_IDS = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """Source against raw for one entity and facility; counts are rows.

    Args:
        facility_id: None for rows that name no facility.
        pending: changed after the last load's window ended; the next load reads them.
        missing: shown by the source, not in the target.
        stale: in the target with another mod_ts.
        vanished: live in the target, not shown by the source.
        examples: some of those ids.
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

    @property
    def agrees(self) -> bool:
        """Whether nothing differs but what is pending."""
        return not (self.missing or self.stale or self.vanished)


def compare_entity(context: RunContext, entity: str, read_until: datetime | None = None) -> list[Comparison]:
    """Holds every id and mod_ts of the entity against the target; one item per facility, one for an empty entity.

    Args:
        read_until: where the last load's window ended, UTC without zone; None when unknown.

    Raises:
        SourceError: what the client raises.
    """
    description = context.client.describe(entity)
    scan = scoped_scan(context, description)
    source: Counter[int | None] = Counter()
    target: Counter[int | None] = Counter()
    kinds: Counter[tuple[int | None, str]] = Counter()
    examples: defaultdict[int | None, list[int]] = defaultdict(list)
    for difference in differences(context, description, scan):
        source.update(difference.source_rows)
        target.update(difference.target_rows)
        for row in difference.rows:
            _count(row, read_until, kinds, examples[row.facility_id])
    facilities = sorted({*source, *target, *examples} or {None}, key=lambda facility: (facility is None, facility or 0))
    return [
        Comparison(
            entity,
            facility,
            source[facility],
            target[facility],
            kinds[facility, "pending"],
            kinds[facility, "missing"],
            kinds[facility, "stale"],
            kinds[facility, "vanished"],
            tuple(examples[facility]),
        )
        for facility in facilities
    ]


def _count(
    row: DifferingRow,
    read_until: datetime | None,
    kinds: Counter[tuple[int | None, str]],
    examples: list[int],
) -> None:
    if read_until and row.mod_ts and row.mod_ts >= read_until:
        kinds[row.facility_id, "pending"] += 1
        return
    kinds[row.facility_id, row.kind] += 1
    if len(examples) < SHOWN_IDS:
        examples.append(row.id)
