"""Applies scope changes: reads rows that entered the scope, and marks rows that left it.

A row has left the scope if the source shows it with a company, facility or creation day outside the scope. It gets a
version with ``is_deleted`` 2: neither live nor deleted. Absence from a scan proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

import msgspec
import numpy as np
import pyarrow as pa

from loader.extract.context import Rescoped, RunContext
from loader.extract.excluded import fields_parameter
from loader.extract.ids import IDS_PER_REQUEST, Ids, in_parts
from loader.extract.inventory_history import HISTORY, left_partitions
from loader.extract.paging import PageSizer
from loader.extract.raw_rows import OUT_OF_SCOPE, page_table, tombstones
from loader.extract.scan import Filters, Scan, pages
from loader.extract.scope import Paths, Scope, entity_paths, entity_scope, filters_of, from_state, scoped_scan, to_state
from loader.extract.scope_algebra import difference, intersection, is_outside, values_of
from loader.extract.scope_filters import check_scope_filters
from loader.extract.state import EntityState, RescopeState
from loader.wms.catalog import Description
from loader.wms.page import Page
from loader.wms.response import BadRequestError
from loader.wms.values import values_page

Tables = Generator[pa.Table, None, bool]

MOST_ASKED = 20_000
"""Maximum number of ids to check per pass. Scope changes are applied before, so few rows can have moved."""


def follow_scope(context: RunContext, description: Description, state: EntityState) -> Tables:
    """Apply a change of the configured scope. Read nothing if the scope is unchanged.

    The state stores a change in progress, so that it can be resumed. If the scope changes again meanwhile, the new
    change starts from the part of the scope that is certainly covered.

    Returns:
        False if the load package is full or the run was stopped.
    """
    _begin(context, description, state)
    change = state.get("rescope")
    if change is None:
        return True
    if not (yield from _each(context, description, change, change["removing"], _remove)):
        return False
    if not (yield from _each(context, description, change, change["adding"], _add)):
        return False
    _end(context, description, state, change)
    return True


def read_moved(context: RunContext, description: Description, ids: Ids) -> Generator[pa.Table, None, Ids]:
    """Mark rows that the source shows outside the scope.

    Args:
        ids: live in the target, but not shown by a scan of the scope.

    Returns:
        The ids that are not marked.
    """
    scope, paths = entity_scope(context.settings, description), entity_paths(description)
    if scope == Scope() or not ids.size:
        return ids
    moved = [np.empty(0, dtype=np.int64)]
    for part in in_parts(ids[:MOST_ASKED], IDS_PER_REQUEST):
        query = [
            ("id__in", ",".join(map(str, part))),
            ("values_list", ",".join(values_of(paths))),
            ("page_mode", "sequenced"),
            ("page_size", str(IDS_PER_REQUEST)),
        ]
        try:
            found = _outside(values_page(context.client, description.entity, query), scope, paths)
        except BadRequestError:
            # this tenant does not list the codes, so there is no evidence
            return ids
        moved.append(np.intersect1d(part, found))
    gone = np.concatenate(moved)
    if gone.size:
        yield _marked(context, description.entity, gone)
        context.note(description.entity, f"{gone.size:,} rows have moved out of the scope ({scope}).")
    return np.setdiff1d(ids, gone)


def warn_of_empty_scope(context: RunContext, description: Description) -> None:
    """Warn after an initial load that returned no row, and if the start date excludes all rows of the entity."""
    outcome, scope = context.outcome(description.entity), entity_scope(context.settings, description)
    if (outcome and outcome.rows_read) or context.raw_store.last_read_order(description.entity):
        return
    if scope.start is None or not _has_older(context, description, scope):
        context.update(description.entity, is_empty=True)
        return
    context.warn(
        description.entity,
        "empty_scope",
        f"All rows were created before {scope.start}, so GRUPONOS_PIPELINE__START_DATE excludes all of them.",
    )


def _has_older(context: RunContext, description: Description, scope: Scope) -> bool:
    """Whether the WMS has rows that only the start date excludes."""
    older = filters_of(replace(scope, start=None), entity_paths(description))
    fields = fields_parameter(context.settings.pipeline, description)
    query = [*older, *fields, ("page_mode", "sequenced"), ("page_size", "1")]
    return bool(context.client.page(description.entity, query).keys)


def _begin(context: RunContext, description: Description, state: EntityState) -> None:
    wanted = entity_scope(context.settings, description)
    before = state.get("rescope")
    if before is None and "scope" not in state:
        # the first load, or the state of an earlier release, which did not store the scope
        check_scope_filters(context, description)
        state["scope"] = to_state(wanted)
        return
    current = from_state(before["wanted"] if before else state["scope"])
    if current == wanted:
        return
    check_scope_filters(context, description)
    held = [from_state(scope) for scope in before["held"]] if before else [from_state(state["scope"])]
    covered: Scope | None = from_state(state["scope"]) if "scope" in state else None
    if "hw" not in state and description.has_mod_ts:
        # the initial load restarts with the new filters and reads the whole scope
        state.pop("scan", None)
        adding: list[Filters] = []
    else:
        adding = difference(wanted, covered, entity_paths(description)) if description.has_mod_ts else []
    if description.entity == HISTORY:
        adding, removing = [], left_partitions(context, state, wanted)
    else:
        removing = [part for scope in held for part in difference(scope, wanted, entity_paths(description))]
    certain = intersection(covered, wanted) if covered else None
    if certain:
        state["scope"] = to_state(certain)
    else:
        state.pop("scope", None)
    state["rescope"] = {
        "wanted": to_state(wanted),
        "held": [to_state(scope) for scope in dict.fromkeys([*held, wanted])],
        "adding": [_listed(part) for part in adding],
        "removing": [_listed(part) for part in dict.fromkeys(removing)],
        "after_id": None,
        "added": 0,
        "removed": 0,
    }


def _end(context: RunContext, description: Description, state: EntityState, change: RescopeState) -> None:
    wanted, before = from_state(change["wanted"]), from_state(change["held"][0])
    state["scope"] = change["wanted"]
    del state["rescope"]
    rescoped = Rescoped(str(before), str(wanted), change["added"], change["removed"])
    context.update(description.entity, rescoped=rescoped)
    context.note(description.entity, str(rescoped))


Step = Callable[[RunContext, Description, RescopeState, Filters], Tables]


def _each(
    context: RunContext,
    description: Description,
    change: RescopeState,
    parts: list[list[list[str]]],
    step: Step,
) -> Tables:
    while parts:
        filters = tuple((name, value) for name, value in parts[0])
        if not (yield from step(context, description, change, filters)):
            return False
        parts.pop(0)
        change["after_id"] = None
    return True


def _add(context: RunContext, description: Description, change: RescopeState, filters: Filters) -> Tables:
    scan = replace(scoped_scan(context, description), filters=filters, after_id=change["after_id"])
    for page in _pages(context, scan):
        yield page_table(context, scan, page)
        change["after_id"] = page.keys[-1].id
        change["added"] += len(page.keys)
        if not context.add_page(scan.entity, len(page.keys)):
            return False
    return True


def _remove(context: RunContext, description: Description, change: RescopeState, filters: Filters) -> Tables:
    wanted, paths = from_state(change["wanted"]), entity_paths(description)
    scan = Scan(description.entity, filters, after_id=change["after_id"], values=values_of(paths))
    for page in _pages_with_codes(context, scan):
        last = page.keys[-1].id
        live = context.raw_store.live_versions(scan.entity, change["after_id"], last).column("entity_id")
        gone = np.intersect1d(_outside(page, wanted, paths), np.asarray(live, dtype=np.int64))
        if gone.size:
            yield _marked(context, scan.entity, gone)
        change["after_id"] = last
        change["removed"] += int(gone.size)
        can_continue = context.budget.spend(int(gone.size))
        if not (context.add_page(scan.entity, 0) and can_continue):
            return False
    return True


def _pages_with_codes(context: RunContext, scan: Scan) -> Iterator[Page]:
    """Yield pages with the codes of each row. If the WMS can't list them, warn."""
    try:
        yield from _pages(context, scan)
    except BadRequestError as refused:
        _warn_of_unlisted(context, scan, refused.message)
    if scan.entity in context.client.without_values and any("__" in name for name in scan.values):
        _warn_of_unlisted(context, scan, "It rejects values_list.")


def _warn_of_unlisted(context: RunContext, scan: Scan, reason: str) -> None:
    context.warn(
        scan.entity,
        "codes_unlisted",
        f"Rows that left the scope are not marked: the WMS does not list {', '.join(scan.values)}. {reason}",
    )


def _pages(context: RunContext, scan: Scan) -> Iterator[Page]:
    return pages(context.client, scan, PageSizer(context.settings.wms.page_size))


def _outside(page: Page, scope: Scope, paths: Paths) -> Ids:
    rows: Sequence[dict[str, object]] = [msgspec.json.decode(document) for document in page.documents]
    found = [key.id for key, row in zip(page.keys, rows, strict=True) if is_outside(row, scope, paths)]
    return np.asarray(found, dtype=np.int64)


def _marked(context: RunContext, entity: str, ids: Ids) -> pa.Table:
    current = context.raw_store.current_versions(entity, ids)
    first_order = context.counter(entity).take(current.num_rows)
    read_at = context.client.server_now()
    return tombstones(current, read_at=read_at, first_order=first_order, mark=OUT_OF_SCOPE)


def _listed(filters: Filters) -> list[list[str]]:
    return [[name, value] for name, value in filters]
