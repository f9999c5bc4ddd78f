"""Reads one entity into Arrow tables: classified by its describe, resumed from its state (wms-api 8.1-8.10)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from loader.errors import WmsEltError
from loader.extract.batch import page_table
from loader.extract.context import RunContext
from loader.extract.paging import PageSizer
from loader.extract.parallel import merged
from loader.extract.passes import mark_all_passes, read_backdated, read_full
from loader.extract.ranges import initial_ranges
from loader.extract.scan import pages
from loader.extract.scope import scoped_scan, start_filter
from loader.extract.state import EntityState, begin_scan, finish_scan, high_water, scan_window
from loader.extract.window import Window, incremental_window, whole_second
from loader.wms.catalog import Description
from loader.wms.times import utc_text

Tables = Generator[pa.Table, None, bool]
"""Tables as they are read; the return value says whether the reading came to its end."""


def read_entity(context: RunContext, entity: str, state: EntityState) -> Iterator[pa.Table]:
    """Tables of raw rows, a page each; `state` advances as they are taken.

    An error ends this entity only: it stands in the entity's outcome, what was read before it is kept, and the state
    says where to go on.
    """
    context.update(entity, status="running")
    try:
        description = context.client.describe(entity)
        read = _read_incremental if description.has_mod_ts else _read_snapshot
        if (yield from read(context, description, state)):
            context.update(entity, status="ok", finished_at=datetime.now(UTC))
    except WmsEltError as error:
        context.update(entity, status="failed", error=error, finished_at=datetime.now(UTC))


def _read_incremental(context: RunContext, description: Description, state: EntityState) -> Tables:
    """Finishes the scan under way, then reads the windows that are due; ends early when the package is full."""
    for window in _scans_due(context, description, state):
        context.update(description.entity, mode="incremental" if window else "initial", window=window)
        if not (yield from _read_scan(context, description, state)):
            return False
        finish_scan(state)
        if window is None:
            mark_all_passes(context, state)
        elif not (yield from read_backdated(context, description, window)):
            return False
    return True


def _read_snapshot(context: RunContext, description: Description, state: EntityState) -> Tables:
    """Every row, each run: without mod_ts there is no other way to see a change (wms-api 8.10)."""
    context.update(description.entity, mode="snapshot")
    yield from read_full(context, description)
    return not context.stop.is_set()


def _scans_due(context: RunContext, description: Description, state: EntityState) -> Iterator[Window | None]:
    """Windows to read now, None for an initial load; each is recorded in the state before it is handed out.

    The end of an initial load is fixed before it starts (wms-api 8.9). A scan that an earlier package or run began is
    finished first; when that already reaches the end due in this run, nothing is read again.
    """
    pipeline = context.settings.pipeline
    lookback, settle = timedelta(seconds=pipeline.lookback_seconds), timedelta(seconds=pipeline.settle_seconds)
    end = whole_second(context.server_now - settle)
    if "scan" in state:
        yield scan_window(state["scan"])
        if state.get("hw", "") >= utc_text(end):
            return
    high = high_water(state)
    if high is None:
        wms = context.settings.wms
        scan = scoped_scan(context, description, *start_filter(context, description))
        ranges = initial_ranges(context.client, scan, wms.page_size, wms.concurrency)
        begin_scan(state, None, end, ranges)
        yield None
        return
    due = incremental_window(high, context.server_now, lookback, settle)
    for window in due.slices(timedelta(hours=pipeline.slice_hours)):
        begin_scan(state, window, window.hi)
        yield window


def _read_scan(context: RunContext, description: Description, state: EntityState) -> Tables:
    """Reads what is left of the scan recorded in the state, its id ranges side by side."""
    window = scan_window(state["scan"])
    ranges = list(state["scan"]["ranges"])
    start = () if window else start_filter(context, description)
    whole = replace(scoped_scan(context, description, *start), window=window)
    scans = [replace(whole, after_id=part["after_id"], until_id=part["until_id"]) for part in ranges]
    sizer = PageSizer(context.settings.wms.page_size)
    for index, page in merged([pages(context.client, scan, sizer) for scan in scans]):
        yield page_table(context, scans[index], page)
        ranges[index]["after_id"] = page.keys[-1].id
        if not context.add_page(description.entity, len(page.keys)):
            return False
    return True
