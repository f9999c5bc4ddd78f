"""Exports the raw rows of a DuckDB file as the input file of a load job. Not measured."""

from __future__ import annotations

import sys

import duckdb
import pyarrow.parquet as pq

from loader.extract.raw_rows import ROWS_PER_TABLE
from loader.warehouse.schema import raw_schema


def main(database: str, table: str, path: str) -> None:
    """Write the file as dlt does: one row group per table."""
    columns = ", ".join(raw_schema().names)
    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.sql(f"select {columns} from {table} order by read_order")
        table_of_rows = rows.to_arrow_table().cast(raw_schema())
    pq.write_table(table_of_rows, path, row_group_size=ROWS_PER_TABLE, compression="lz4")


if __name__ == "__main__":
    main(*sys.argv[1:])
