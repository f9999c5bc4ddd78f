"""Ids the source no longer shows: tombstones, on positive evidence only (wms-api 7.10, 8.8d)."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loader.extract.asking import PageMode
from loader.extract.context import RunContext
from loader.extract.raw_rows import tombstones
from loader.wms.page import Page
from loader.wms.values import values_page

Ids = npt.NDArray[np.int64]
TOMBSTONES_PER_TABLE = 5_000
COLLAPSE = "vanished at once"
"""Words of every warning about lost eligibility."""
SMALL_FACILITY = 20
"""Rows below which a facility that loses everything is not suspicious by itself."""
FIRST_QUESTION: tuple[PageMode, int, int] = ("sequenced", 95, 5)
SECOND_QUESTION: tuple[PageMode, int, int] = ("paged", 60, 3)
"""Page mode, ids asked for in one request, and ids among the others that are known to be there."""


def read_vanished(
    context: RunContext, entity: str, ids: Ids, live: int, shown: Sequence[int]
) -> Generator[pa.Table, None, bool]:
    """Tombstones for the ids that are really gone.

    An id is gone when a complete scan did not show it and two different questions deny it. Each question also names
    rows that the scan has just shown: an answer without them proves nothing.

    Args:
        ids: live in the target, not seen by a scan that came to its end.
        live: number of rows live in the target.
        shown: ids that the scan showed, the latest last.

    Returns:
        False when nothing was marked although ids vanished; the warning is in the outcome.
    """
    suspicion = _eligibility_loss(context, entity, ids, live)
    if suspicion:
        context.warn(entity, suspicion)
        context.update(entity, collapsed=True)
        return False
    gone = _confirmed_missing(context, entity, ids, shown[-5:], FIRST_QUESTION)
    again = (
        None
        if gone is None
        else _confirmed_missing(context, entity, gone[::-1], shown[-8:-5] or shown[-3:], SECOND_QUESTION)
    )
    faults = context.client.faults.of(entity)
    if ids.size and (again is None or faults):
        reason = f"the WMS gave wrong answers ({'; '.join(faults)})" if faults else "the WMS did not prove it"
        context.warn(entity, f"{ids.size} rows vanished; none was marked as deleted, because {reason}")
        return False
    for part in _parts(np.sort(again) if again is not None else ids, TOMBSTONES_PER_TABLE):
        current = context.landed.current_versions(entity, part)
        first_order = context.counter(entity).take(current.num_rows)
        yield tombstones(current, read_at=context.client.server_now(), first_order=first_order)
        context.add_page(entity, 0, deleted=current.num_rows)
    return True


def _confirmed_missing(
    context: RunContext, entity: str, ids: Ids, witnesses: Sequence[int], question: tuple[PageMode, int, int]
) -> Ids | None:
    """Those of the ids that the source denies; None when an answer proves nothing."""
    mode, size, most = question
    known = np.asarray(witnesses[-most:], dtype=np.int64)
    denied = [np.empty(0, dtype=np.int64)]
    for part in _parts(ids, size):
        found = _ask(context, entity, part, known, mode) if known.size else None
        if found is None:
            return None
        denied.append(found)
    return np.concatenate(denied)


def _ask(context: RunContext, entity: str, ids: Ids, known: Ids, mode: PageMode) -> Ids | None:
    """Asks until an answer shows none of the ids left, for a short answer denies nothing. Takes no order
    (wms-api 7.13).
    """
    while ids.size:
        wanted = np.concatenate([ids, known])
        query = [
            ("id__in", ",".join(map(str, wanted))),
            ("values_list", "id"),
            ("page_mode", mode),
            ("page_size", str(wanted.size)),
        ]
        page = values_page(context.client, entity, query)
        shown = [key.id for key in page.keys]
        if page.unusable:
            # the row whose id cannot be read may be any of them
            return None
        if not np.isin(shown, wanted).all():
            context.client.faults.note(entity, "it ignored a filter")
            return None
        alive = np.intersect1d(ids, shown)
        if not alive.size:
            return ids if np.isin(known, shown).all() and _is_whole(page) else None
        ids = np.setdiff1d(ids, alive)
    return ids


def _is_whole(page: Page) -> bool:
    return not page.next_page and page.result_count in (None, len(page.keys))


def _parts(ids: Ids, size: int) -> Iterator[Ids]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _eligibility_loss(context: RunContext, entity: str, ids: Ids, live: int) -> str:
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
