"""The source's ids and mod_ts against the target's, id range by id range: memory does not grow with the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from loader.extract.asking import Scan
from loader.extract.context import RunContext
from loader.extract.paging import PageSizer
from loader.extract.raw_rows import mod_ts_values
from loader.extract.scan import pages
from loader.wms.catalog import Description
from loader.wms.page import Page

Kind = Literal["missing", "stale", "vanished"]


class DifferingRow(NamedTuple):
    """A row that source and target do not agree on.

    `missing`: the target lacks it; `stale`: the target holds another mod_ts; `vanished`: live in the target, not shown
    by the source, which means something only when the scan shows all rows. `mod_ts` is the source's, in microseconds
    since 1970 UTC: a WMS may hold instants that Python's datetime cannot.
    """

    id: int
    kind: Kind
    facility_id: int | None
    mod_ts: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One id range compared; counts are rows by facility id, None for rows that name no facility.

    `last_shown` are the highest ids that the source showed, `unusable_rows` those it showed without a usable id;
    `unusable_ids` are the ids of those as written, None for a row without one.
    """

    rows: list[DifferingRow]
    source_rows: Counter[int | None]
    target_rows: Counter[int | None]
    last_shown: tuple[int, ...] = ()
    unusable_rows: int = 0
    unusable_ids: frozenset[str | None] = frozenset()

    @property
    def shown_rows(self) -> int:
        """Rows the source showed, usable or not."""
        return self.source_rows.total() + self.unusable_rows

    def ids(self, *kinds: Kind) -> list[int]:
        """Ids of these kinds."""
        return [row.id for row in self.rows if row.kind in kinds]


COMPARED = ("id", "mod_ts", "facility_id")
"""Fields held against the target, those of them that the entity has."""


def differences(context: RunContext, description: Description, scan: Scan) -> Iterator[Difference]:
    """Compares the scan's rows with the target: one item per page, then one for the ids above the last page.

    Asks for ids, mod_ts and facilities only, never for documents (wms-api 8.8c).
    """
    after_id: int | None = None
    keys_only = replace(scan, values=tuple(name for name in COMPARED if name in description.fields), fields=())
    rest: list[Page] = []
    for page in pages(context.client, keys_only, PageSizer(context.settings.wms.page_size), rest):
        last = page.keys[-1].id
        found = _compared(page, context.landed.live_versions(scan.entity, after_id, last))
        unusable = {document.entity_id for document in page.unusable}
        rows = usable_rows(context, scan.entity, found.rows)
        kept = [row for row in rows if str(row.id) not in unusable]
        yield replace(found, rows=kept, unusable_rows=len(page.unusable), unusable_ids=frozenset(unusable))
        after_id = last
    held = _held(context.landed.live_versions(scan.entity, after_id, None))
    beyond = [DifferingRow(row_id, "vanished", facility) for row_id, (_, facility) in held.items()]
    beyond = usable_rows(context, scan.entity, beyond)
    held_rows = Counter(facility for _, facility in held.values())
    unusable_last = [document.entity_id for page in rest for document in page.unusable]
    yield Difference(
        beyond, Counter(), held_rows, unusable_rows=len(unusable_last), unusable_ids=frozenset(unusable_last)
    )


def usable_rows(context: RunContext, entity: str, rows: list[DifferingRow]) -> list[DifferingRow]:
    """Without rows that seem gone because their document is set aside. What seems missing is asked for: the document
    may be good by now, and its mod_ts need not have changed for that.
    """
    return [row for row in rows if row.kind != "vanished" or not context.is_set_aside(entity, row.id)]


def _compared(page: Page, known: pa.Table) -> Difference:
    held = _held(known)
    shown = {key.id: key.facility_id.id if key.facility_id else None for key in page.keys}
    stamps: list[int | None] = mod_ts_values(page.keys).cast(pa.int64()).to_pylist()
    rows: list[DifferingRow] = []
    for (row_id, facility), stamp in zip(shown.items(), stamps, strict=True):
        if row_id not in held:
            rows.append(DifferingRow(row_id, "missing", facility, stamp))
        elif held[row_id][0] != stamp:
            rows.append(DifferingRow(row_id, "stale", facility, stamp))
    gone = [DifferingRow(row_id, "vanished", held[row_id][1]) for row_id in held if row_id not in shown]
    held_rows = Counter(facility for _, facility in held.values())
    return Difference([*rows, *gone], Counter(shown.values()), held_rows, tuple(key.id for key in page.keys[-8:]))


def _held(known: pa.Table) -> dict[int, tuple[int | None, int | None]]:
    stamps: Any = known.column("mod_ts").cast(pa.timestamp("us")).cast(pa.int64())
    columns: list[list[Any]] = [
        known.column("entity_id").to_pylist(),
        stamps.to_pylist(),
        known.column("facility_id").to_pylist(),
    ]
    ids, instants, facilities = columns
    return {row_id: (stamp, facility) for row_id, stamp, facility in zip(ids, instants, facilities, strict=True)}
