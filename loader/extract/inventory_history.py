"""Reads inventory_history: append-only, with mandatory filters by company, facility, activity and status.

See wms-api 2 and 8.11. A combination of these four values is a partition.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import msgspec
import pyarrow as pa

from loader.extract.clocks import read_to, remember_clocks, window_end
from loader.extract.context import RunContext
from loader.extract.paging import PageSizer
from loader.extract.raw_rows import page_table
from loader.extract.scan import Filters, Scan, pages
from loader.extract.scope import Scope, start_instant
from loader.extract.state import EntityState, HistoryState, watermark_of
from loader.extract.window import from_text
from loader.wms.catalog import Description
from loader.wms.times import utc_text

HISTORY = "inventory_history"
Partition = tuple[str, str, int, int]
"""Company code, facility code, activity, status."""


class _Coded(msgspec.Struct):
    code: str


def read_history(context: RunContext, description: Description, state: EntityState) -> Generator[pa.Table, None, bool]:
    """Read new rows by create_ts, one partition after the other.

    All partitions share one window, whose end is fixed before the first one. An interrupted read resumes with the first
    partition that is not complete.
    While the two clocks differ, the window ends at the later one, and the watermark at the earlier one.

    Returns:
        False if the load package is full or the run was stopped.
    """
    pipeline = context.settings.pipeline
    if "history" not in state:
        remember_clocks(context, state)
        end, until = (utc_text(window_end(context, now)) for now in (context.server_now, context.latest_now))
        state["history"] = {"until": until, "mark": end, "done": []}
    progress = state["history"]
    high = watermark_of(state)
    mark = progress.get("mark", progress["until"])
    context.update(
        description.entity,
        mode="incremental" if high else "initial",
        read_until=from_text(mark),
        read_to=read_to(context, from_text(progress["until"]), from_text(mark)),
    )
    wanted: list[list[str | int]] = [list(partition) for partition in _partitions(context)]
    # earlier releases did not store partitions; a new partition is read from its beginning
    known = state.get("partitions", wanted) if high else []
    for partition in wanted:
        if partition in progress["done"]:
            continue
        since = high - timedelta(seconds=pipeline.lookback_seconds) if high and partition in known else None
        filters = (*_filters(partition), *_lower(context, since), ("create_ts__lt", progress["until"]))
        after_id = progress.get("after_id") if progress.get("part") == partition else None
        progress["part"] = partition
        if not (yield from _read(context, Scan(HISTORY, filters, after_id=after_id), progress)):
            return False
        progress.pop("after_id", None)
        progress["done"].append(partition)
    state["hw"] = mark
    state["partitions"] = wanted
    del state["history"]
    return True


def left_partitions(context: RunContext, state: EntityState, wanted: Scope) -> list[Filters]:
    """Return filters of rows that were read and have left the scope, for a scope change.

    With an earlier start date than before, all partitions count as new.
    """
    before = state.get("scope")
    start_before = before["start"] if before else None
    in_progress = state["history"]["done"] if "history" in state else []
    partitions = [
        *state.get("partitions", []),
        *(part for part in in_progress if part not in state.get("partitions", [])),
    ]
    if start_before is not None and (wanted.start is None or wanted.start < start_before):
        state["partitions"] = []
        state.pop("history", None)
    later: Filters = ()
    if wanted.start is not None and (start_before is None or wanted.start > start_before):
        later = (("create_ts__lt", start_instant(wanted.start)),)
    left = [partition for partition in partitions if not _is_wanted(partition, wanted)]
    kept = [partition for partition in partitions if later and _is_wanted(partition, wanted)]
    return [*map(_filters, left), *((*_filters(partition), *later) for partition in kept)]


def any_partition(context: RunContext) -> Filters:
    """The mandatory filters of one combination; none when no company or facility is visible."""
    return next(map(_filters, _partitions(context)), ())


def _is_wanted(partition: Sequence[str | int], wanted: Scope) -> bool:
    company, facility = partition[:2]
    return wanted.company in {None, company} and (wanted.facilities is None or facility in wanted.facilities)


def _lower(context: RunContext, since: datetime | None) -> Filters:
    start = context.settings.pipeline.start_date
    bounds = [start_instant(start.isoformat())] if start else []
    bounds += [utc_text(since)] if since else []
    return (("create_ts__gte", max(bounds)),) if bounds else ()


def _read(context: RunContext, scan: Scan, progress: HistoryState) -> Generator[pa.Table, None, bool]:
    for page in pages(context.client, scan, PageSizer(context.settings.wms.page_size)):
        yield page_table(context, scan, page)
        progress["after_id"] = page.keys[-1].id
        if not context.add_page(scan.entity, len(page.keys)):
            return False
    return True


def _partitions(context: RunContext) -> Iterator[Partition]:
    settings = context.settings
    companies = [settings.wms.company_code] if settings.wms.company_code else _codes(context, "company")
    facilities = settings.wms.facility_codes or _codes(context, "facility")
    activities, statuses = settings.pipeline.history_activities, settings.pipeline.history_statuses
    return product(companies, facilities, activities, statuses)


def _codes(context: RunContext, entity: str) -> list[str]:
    scan = replace(Scan(entity), values=("id", "code"))
    found = pages(context.client, scan, PageSizer(context.settings.wms.page_size))
    return [msgspec.json.decode(document, type=_Coded).code for page in found for document in page.documents]


def _filters(partition: Sequence[str | int]) -> Filters:
    company, facility, activity, status = partition
    return (
        ("company_id__code", str(company)),
        ("facility_id__code", str(facility)),
        ("history_activity_id", str(activity)),
        ("status_id", str(status)),
    )
