"""Passes that compare source and target (wms-api 8.8b-d): read missing rows, and mark deleted ones."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import pyarrow as pa

from loader.extract.context import RunContext
from loader.extract.counting import MISCOUNT, Tally, count_rows
from loader.extract.differences import Difference, differences
from loader.extract.ids import IDS_PER_REQUEST, Ids, in_parts
from loader.extract.passes.backdated import read_all
from loader.extract.passes.deletions import read_vanished
from loader.extract.scan import Scan
from loader.extract.scope import scoped_scan
from loader.extract.scope_change import read_moved
from loader.extract.window import Window, whole_second
from loader.wms.catalog import Description

Reading = Generator[pa.Table, None, bool]


def read_null_mod_ts(context: RunContext, description: Description) -> Reading:
    """Read rows without mod_ts, which no window can show."""
    scan = scoped_scan(context, description, ("mod_ts__isnull", "true"))
    return (yield from read_all(context, scan))


def read_recheck(context: RunContext, description: Description) -> Reading:
    """Compare id and mod_ts of recent rows with the target, and read documents that differ (late commits)."""
    hours = context.settings.pipeline.recheck_window_hours
    since = whole_second(context.server_now - timedelta(hours=hours))
    window = Window(since, whole_second(context.latest_now))
    scan = replace(scoped_scan(context, description), window=window)
    return (yield from _read_differences(context, description, scan, deletions=False))


def read_reconcile(context: RunContext, description: Description) -> Reading:
    """Compare all ids with the target. Rows missing in the source get tombstones, unless eligibility may be lost."""
    return (yield from _read_differences(context, description, _whole(context, description), deletions=True))


def read_full(context: RunContext, description: Description) -> Reading:
    """Read every document again: the only pass that finds changes that didn't update mod_ts (wms-api 7.6)."""
    seen: list[Ids] = []
    scan = _whole(context, description)
    if not (yield from read_all(context, scan, seen)):
        return False
    context.raw_store.release_unseen(description.entity, context.started_at)
    everything = np.concatenate(seen) if seen else np.empty(0, dtype=np.int64)
    live = context.raw_store.live_ids(description.entity)
    gone = np.setdiff1d(live, everything, assume_unique=True).tolist()
    vanished = np.array([row for row in gone if not context.is_set_aside(description.entity, row)], dtype=np.int64)
    if vanished.size and count_rows(context.client, scan) not in (None, everything.size):
        # rows may have changed during the scan; comparing only ids is fast enough to repeat
        return (yield from read_reconcile(context, description))
    vanished = yield from read_moved(context, description, vanished)
    return (yield from read_vanished(context, description.entity, vanished, live.size, everything[-8:].tolist()))


def _whole(context: RunContext, description: Description) -> Scan:
    return scoped_scan(context, description)


@dataclass(slots=True)
class _Compared:
    """Result of one comparison. `shown` has the last ids of the source, `unusable` the values that are no ids."""

    wanted: list[int] = field(default_factory=list)
    vanished: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    unusable: set[str | None] = field(default_factory=set)
    shown_rows: int = 0
    target_rows: int = 0

    def add(self, difference: Difference) -> None:
        self.target_rows += difference.target_rows.total()
        self.shown_rows += difference.shown_rows
        self.wanted += difference.ids("missing", "stale")
        self.vanished += difference.ids("vanished")
        self.unusable |= difference.unusable_ids
        self.shown = [*self.shown, *difference.last_shown][-8:]


def _compare(context: RunContext, description: Description, scan: Scan) -> _Compared | None:
    """Compare the rows of a scan with the target; return None if the run was stopped."""
    found = _Compared()
    for difference in differences(context, description, scan):
        found.add(difference)
        context.add_page(scan.entity, 0)
        if context.stop.is_set():
            return None
    return found


def _read_differences(context: RunContext, description: Description, scan: Scan, *, deletions: bool) -> Reading:
    tally = Tally()
    while True:
        found = _compare(context, description, scan)
        if found is None:
            return False
        if not deletions or tally.add(found.shown_rows, count_rows(context.client, scan)):
            break
    # what is set aside may be corrected without another mod_ts; the pass over all ids asks for its documents
    again = context.numbers_set_aside(scan.entity) if deletions else frozenset()
    yield from _fetch(context, scan, sorted({*found.wanted, *again}))
    if not deletions:
        return True
    gone = yield from read_moved(context, description, np.asarray(found.vanished, dtype=np.int64))
    if not tally.agrees:
        context.client.faults.note(scan.entity, MISCOUNT)
        context.warn(
            scan.entity,
            "miscount",
            f"The WMS counts {tally.counted} rows but returns {tally.shown}; none was marked as deleted, and the next "
            "run compares again.",
        )
        return False
    if not (yield from read_vanished(context, scan.entity, gone, found.target_rows, found.shown)):
        return False
    if not context.stop.is_set():
        # every document that is set aside and still there has been shown since
        context.raw_store.release_unseen(scan.entity, context.started_at, found.unusable)
    return True


def _fetch(context: RunContext, scan: Scan, ids: Sequence[int]) -> Iterator[pa.Table]:
    """Read the documents of the ids, in batches."""
    for part in in_parts(np.asarray(ids, dtype=np.int64), IDS_PER_REQUEST):
        filters = (*scan.filters, ("id__in", ",".join(map(str, part))))
        yield from read_all(context, replace(scan, filters=filters, window=None, until_id=int(part.max())))
