"""Direct path load, for the first full load behind a switch (oracle A.2, oracledb facts).

It commits by itself, so it cannot share a transaction with the ledger. It is used only for a file whose ids are all
above those landed, where no row has a version before it in the table. After a crash between its commit and the ledger's
the rows themselves tell what is landed: a `read_order` of a load package belongs to one row of one file.
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
"""Below this the lock on the table and the blocks above its high-water mark cost more than is won."""

LANDED_ORDERS: Final = """
select read_order from {table} where dlt_load_id = :load_id and read_order between :first_order and :last_order
"""

_BATCH_ROWS: Final = 10_000
_KEYS: Final = ["entity_id", "read_order", "content_hash", "is_deleted"]

Orders = npt.NDArray[np.int64]


def read_orders(file: str) -> Orders:
    """`read_order` of the file's rows."""
    return np.asarray(_read(file, ["read_order"]).column(0), dtype=np.int64)


def landed_orders(cursor: oracledb.Cursor, table: str, load_id: str, orders: Orders) -> Orders:
    """Those of the file's orders that are in the table already: of a direct path load the ledger knows nothing of."""
    if not len(orders):
        return orders
    cursor.arraysize = _BATCH_ROWS
    binds = {"load_id": load_id, "first_order": int(orders.min()), "last_order": int(orders.max())}
    found = cursor.execute(LANDED_ORDERS.format(table=table), binds).fetchall()
    # files of one package may interleave: only the order itself names a row
    return np.intersect1d(orders, np.asarray([order for (order,) in found], dtype=np.int64))


def is_above(cursor: oracledb.Cursor, table: str, file: str) -> bool:
    """Whether the file is big and all its ids are higher than those in the table."""
    with pq.ParquetFile(file) as parquet:
        if parquet.metadata.num_rows < MIN_ROWS:
            return False
    lowest = pc.min(_read(file, ["entity_id"]).column(0)).as_py()
    highest = cursor.execute(f"select max(entity_id) from {table}").fetchone()  # noqa: S608
    return highest is None or highest[0] is None or int(highest[0]) < lowest


def load(connection: oracledb.Connection, table: str, file: str, load_id: str, landed: Orders) -> int:
    """Loads the versions of the file, without repeats of the one before, in one call, and commits.

    The file's new versions are in memory at once: at most `pipeline.chunk_rows` documents, twice while they are sent.

    Args:
        table: ``owner.name``.
        landed: orders of rows that are in the table already; they are left out.

    Returns:
        The number of new versions of the file, those landed before included.
    """
    keys = _read(file, _KEYS)
    is_version = differs_from_before(keys)
    is_missing = is_version & ~np.isin(np.asarray(keys.column("read_order")), landed)
    if is_missing.any():
        rows = bindable(_read(file, bind_columns()).filter(pa.array(is_missing)))
        # the document stays last, as it is bound
        rows = rows.add_column(rows.num_columns - 1, "dlt_load_id", pa.repeat(pa.scalar(load_id), rows.num_rows))
        owner, name = table.split(".")
        connection.direct_path_load(owner, name, rows.column_names, rows, batch_size=_BATCH_ROWS)
    return int(is_version.sum())


def differs_from_before(keys: pa.Table) -> npt.NDArray[np.bool_]:
    """For each row whether it differs from the version of its id read before it in the file; the first always does."""
    ids = np.asarray(keys.column("entity_id"))
    order = np.lexsort((np.asarray(keys.column("read_order")), ids))
    hashes = np.asarray(keys.column("content_hash").cast(pa.string()).to_pylist())[order]
    deleted = np.asarray(keys.column("is_deleted"))[order]
    same = (ids[order][1:] == ids[order][:-1]) & (hashes[1:] == hashes[:-1]) & (deleted[1:] == deleted[:-1])
    differs = np.ones(len(ids), dtype=np.bool_)
    differs[order[1:]] = ~same
    return differs


def _read(file: str, columns: list[str]) -> pa.Table:
    # without threads and read-ahead, as `documents.read_batches`
    with pq.ParquetFile(file, pre_buffer=False) as parquet:
        return parquet.read(columns, use_threads=False)
