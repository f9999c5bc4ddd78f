"""Backfill: reads a past period of one entity again, without moving its watermark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa

from loader.errors import ConfigError
from loader.extract.context import RunContext
from loader.extract.reader import Tables, read_guarded, read_scans
from loader.extract.scope import scoped_scan
from loader.extract.state import EntityState, begin_scan, watermark_of
from loader.extract.window import Window, next_window, whole_second
from loader.wms.catalog import Description
from loader.wms.response import BadRequestError
from loader.wms.times import parse_ts, utc_text

WIDTH = timedelta(days=1)
_LONG = timedelta(days=31)
_SAMPLE = 25


def backfill_windows(period: Window) -> list[Window]:
    """Return the windows of a backfill in order, one day each."""
    windows: list[Window] = []
    mark = period.lo
    while window := next_window(mark, period.hi, lookback=timedelta(0), width=WIDTH):
        windows.append(window)
        mark = window.hi
    return windows


def read_backfill(context: RunContext, entity: str, state: EntityState, period: Window) -> Iterator[pa.Table]:
    """Read rows with a mod_ts in the period, using a state of the backfill's own.

    An interrupted backfill of the same period is resumed. Otherwise the backfill starts at the beginning of the period.

    Errors are stored in the entity's outcome, such as WMS_CONF_021 for an entity without mod_ts.
    """

    def read(context: RunContext, description: Description, state: EntityState) -> Tables:
        if not description.has_mod_ts:
            raise ConfigError(
                "WMS_CONF_021",
                f"Can't backfill {entity}: it has no mod_ts, so it can't be read by period.",
                hint="Run `make elt`, which reads all of its rows in every run.",
            )
        _begin_unless_running(context, description, state, period)
        return (yield from read_scans(context, description, state, partial(_plan, period=period)))

    return read_guarded(context, entity, state, read)


def _begin_unless_running(context: RunContext, description: Description, state: EntityState, period: Window) -> None:
    entity = description.entity
    wanted = [utc_text(period.lo), utc_text(period.hi)]
    # a run calls this once per load package: only the first call may restart a completed backfill
    ended_before = context.is_first_call(entity) and state.get("hw") == wanted[1] and "scan" not in state
    if ended_before or state.get("period") != wanted:
        state.pop("scan", None)
        state["hw"] = utc_text(_first_instant(context, description, period) or period.lo)
        state["period"] = wanted


def _plan(context: RunContext, description: Description, state: EntityState, *, period: Window) -> bool:
    mark = watermark_of(state) or period.lo
    window = next_window(mark, period.hi, lookback=timedelta(0), width=WIDTH)
    if window:
        begin_scan(state, window, window.hi)
    return window is not None


def _first_instant(context: RunContext, description: Description, period: Window) -> datetime | None:
    """Return the earliest mod_ts of a long period, so that earlier windows are skipped; None if it is uncertain.

    Two requests must agree: the first row by mod_ts, and no row before it.
    """
    if period.hi - period.lo <= _LONG:
        return None
    scan = replace(scoped_scan(context, description), window=period)
    try:
        page = context.client.page(scan.entity, [*scan.parameters(None, None, _SAMPLE), ("ordering", "mod_ts")])
    except BadRequestError:
        return None
    texts = [key.mod_ts for key in page.keys if key.mod_ts]
    try:
        first = whole_second(min(parse_ts(text) for text in texts))
    except ValueError:  # no row, or a timestamp without offset
        return None
    if not period.lo < first < period.hi:
        return None
    before = replace(scan, window=Window(period.lo, first))
    rest = context.client.page(scan.entity, before.parameters(None, None, _SAMPLE))
    return None if rest.row_count else first
