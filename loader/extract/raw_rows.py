"""Converts pages of documents to Arrow tables, without a Python object per row beyond the key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final, Literal, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa

from loader.extract.context import RunContext
from loader.extract.scan import Scan, check_created, check_window
from loader.warehouse.schema import content_hash, raw_schema
from loader.wms.instants import read_instants
from loader.wms.page import Key, Page

Column: TypeAlias = "pa.Array[Any]"

TIMESTAMP: Final = pa.timestamp("us")
DELETED: Final = 1
"""Value of `is_deleted` for a row that the source no longer has."""
OUT_OF_SCOPE: Final = 2
"""Value of `is_deleted` for a row that the source still has, outside the configured scope."""
ROWS_PER_TABLE: Final = 4_000


def document_column(documents: Sequence[msgspec.Raw]) -> Column:
    """Return documents as a string column with one shared buffer.

    The bytes are not checked: the page parser has checked that they are UTF-8.
    """
    offsets = np.zeros(len(documents) + 1, dtype=np.int32)
    np.cumsum([len(memoryview(document)) for document in documents], out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets.data), pa.py_buffer(b"".join(documents))]
    return pa.Array.from_buffers(pa.string(), len(documents), buffers)


def mod_ts_values(keys: Sequence[Key]) -> Column:
    """Return mod_ts of the keys as UTC microseconds without zone; null if missing or invalid."""
    return read_instants([key.mod_ts for key in keys]).values


def to_table(page: Page, *, mod_ts: Column, first_order: int) -> pa.Table:
    """Convert a page to rows of a raw table (docs/explanation/design.md, raw tables).

    Args:
        page: keys and documents in read order.
        mod_ts: result of `mod_ts_values` for its keys.
        first_order: `read_order` of the first row; the other rows get the next numbers.

    Returns:
        One row per key, without `dlt_load_id`, which the load job adds.
    """
    keys, size = page.keys, len(page.keys)
    columns = [
        pa.array([key.id for key in keys], pa.int64()),
        mod_ts,
        pa.array([key.facility_id and key.facility_id.id for key in keys], pa.int64()),
        pa.array([key.company_id and key.company_id.id for key in keys], pa.int64()),
        pa.array([content_hash(document) for document in page.documents], pa.string()),
        document_column(page.documents),
        pa.array(np.zeros(size, dtype=np.int64)),
        _repeated(page.read_at, size),
        _read_orders(first_order, size),
    ]
    return pa.Table.from_arrays(columns, schema=raw_schema())


def page_table(context: RunContext, scan: Scan, page: Page) -> pa.Table:
    """Convert a page to raw rows with `read_order`, after checking its mod_ts against the scan's window.

    An invalid mod_ts becomes null in the raw table and stays unchanged in the document. The outcome counts it.

    Raises:
        ProtocolError: WMS_PROTO_001, rows are outside the window or before the start date; WMS_PROTO_002, no mod_ts has
            an offset.
    """
    instants = read_instants([key.mod_ts for key in page.keys])
    mod_ts, ids = instants.values, [key.id for key in page.keys]
    if instants.unreadable:
        context.note_undated(scan.entity, [ids[place] for place in instants.unreadable])
    unreadable = frozenset(instants.unreadable)
    checked = [place for place in range(len(ids)) if place not in unreadable] if unreadable else slice(None)
    check_window(
        scan, mod_ts.to_numpy(zero_copy_only=False)[checked], np.asarray(ids, dtype=np.int64)[checked].tolist()
    )
    start = context.settings.pipeline.start_date
    if start:
        check_created(scan, page.keys, datetime.combine(start, time(), UTC))
    first_order = context.counter(scan.entity).take(len(page.keys))
    return to_table(page, mod_ts=mod_ts, first_order=first_order)


def tombstones(current: pa.Table, *, read_at: datetime, first_order: int, mark: Literal[1, 2] = DELETED) -> pa.Table:
    """Repeat the current versions, marked as deleted or out of scope. Other values are kept (wms-api 8.8d)."""
    size = current.num_rows
    changes = {
        "is_deleted": pa.array(np.full(size, mark, dtype=np.int64)),
        "read_at": _repeated(read_at, size),
        "read_order": _read_orders(first_order, size),
    }
    columns = [changes.get(name, current.column(name)) for name in raw_schema().names]
    return pa.Table.from_arrays([_flat(column) for column in columns], schema=raw_schema())


def merge_small_tables(tables: Iterable[pa.Table], rows: int = ROWS_PER_TABLE) -> Iterator[pa.Table]:
    """Merge tables into tables of at least `rows` rows, except for the last one. The row order is kept.

    dlt derives and validates the schema of every table it receives, which costs as much CPU as reading a page.
    """
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(part.num_rows for part in waiting) >= rows:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _flat(column: Column | pa.ChunkedArray[Any]) -> Column:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _repeated(instant: datetime, size: int) -> Column:
    return pa.repeat(pa.scalar(instant.replace(tzinfo=None), type=TIMESTAMP), size)


def _read_orders(first: int, size: int) -> Column:
    return pa.array(np.arange(first, first + size, dtype=np.int64))
