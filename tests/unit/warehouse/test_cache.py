from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from loader.warehouse.duckdb.destination import drop_cache


def cached_mb(connection: duckdb.DuckDBPyConnection) -> float:
    [(size,)] = connection.execute("select sum(memory_usage_bytes) / 1e6 from duckdb_memory()").fetchall()
    return float(size)


@pytest.mark.parametrize("is_reading", [False, True], ids=["idle", "while a query reads"])
def test_cache_of_a_load_is_dropped_and_limit_kept(tmp_path: Path, is_reading: bool) -> None:
    path = str(tmp_path / "warehouse.duckdb")
    with duckdb.connect(path) as writer:
        writer.execute(
            "create table docs as select i, md5(i::varchar) || md5((i + 1)::varchar) as doc from range(800000) made(i)"
        )
    with duckdb.connect(path) as connection:
        connection.execute("set memory_limit = '128MB'")
        limit = connection.execute("select current_setting('memory_limit')").fetchall()
        connection.execute("select max(doc) from docs").fetchall()
        assert cached_mb(connection) > 20
        if is_reading:
            reader = connection.cursor()
            reader.execute("select doc from docs")
            reader.fetchone()
        drop_cache(connection)
        assert connection.execute("select current_setting('memory_limit')").fetchall() == limit
        assert is_reading or cached_mb(connection) <= 16
