"""Writes tombstones for rows that the source no longer has, on positive evidence only (wms-api 7.10, 8.8d)."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import pyarrow as pa

from loader.extract.context import RunContext
from loader.extract.ids import Ids, in_parts
from loader.extract.raw_rows import tombstones
from loader.extract.scan_requests import PageMode
from loader.wms.page import Page
from loader.wms.values import values_page

TOMBSTONES_PER_TABLE = 5_000
SMALL_FACILITY = 20
"""A facility with fewer rows may lose all of them without being suspicious."""
FIRST_CHECK: tuple[PageMode, int, int] = ("sequenced", 95, 5)
SECOND_CHECK: tuple[PageMode, int, int] = ("paged", 60, 3)
"""Page mode, maximum number of ids per request, and maximum number of known ids that are added to them."""


def read_vanished(
    context: RunContext, entity: str, ids: Ids, live: int, shown: Sequence[int]
) -> Generator[pa.Table, None, bool]:
    """Yield tombstones for rows that are certainly deleted.

    A row is deleted if a complete scan did not show it and two different requests confirm that it is missing. Each
    request also asks for rows that the scan has just shown: a response without them proves nothing.

    Args:
        ids: live in the target, but not shown by a complete scan.
        live: number of live rows in the target.
        shown: ids that the scan showed, the latest last.

    Returns:
        False if rows are missing but none was marked. The outcome has a warning with the reason.
    """
    suspicion = _eligibility_loss(context, entity, ids, live)
    if suspicion:
        context.warn(entity, "eligibility_collapse", suspicion)
        return False
    gone = _confirmed_missing(context, entity, ids, shown[-5:], FIRST_CHECK)
    again = (
        None
        if gone is None
        else _confirmed_missing(context, entity, gone[::-1], shown[-8:-5] or shown[-3:], SECOND_CHECK)
    )
    faults = context.client.faults.of(entity)
    if ids.size and (again is None or faults):
        reason = f"the WMS gave wrong responses ({'; '.join(faults)})" if faults else "the WMS did not confirm it"
        context.warn(
            entity,
            "deletion_unproved",
            f"{ids.size} rows are missing in the WMS; none was marked as deleted, because {reason}.",
        )
        return False
    for part in in_parts(np.sort(again) if again is not None else ids, TOMBSTONES_PER_TABLE):
        current = context.raw_store.current_versions(entity, part)
        first_order = context.counter(entity).take(current.num_rows)
        yield tombstones(current, read_at=context.client.server_now(), first_order=first_order)
        context.add_page(entity, 0, deleted=current.num_rows)
    return True


def _confirmed_missing(
    context: RunContext, entity: str, ids: Ids, witnesses: Sequence[int], check: tuple[PageMode, int, int]
) -> Ids | None:
    """Return the ids that the source confirms as missing; None if a response proves nothing."""
    mode, size, most = check
    known = np.asarray(witnesses[-most:], dtype=np.int64)
    denied = [np.empty(0, dtype=np.int64)]
    for part in in_parts(ids, size):
        found = _ask(context, entity, part, known, mode) if known.size else None
        if found is None:
            return None
        denied.append(found)
    return np.concatenate(denied)


def _ask(context: RunContext, entity: str, ids: Ids, known: Ids, mode: PageMode) -> Ids | None:
    """Repeat the request until a response shows none of the remaining ids, because a short page proves nothing.

    Works without `ordering` (wms-api 7.13).
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
            # the row with an unusable id may be any of them
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


def _eligibility_loss(context: RunContext, entity: str, ids: Ids, live: int) -> str:
    """Return a warning if the missing rows look like lost eligibility of the WMS user; empty if they don't."""
    if ids.size > context.settings.pipeline.largest_loss * live:
        return (
            f"{ids.size} of {live} rows are missing in the WMS at once; none was marked as deleted. "
            "Check which facilities and companies the WMS user is eligible for."
        )
    if not ids.size:
        return ""
    totals = context.raw_store.facility_counts(entity, None)
    for facility, lost in context.raw_store.facility_counts(entity, ids).items():
        if totals[facility] >= SMALL_FACILITY and lost == totals[facility]:
            return (
                f"All {lost} rows of facility id {facility} are missing in the WMS at once; none was marked as "
                "deleted. Check whether the WMS user is still eligible for it."
            )
    return ""
