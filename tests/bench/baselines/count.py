"""Holds a table against what should be in it; not measured."""

from __future__ import annotations

import sys

import duckdb


def main(path: str, table: str, key: str, expected: str) -> int:
    """0 when the table has exactly the expected number of rows, each key once."""
    with duckdb.connect(path, read_only=True) as connection:
        sql = f"select count(*), count(distinct {key}) from {table}"
        [(rows, keys)] = connection.execute(sql).fetchall()
    print(f"{table} has {rows} rows and {keys} keys, expected {expected}")
    return int(rows != int(expected) or keys != int(expected))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
