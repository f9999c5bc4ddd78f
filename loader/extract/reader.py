"""Reads one entity into Arrow tables. Its description selects the method, its state the start (wms-api 8.1-8.10)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from loader.errors import WmsEltError
from loader.extract.clocks import (
    reach_back,
    read_to,
    remember_clocks,
    repair_marks,
    up_to_later_clock,
    window_end,
)
from loader.extract.context import RunContext
from loader.extract.inventory_history import HISTORY, read_history
from loader.extract.paging import PageSizer
from loader.extract.parallel import merged
from loader.extract.passes import mark_initial_load, read_backdated, read_full
from loader.extract.ranges import id_span, initial_ranges, progress_fraction
from loader.extract.raw_rows import page_table
from loader.extract.scan import pages
from loader.extract.scope import scoped_scan
from loader.extract.scope_change import follow_scope, warn_of_empty_scope
from loader.extract.state import EntityState, begin_scan, finish_scan, halve_scan, scan_window, watermark_of
from loader.extract.window import Window, from_text, next_window
from loader.wms.catalog import Description
from loader.wms.retry import PageTooSlow
from loader.wms.times import utc_text

Tables = Generator[pa.Table, None, bool]
"""Yields tables as they are read; returns whether the read is complete."""

Planner = Callable[[RunContext, Description, EntityState], bool]
"""Stores the next scan in the state; returns False if nothing is left to read."""


def read_entity(context: RunContext, entity: str, state: EntityState) -> Iterator[pa.Table]:
    """Read what is due of an entity. Yield one table of raw rows per page; `state` advances with each table."""
    return read_guarded(context, entity, state, _read_due)


def read_guarded(
    context: RunContext,
    entity: str,
    state: EntityState,
    read: Callable[[RunContext, Description, EntityState], Tables],
) -> Iterator[pa.Table]:
    """Run `read` and store the outcome.

    An error ends only this entity. Rows read before it are kept, and the state resumes after them.
    """
    context.update(entity, status="running")
    try:
        if (yield from read(context, context.client.describe(entity), state)):
            context.update(entity, status="ok", finished_at=datetime.now(UTC))
        context.warn_of_clock(entity)
    except WmsEltError as error:
        context.update(entity, status="failed", error=error, finished_at=datetime.now(UTC))


def _read_due(context: RunContext, description: Description, state: EntityState) -> Tables:
    repair_marks(context, description.entity, state)
    if not (yield from follow_scope(context, description, state)):
        return False
    if description.entity == HISTORY:
        return (yield from read_history(context, description, state))
    if description.has_mod_ts:
        return (yield from read_scans(context, description, state, _plan_due))
    context.update(description.entity, mode="full" if "full" in context.forced_passes else "snapshot")
    # without mod_ts, only reading every row finds changes (wms-api 8.10)
    yield from read_full(context, description)
    return not context.stop.is_set()


def read_scans(context: RunContext, description: Description, state: EntityState, plan: Planner) -> Tables:
    """Finish the scan in progress, then run the scans that `plan` adds. Stop early if the load package is full.

    A window that is too slow even with the smallest page is halved (wms-api 8.5).
    """
    while "scan" in state or plan(context, description, state):
        window = scan_window(state["scan"])
        _show(context, description.entity, window)
        try:
            if not (yield from _read_scan(context, description, state)):
                return False
        except PageTooSlow:
            if not halve_scan(state):
                raise
            continue
        if window and not (yield from read_backdated(context, description, window)):
            return False
        # an initial load reads every row, whatever its mod_ts
        hi = from_text(state["scan"]["hi"]) if window else window_end(context, context.latest_now)
        finish_scan(state)
        high = watermark_of(state)
        context.update(description.entity, read_until=high, read_to=read_to(context, hi, high))
        if window is None:
            mark_initial_load(context, description.entity, state)
            warn_of_empty_scope(context, description)
    return True


def _plan_due(context: RunContext, description: Description, state: EntityState) -> bool:
    """Plan an initial load if there is no watermark, else the next window up to server time less settle time.

    The end of an initial load is fixed before it starts (wms-api 8.9). Only the first window of a run has a lookback.
    While the two clocks differ, the last window ends at the later one.
    """
    pipeline = context.settings.pipeline
    end = window_end(context, context.server_now)
    high = watermark_of(state)
    if high is None:
        wms = context.settings.wms
        scan = scoped_scan(context, description)
        span = id_span(context.client, scan)
        # other entities are read at the same time, and each range holds a page in memory
        workers = wms.concurrency if len(pipeline.all_entities) == 1 else (wms.concurrency + 1) // 2
        begin_scan(state, None, end, initial_ranges(span, wms.page_size, workers))
        if span:
            state["scan"]["span"] = list(span)
        remember_clocks(context, state)
        context.is_first_call(description.entity)
        return True
    lookback = timedelta(0)
    if context.is_first_call(description.entity):
        lookback = timedelta(seconds=pipeline.lookback_seconds)
        lookback += reach_back(context, description.entity, state, end)
    due = next_window(high, end, lookback=lookback, width=timedelta(hours=pipeline.slice_hours))
    window = up_to_later_clock(context, description.entity, due, high)
    if window:
        begin_scan(state, window, window.hi)
        if window != due:
            state["scan"]["mark"] = utc_text(end)
        remember_clocks(context, state)
    return window is not None


def _show(context: RunContext, entity: str, window: Window | None) -> None:
    """Store the window in the outcome, which shows all windows of a run as one period."""
    outcome = context.outcome(entity)
    before = outcome.window if outcome else None
    shown = Window(min(before.lo, window.lo), max(before.hi, window.hi)) if before and window else window
    context.update(entity, mode="incremental" if window else "initial", window=shown)


def _read_scan(context: RunContext, description: Description, state: EntityState) -> Tables:
    """Read the rest of the scan in the state, with all id ranges in parallel."""
    window = scan_window(state["scan"])
    ranges = list(state["scan"]["ranges"])
    whole = replace(scoped_scan(context, description), window=window)
    span = state["scan"].get("span", [])
    scans = [
        replace(
            whole,
            after_id=part["after_id"],
            until_id=part["until_id"],
            known_ids=tuple(row_id for row_id in span if part["until_id"] is None or row_id <= part["until_id"]),
        )
        for part in ranges
    ]
    sizer = PageSizer(context.settings.wms.page_size)
    for index, page in merged([pages(context.client, scan, sizer) for scan in scans]):
        yield page_table(context, scans[index], page)
        ranges[index]["after_id"] = page.keys[-1].id
        if "span" in state["scan"]:
            first, last = state["scan"]["span"]
            context.update(description.entity, share_read=progress_fraction((first, last), ranges))
        rows = len(page.keys)
        # keep no page while the next one is read
        del page
        if not context.add_page(description.entity, rows):
            return False
    return True
