"""Passes that hold the source against the target (wms-api 8.8b-d): fetch what is missing, mark what vanished."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loader.extract.context import RunContext
from loader.extract.differences import differences
from loader.extract.passes.backdated import read_all
from loader.extract.passes.vanished import read_vanished
from loader.extract.scan import Scan
from loader.extract.scope import scoped_scan, start_filter
from loader.extract.window import Window, whole_second
from loader.wms.catalog import Description

Ids = npt.NDArray[np.int64]
Reading = Generator[pa.Table, None, bool]

IDS_PER_REQUEST = 100
"""Ids in one ``id__in`` request (wms-api 8.8c)."""


def read_null_mod_ts(context: RunContext, description: Description) -> Reading:
    """Rows no window can show, because their mod_ts is null."""
    scan = scoped_scan(context, description, ("mod_ts__isnull", "true"), *start_filter(context, description))
    return (yield from read_all(context, scan))


def read_recheck(context: RunContext, description: Description) -> Reading:
    """Id and mod_ts of the recent past against the target; differing documents are read (late commits)."""
    hours = context.settings.pipeline.recheck_window_hours
    until = whole_second(context.server_now)
    window = Window(until - timedelta(hours=hours), until)
    scan = replace(scoped_scan(context, description), window=window)
    return (yield from _read_differences(context, description, scan, deletions=False))


def read_reconcile(context: RunContext, description: Description) -> Reading:
    """All ids against the target: absent ones become tombstones unless that looks like lost eligibility."""
    return (yield from _read_differences(context, description, _whole(context, description), deletions=True))


def read_full(context: RunContext, description: Description) -> Reading:
    """Every document again: the only pass that sees a change which did not touch mod_ts (wms-api 7.6)."""
    seen: list[Ids] = []
    if not (yield from read_all(context, _whole(context, description), seen)):
        return False
    context.landed.release_unseen(description.entity, context.started_at)
    everything = np.concatenate(seen) if seen else np.empty(0, dtype=np.int64)
    live = context.landed.live_ids(description.entity)
    gone = np.setdiff1d(live, everything, assume_unique=True).tolist()
    vanished = np.array([row for row in gone if not context.is_set_aside(description.entity, row)], dtype=np.int64)
    return (yield from read_vanished(context, description.entity, vanished, live.size))


def _whole(context: RunContext, description: Description) -> Scan:
    return scoped_scan(context, description, *start_filter(context, description))


def _read_differences(context: RunContext, description: Description, scan: Scan, *, deletions: bool) -> Reading:
    wanted: list[int] = []
    vanished: list[int] = []
    live = 0
    for difference in differences(context, description, scan):
        live += difference.target_rows.total()
        wanted += difference.ids("missing", "stale")
        if deletions:
            vanished += difference.ids("vanished")
        context.add_page(scan.entity, 0)
        if context.stop.is_set():
            return False
    yield from _fetch(context, scan, wanted)
    gone = np.asarray(vanished, dtype=np.int64)
    return not deletions or (yield from read_vanished(context, scan.entity, gone, live))


def _fetch(context: RunContext, scan: Scan, ids: Sequence[int]) -> Iterator[pa.Table]:
    """The documents of the ids, a few at a time."""
    for start in range(0, len(ids), IDS_PER_REQUEST):
        wanted = ",".join(map(str, ids[start : start + IDS_PER_REQUEST]))
        yield from read_all(context, replace(scan, filters=(*scan.filters, ("id__in", wanted)), window=None))
