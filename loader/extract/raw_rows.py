"""One page of documents as one Arrow table, without a Python object per row beyond the key."""

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
"""Mark of a row that the source no longer has."""
OUT_OF_SCOPE: Final = 2
"""Mark of a row that the source still has and the configured scope no longer includes."""
ROWS_PER_TABLE: Final = 5_000


def document_column(documents: Sequence[msgspec.Raw]) -> Column:
    """Documents as a string column that shares one buffer; the bytes are not looked at.

    The page parser has checked that they are UTF-8.
    """
    offsets = np.zeros(len(documents) + 1, dtype=np.int32)
    np.cumsum([len(memoryview(document)) for document in documents], out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets.data), pa.py_buffer(b"".join(documents))]
    return pa.Array.from_buffers(pa.string(), len(documents), buffers)


def mod_ts_values(keys: Sequence[Key]) -> Column:
    """The keys' mod_ts as UTC microseconds without zone, null where the document has none that can be read."""
    return read_instants([key.mod_ts for key in keys]).values


def to_table(page: Page, *, mod_ts: Column, first_order: int) -> pa.Table:
    """The raw table's columns for one page (docs/explanation/design.md, raw tables).

    Args:
        page: keys and documents in the order of reading.
        mod_ts: `mod_ts_values` of its keys.
        first_order: `read_order` of the first row; the others follow.

    Returns:
        As many rows as the page; `dlt_load_id` is added by the load job.
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
    """A page as raw rows with their `read_order`, after its mod_ts have been held against the scan's window.

    A mod_ts that cannot be read is null in the raw table; the document keeps it, and the outcome counts it.

    Raises:
        ProtocolError: WMS_PROTO_001, rows lie outside the window or before the start date; WMS_PROTO_002, no mod_ts has
            an offset.
    """
    instants = read_instants([key.mod_ts for key in page.keys])
    mod_ts, ids = instants.values, [key.id for key in page.keys]
    if instants.unreadable:
        context.note_undated(scan.entity, [ids[place] for place in instants.unreadable])
    unreadable = frozenset(instants.unreadable)
    judged = [place for place in range(len(ids)) if place not in unreadable] if unreadable else slice(None)
    check_window(scan, mod_ts.to_numpy(zero_copy_only=False)[judged], np.asarray(ids, dtype=np.int64)[judged].tolist())
    start = context.settings.pipeline.start_date
    if start:
        check_created(scan, page.keys, datetime.combine(start, time(), UTC))
    first_order = context.counter(scan.entity).take(len(page.keys))
    return to_table(page, mod_ts=mod_ts, first_order=first_order)


def tombstones(current: pa.Table, *, read_at: datetime, first_order: int, mark: Literal[1, 2] = DELETED) -> pa.Table:
    """The current versions again, marked as deleted or as out of scope: their values are kept (wms-api 8.8d)."""
    size = current.num_rows
    changes = {
        "is_deleted": pa.array(np.full(size, mark, dtype=np.int64)),
        "read_at": _repeated(read_at, size),
        "read_order": _read_orders(first_order, size),
    }
    columns = [changes.get(name, current.column(name)) for name in raw_schema().names]
    return pa.Table.from_arrays([_flat(column) for column in columns], schema=raw_schema())


def merge_small_tables(tables: Iterable[pa.Table], rows: int = ROWS_PER_TABLE) -> Iterator[pa.Table]:
    """The same rows in the same order, in tables of at least `rows` but for the last one.

    dlt derives and validates the table's schema once per table it is given, which costs as much CPU as reading a page.
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
