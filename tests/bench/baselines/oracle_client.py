"""Client cost of landing a file of raw rows in Oracle, without network and server.

``arrow`` reads and binds as the landing job does, ``stock`` as dlt's SQLAlchemy job does. Both exclude the driver's
wire encoding, which costs more for Python values than for Arrow.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any, Final

import oracledb
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from loader.warehouse.oracle.ddl import bind_columns
from loader.warehouse.oracle.documents import read_batches

MOST_ROWS: Final = 10_000
MOST_BINDS: Final = 200_000
"""Rows per statement of dlt's job."""


class SilentCursor:
    """Accepts rows as the driver's cursor does, and discards them."""

    description: Final = None
    rowcount: Final = 0

    def executemany(self, statement: str, parameters: Any) -> None:
        """Convert Arrow with the driver's own code."""
        if hasattr(parameters, "__arrow_c_stream__"):
            oracledb.from_arrow(parameters)

    def setinputsizes(self, **types: object) -> None:
        """Accept the types that SQLAlchemy announces."""

    def close(self) -> None:
        """Nothing to close."""


class SilentConnection:
    """A connection without server."""

    autocommit = False
    outputtypehandler = None

    def cursor(self) -> SilentCursor:
        """Return a cursor."""
        return SilentCursor()

    def rollback(self) -> None:
        """Nothing to roll back."""

    def close(self) -> None:
        """Nothing to close."""


def arrow(path: str) -> int:
    """Bind rows as Arrow, as `OracleLandingJob` does. Return their number."""
    cursor, rows = SilentCursor(), 0
    for batch in read_batches(path):
        cursor.executemany("insert", batch)
        rows += batch.num_rows
    return rows


def stock(path: str) -> int:
    """Bind rows as dicts through SQLAlchemy, as dlt's job does. Return their number."""
    # not initialized: there is no server to ask for its version
    engine = sa.create_engine("oracle+oracledb://", creator=SilentConnection, poolclass=NullPool, _initialize=False)
    table = sa.Table("order_dtl", sa.MetaData(), *(sa.Column(name) for name in bind_columns()))
    limit, rows = min(MOST_ROWS, MOST_BINDS // len(bind_columns())), 0
    with engine.connect() as connection, pq.ParquetFile(path) as reader:
        for batch in reader.iter_batches(limit):
            connection.execute(table.insert(), batch.to_pylist())
            rows += batch.num_rows
    return rows


def main(arguments: Sequence[str]) -> None:
    """Print rows and CPU seconds, ``200589 0.42``."""
    way, path = arguments
    started = time.process_time()
    rows = (arrow if way == "arrow" else stock)(path)
    print(rows, time.process_time() - started)


if __name__ == "__main__":
    main(sys.argv[1:])
