"""Compares a table with its expected contents. Not measured."""

from __future__ import annotations

import sys

import duckdb


def main(path: str, table: str, key: str, expected: str) -> int:
    """Return 0 if the table has exactly the expected number of rows and no repeated key."""
    with duckdb.connect(path, read_only=True) as connection:
        sql = f"select count(*), count(distinct {key}) from {table}"
        [(rows, keys)] = connection.execute(sql).fetchall()
    print(f"{table} has {rows} rows and {keys} keys, expected {expected}")
    return int(rows != int(expected) or keys != int(expected))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
