"""Direct path load, an optional fast path for initial loads.

It is used only for a file whose ids are all higher than those in the table. So no row has an earlier version there.

It commits automatically, so it can't share a transaction with the ledger. After a crash between the two commits, the
`read_order` numbers in the table show which rows are loaded. Each number belongs to one row of one file.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import oracledb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loader.warehouse.oracle.ddl import bind_columns
from loader.warehouse.oracle.documents import bindable

MIN_ROWS: Final = 10_000
"""Minimum size of a file. For smaller files, the table lock and unused blocks cost more than the load saves."""

LANDED_ORDERS: Final = """
select read_order from {table} where dlt_load_id = :load_id and read_order between :first_order and :last_order
"""

_BATCH_ROWS: Final = 10_000
_KEYS: Final = ["entity_id", "read_order", "content_hash", "is_deleted"]

Orders = npt.NDArray[np.int64]


def read_orders(file: str) -> Orders:
    """Return `read_order` of the file's rows."""
    return np.asarray(_read(file, ["read_order"]).column(0), dtype=np.int64)


def bounds(orders: Orders) -> dict[str, int | None]:
    """Return the lowest and the highest number as binds; None if there are none."""
    return {
        "first_order": int(orders.min()) if len(orders) else None,
        "last_order": int(orders.max()) if len(orders) else None,
    }


def landed_orders(cursor: oracledb.Cursor, table: str, load_id: str, orders: Orders) -> Orders:
    """Return the file's `read_order` numbers that are in the table already, after a direct path load without ledger."""
    if not len(orders):
        return orders
    cursor.arraysize = _BATCH_ROWS
    binds = {"load_id": load_id, **bounds(orders)}
    found = cursor.execute(LANDED_ORDERS.format(table=table), binds).fetchall()
    # numbers of several files of a package may interleave, so each must be compared
    return np.intersect1d(orders, np.asarray([order for (order,) in found], dtype=np.int64))


def is_above(cursor: oracledb.Cursor, table: str, file: str) -> bool:
    """Whether the file has at least `MIN_ROWS` rows and only ids that are higher than those in the table."""
    with pq.ParquetFile(file) as parquet:
        if parquet.metadata.num_rows < MIN_ROWS:
            return False
    lowest = pc.min(_read(file, ["entity_id"]).column(0)).as_py()
    highest = cursor.execute(f"select max(entity_id) from {table}").fetchone()  # noqa: S608
    return highest is None or highest[0] is None or int(highest[0]) < lowest


def load(connection: oracledb.Connection, table: str, file: str, load_id: str, landed: Orders) -> int:
    """Load the new versions of the file in one call, and commit.

    All of them are in memory: at most `pipeline.chunk_rows` documents, twice while they are sent.

    Args:
        table: ``owner.name``.
        landed: `read_order` of rows that are in the table already and are skipped.

    Returns:
        The number of new versions in the file, including those loaded earlier.
    """
    keys = _read(file, _KEYS)
    is_version = differs_from_before(keys)
    is_missing = is_version & ~np.isin(np.asarray(keys.column("read_order")), landed)
    if is_missing.any():
        rows = bindable(_read(file, bind_columns()).filter(pa.array(is_missing)))
        # the document must stay the last column
        rows = rows.add_column(rows.num_columns - 1, "dlt_load_id", pa.repeat(pa.scalar(load_id), rows.num_rows))
        owner, name = table.split(".")
        connection.direct_path_load(owner, name, rows.column_names, rows, batch_size=_BATCH_ROWS)
    return int(is_version.sum())


def differs_from_before(keys: pa.Table) -> npt.NDArray[np.bool_]:
    """Return for each row whether it differs from the previous version of its id in the file. The first one does."""
    ids = np.asarray(keys.column("entity_id"))
    order = np.lexsort((np.asarray(keys.column("read_order")), ids))
    hashes = np.asarray(keys.column("content_hash").cast(pa.string()).to_pylist())[order]
    deleted = np.asarray(keys.column("is_deleted"))[order]
    same = (ids[order][1:] == ids[order][:-1]) & (hashes[1:] == hashes[:-1]) & (deleted[1:] == deleted[:-1])
    differs = np.ones(len(ids), dtype=np.bool_)
    differs[order[1:]] = ~same
    return differs


def _read(file: str, columns: list[str]) -> pa.Table:
    # without threads and read-ahead, like `documents.read_batches`
    with pq.ParquetFile(file, pre_buffer=False) as parquet:
        return parquet.read(columns, use_threads=False)
