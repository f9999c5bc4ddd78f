"""Reads raw rows in types that the Oracle driver can bind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loader.warehouse.oracle.ddl import bind_columns
from loader.warehouse.schema import DOCUMENT, raw_schema

BATCH_ROWS: Final = 5_000
"""Rows per round trip: 10 MB with documents of 2 KB."""

_MAX_RAW_BYTES: Final = 32_767


def read_batches(file: str | Path) -> Iterator[pa.Table]:
    """Yield the file's rows in batches of `BATCH_ROWS`, so that memory use doesn't grow with the file.

    Threads and read-ahead are off, because they take more CPU than the read.
    """
    with pq.ParquetFile(file, pre_buffer=False) as parquet:
        for batch in parquet.iter_batches(BATCH_ROWS, columns=bind_columns(), use_threads=False):
            yield bindable(pa.Table.from_batches([batch]))


def bindable(rows: pa.Table) -> pa.Table:
    """Convert rows to bindable types: plain values instead of dictionaries, documents as UTF-8 bytes.

    The driver binds binary as RAW, with at most 32,767 bytes. A batch with a longer document is bound as LONG RAW.
    """
    plain = rows.select(bind_columns()).cast(pa.schema([raw_schema().field(name) for name in bind_columns()]))
    longest = pc.max(pc.binary_length(plain.column(DOCUMENT))).as_py() or 0
    document = plain.column(DOCUMENT).cast(pa.large_binary() if longest > _MAX_RAW_BYTES else pa.binary())
    return plain.set_column(plain.schema.get_field_index(DOCUMENT), DOCUMENT, document)
