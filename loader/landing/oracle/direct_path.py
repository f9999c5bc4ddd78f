"""Direct path load, for the first full load behind a switch (oracle A.2, oracledb facts).

It commits by itself, all rows of a batch or none, so it cannot share a transaction with the ledger. It is used only for
a file whose ids are all above those landed, where no row has a version before it in the table. After a crash behind a
commit that is no longer so, and the usual way finds what is landed already.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import oracledb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loader.landing.oracle.documents import bind_columns, bindable

MIN_ROWS: Final = 10_000
"""Below this the lock on the table and the blocks above its high-water mark cost more than is won."""

_BATCH_ROWS: Final = 10_000
_KEYS: Final = ["entity_id", "read_order", "content_hash", "is_deleted"]


def is_above(connection: oracledb.Connection, table: str, file: str) -> bool:
    """Whether the file is big and all its ids are higher than those in the table."""
    with pq.ParquetFile(file) as parquet:
        if parquet.metadata.num_rows < MIN_ROWS:
            return False
    lowest = pc.min(pq.read_table(file, columns=["entity_id"]).column(0)).as_py()
    with connection.cursor() as cursor:
        highest = cursor.execute(f"select max(entity_id) from {table}").fetchone()  # noqa: S608
    return highest is None or highest[0] is None or int(highest[0]) < lowest


def load(connection: oracledb.Connection, table: str, file: str, load_id: str) -> int:
    """Loads the versions of the file, without repeats of the one before, in one call, and commits.

    Args:
        table: ``owner.name``.

    Returns:
        The number of rows.
    """
    rows = pq.read_table(file).filter(pa.array(differs_from_before(pq.read_table(file, columns=_KEYS))))
    loaded = bindable(rows).append_column("dlt_load_id", pa.repeat(pa.scalar(load_id), rows.num_rows))
    owner, name = table.split(".")
    columns = [*bind_columns(), "dlt_load_id"]
    connection.direct_path_load(owner, name, columns, loaded, batch_size=_BATCH_ROWS)
    return rows.num_rows


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
