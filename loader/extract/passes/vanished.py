"""Ids the source no longer shows: tombstones, unless it looks like lost eligibility (wms-api 7.10, 8.8d)."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loader.extract.batch import tombstones
from loader.extract.context import RunContext

Ids = npt.NDArray[np.int64]
IDS_PER_REQUEST = 100
TOMBSTONES_PER_TABLE = 5_000
COLLAPSE = "vanished at once"
"""Words of every warning about lost eligibility, by which an alert knows it."""
SMALL_FACILITY = 20
"""Rows below which a facility that loses everything is not suspicious by itself."""


def read_vanished(context: RunContext, entity: str, ids: Ids, live: int) -> Generator[pa.Table, None, bool]:
    """Tombstones for the ids that are really gone.

    Args:
        ids: live in the target, not seen by a scan that came to its end.
        live: number of rows live in the target.

    Returns:
        False when nothing was marked because too much vanished; the warning stands in the outcome.
    """
    suspicion = _collapse(context, entity, ids, live)
    if suspicion:
        outcome = context.outcome(entity)
        context.update(entity, warnings=(*(outcome.warnings if outcome else ()), suspicion))
        return False
    for part in _parts(_confirmed(context, entity, ids), TOMBSTONES_PER_TABLE):
        current = context.landed.current_versions(entity, part)
        first_order = context.counter(entity).take(current.num_rows)
        yield tombstones(current, read_at=context.client.server_now(), first_order=first_order)
        context.add_page(entity, 0, deleted=current.num_rows)
    return True


def _confirmed(context: RunContext, entity: str, ids: Ids) -> Ids:
    """Ids that the source denies when asked by id: a short page in the middle of a scan must not delete rows."""
    denied = [_denied(context, entity, wanted) for wanted in _parts(ids, IDS_PER_REQUEST)]
    return np.concatenate([np.empty(0, dtype=np.int64), *denied])


def _denied(context: RunContext, entity: str, ids: Ids) -> Ids:
    """Asks until an answer shows none of those left: a short answer denies nothing. Takes no order (wms-api 7.13).

    An answer with other ids, from a server that ignores the filter, denies nothing either, nor does one with a row
    whose id cannot be read: it may be any of them.
    """
    while ids.size:
        query = [
            ("id__in", ",".join(map(str, ids))),
            ("values_list", "id"),
            ("page_mode", "sequenced"),
            ("page_size", str(IDS_PER_REQUEST)),
        ]
        page = context.client.page(entity, query)
        shown = [key.id for key in page.keys]
        if page.unusable:
            return np.empty(0, dtype=np.int64)
        if not shown:
            return ids
        if not np.isin(shown, ids).all():
            return np.empty(0, dtype=np.int64)
        ids = np.setdiff1d(ids, shown)
    return ids


def _parts(ids: Ids, size: int) -> Iterator[Ids]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _collapse(context: RunContext, entity: str, ids: Ids, live: int) -> str:
    """Why the loss looks like lost eligibility; empty when it does not."""
    if ids.size > context.settings.pipeline.largest_loss * live:
        return (
            f"{ids.size} of {live} rows {COLLAPSE}; none was marked as deleted: "
            "check which facilities and companies the WMS user is eligible for"
        )
    if not ids.size:
        return ""
    totals = context.landed.facility_counts(entity, None)
    for facility, lost in context.landed.facility_counts(entity, ids).items():
        if totals[facility] >= SMALL_FACILITY and lost == totals[facility]:
            return (
                f"all {lost} rows of facility id {facility} {COLLAPSE}; nothing was marked as deleted: "
                "check whether the WMS user is still eligible for it"
            )
    return ""
