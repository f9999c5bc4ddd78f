"""inventory_history: append-only, and readable only by company, facility, activity and status (wms-api 2 and 8.11)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import msgspec
import pyarrow as pa

from loader.extract.batch import page_table
from loader.extract.clocks import remember_clocks
from loader.extract.context import RunContext
from loader.extract.paging import PageSizer
from loader.extract.scan import Filters, Scan, pages
from loader.extract.state import EntityState, high_water
from loader.extract.window import from_text, whole_second
from loader.wms.catalog import Description
from loader.wms.times import utc_text

HISTORY = "inventory_history"
Partition = tuple[str, str, int, int]
"""Company code, facility code, activity, status."""


class _Coded(msgspec.Struct):
    code: str


def read_history(context: RunContext, description: Description, state: EntityState) -> Generator[pa.Table, None, bool]:
    """New rows by create_ts, one mandatory combination of filters after the other.

    The window ends where it was fixed when its first partition began; an interrupted one goes on with the partition
    that was not done.
    """
    pipeline = context.settings.pipeline
    end = utc_text(whole_second(context.server_now - timedelta(seconds=pipeline.settle_seconds)))
    if "history" not in state:
        remember_clocks(context, state)
    progress = state.setdefault("history", {"until": end, "done": []})
    high = high_water(state)
    since = high - timedelta(seconds=pipeline.lookback_seconds) if high else None
    context.update(
        description.entity, mode="incremental" if high else "initial", read_until=from_text(progress["until"])
    )
    for partition in _partitions(context):
        if list(partition) in progress["done"]:
            continue
        lower: Filters = (("create_ts__gte", utc_text(since)),) if since else ()
        scan = Scan(HISTORY, (*_filters(partition), *lower, ("create_ts__lt", progress["until"])))
        if not (yield from _read(context, scan)):
            return False
        progress["done"].append(list(partition))
    state["hw"] = progress["until"]
    del state["history"]
    return True


def _read(context: RunContext, scan: Scan) -> Generator[pa.Table, None, bool]:
    for page in pages(context.client, scan, PageSizer(context.settings.wms.page_size)):
        yield page_table(context, scan, page)
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


def _filters(partition: Partition) -> Filters:
    company, facility, activity, status = partition
    return (
        ("company_id__code", company),
        ("facility_id__code", facility),
        ("history_activity_id", str(activity)),
        ("status_id", str(status)),
    )
