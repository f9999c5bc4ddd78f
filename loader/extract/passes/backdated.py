"""Reads rows created in a window with an older mod_ts, such as copied or host-supplied rows (wms-api 7.5, 8.8a)."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pyarrow as pa

from loader.extract.context import RunContext
from loader.extract.ids import Ids
from loader.extract.paging import PageSizer
from loader.extract.raw_rows import page_table
from loader.extract.scan import Scan, pages
from loader.extract.scope import scoped_scan
from loader.extract.window import Window
from loader.wms.catalog import Description
from loader.wms.times import utc_text


def read_backdated(context: RunContext, description: Description, window: Window) -> Generator[pa.Table, None, bool]:
    """Read backdated rows of the window, usually one empty page. Return False if the run was stopped."""
    if "create_ts" not in description.fields:
        return True
    lo = utc_text(window.lo)
    scan = scoped_scan(context, description, ("create_ts__gte", lo), ("mod_ts__lt", lo))
    return (yield from read_all(context, scan))


def read_all(context: RunContext, scan: Scan, seen: list[Ids] | None = None) -> Generator[pa.Table, None, bool]:
    """Read a scan to its end, regardless of the load package's budget. For passes with small results or no resume.

    Args:
        seen: receives the ids of every page.

    Returns:
        False if the run was stopped.
    """
    for page in pages(context.client, scan, PageSizer(context.settings.wms.page_size)):
        table = page_table(context, scan, page)
        yield table
        if seen is not None:
            seen.append(np.asarray(table.column("entity_id"), dtype=np.int64))
        context.add_page(scan.entity, len(page.keys))
        if context.stop.is_set():
            return False
    return True
