"""Compares ids and mod_ts of source and target by id range, so that memory use doesn't grow with the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from loader.extract.context import RunContext
from loader.extract.paging import PageSizer
from loader.extract.raw_rows import mod_ts_values
from loader.extract.scan import pages
from loader.extract.scan_requests import Scan
from loader.wms.catalog import Description
from loader.wms.page import Page

Kind = Literal["missing", "stale", "vanished"]


class DifferingRow(NamedTuple):
    """A row that differs between source and target.

    Attributes:
        kind: `missing` in the target; `stale`, the target has another mod_ts; `vanished`, live in the target but not
            shown by the source. `vanished` is meaningful only if the scan shows all rows.
        mod_ts: of the source, in microseconds since 1970 UTC. A WMS may hold instants outside Python's datetime.
    """

    id: int
    kind: Kind
    facility_id: int | None
    mod_ts: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Comparison of one id range. Rows are counted by facility id; None for rows without a facility.

    Attributes:
        last_shown: the highest ids that the source showed.
        unusable_rows: rows that the source showed without a usable id.
        unusable_ids: ids of those rows as written, None for a row without one.
    """

    rows: list[DifferingRow]
    source_rows: Counter[int | None]
    target_rows: Counter[int | None]
    last_shown: tuple[int, ...] = ()
    unusable_rows: int = 0
    unusable_ids: frozenset[str | None] = frozenset()

    @property
    def shown_rows(self) -> int:
        """Rows that the source showed, including unusable ones."""
        return self.source_rows.total() + self.unusable_rows

    def ids(self, *kinds: Kind) -> list[int]:
        """Return the ids of rows of these kinds."""
        return [row.id for row in self.rows if row.kind in kinds]


COMPARED = ("id", "mod_ts", "facility_id")
"""Fields to compare, as far as the entity has them."""


def differences(context: RunContext, description: Description, scan: Scan) -> Iterator[Difference]:
    """Compare the rows of a scan with the target. Yield one item per page, then one for ids above the last page.

    Requests ids, mod_ts and facilities only, no documents (wms-api 8.8c).
    """
    after_id: int | None = None
    keys_only = replace(scan, values=tuple(name for name in COMPARED if name in description.fields), fields=())
    rest: list[Page] = []
    for page in pages(context.client, keys_only, PageSizer(context.settings.wms.page_size), rest):
        last = page.keys[-1].id
        found = _compared(page, context.raw_store.live_versions(scan.entity, after_id, last))
        unusable = {document.entity_id for document in page.unusable}
        rows = usable_rows(context, scan.entity, found.rows)
        kept = [row for row in rows if str(row.id) not in unusable]
        yield replace(found, rows=kept, unusable_rows=len(page.unusable), unusable_ids=frozenset(unusable))
        after_id = last
    held = _target_values(context.raw_store.live_versions(scan.entity, after_id, None))
    beyond = [DifferingRow(row_id, "vanished", facility) for row_id, (_, facility) in held.items()]
    beyond = usable_rows(context, scan.entity, beyond)
    held_rows = Counter(facility for _, facility in held.values())
    unusable_last = [document.entity_id for page in rest for document in page.unusable]
    yield Difference(
        beyond, Counter(), held_rows, unusable_rows=len(unusable_last), unusable_ids=frozenset(unusable_last)
    )


def usable_rows(context: RunContext, entity: str, rows: list[DifferingRow]) -> list[DifferingRow]:
    """Return the rows without vanished rows whose document is in the quarantine.

    Missing rows stay, so that their documents are read: they may be usable now, even with the same mod_ts.
    """
    return [row for row in rows if row.kind != "vanished" or not context.is_set_aside(entity, row.id)]


def _compared(page: Page, known: pa.Table) -> Difference:
    held = _target_values(known)
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


def _target_values(known: pa.Table) -> dict[int, tuple[int | None, int | None]]:
    stamps: Any = known.column("mod_ts").cast(pa.timestamp("us")).cast(pa.int64())
    columns: list[list[Any]] = [
        known.column("entity_id").to_pylist(),
        stamps.to_pylist(),
        known.column("facility_id").to_pylist(),
    ]
    ids, instants, facilities = columns
    return {row_id: (stamp, facility) for row_id, stamp, facility in zip(ids, instants, facilities, strict=True)}
