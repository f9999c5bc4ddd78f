"""Every baseline lands every row, and wms-elt starts without unneeded imports."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loader.errors import InternalError
from loader.warehouse.schema import raw_schema
from tests.bench.baselines import count, oracle_client, rest_api
from tests.bench.baselines import handwritten as hand
from tests.bench.dataset import Feed
from tests.bench.harness import Harness, load_environment, run_wms_elt


def documents(database: str, table: str) -> int:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(f"select count(*) from {table}").fetchall()[0][0]


@pytest.mark.parametrize("module", [hand, rest_api])
def test_baseline_lands_all_rows(feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module) -> None:  # type: ignore[no-untyped-def]
    environment = load_environment(feed, tmp_path)
    for name, value in {**environment, "RUNTIME__DLTHUB_TELEMETRY": "false"}.items():
        monkeypatch.setenv(name, value)
    module.main()
    database = environment["GRUPONOS_TARGET__DUCKDB_PATH"]
    assert count.main(database, "bench.order_dtl", "id", str(feed.count("order_dtl"))) == 0
    with duckdb.connect(database, read_only=True) as connection:
        [(quantity, zone)] = connection.execute(
            "select typeof(seq_nbr), typeof(create_ts) from bench.order_dtl limit 1"
        ).fetchall()
    assert (quantity, zone) == ("BIGINT", "TIMESTAMP WITH TIME ZONE")


def test_wms_elt_lands_all_rows_with_minimal_imports(feed: Feed, harness: Harness) -> None:
    directory = harness.empty("ours")
    run_wms_elt(feed, directory, ["order_dtl"], {"PYTHONPROFILEIMPORTTIME": "1"})
    assert documents(str(directory / "warehouse.duckdb"), "wms_raw.order_dtl") == feed.count("order_dtl")
    lines = (directory / "child.log").read_text().splitlines()
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines if line.startswith("import time:")}
    assert "dlt" in imported
    assert imported & {"sqlalchemy", "oracledb", "dbt", "uvicorn", "typer", "rich"} == set()


def test_wms_elt_fails_on_unfinished_entity(feed: Feed, harness: Harness) -> None:
    with pytest.raises(InternalError, match="ended with 1"):
        run_wms_elt(feed, harness.empty("ours"), ["no_such_entity"])


def test_lost_or_duplicated_row_is_detected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = str(tmp_path / "x.duckdb")
    with duckdb.connect(database) as connection:
        connection.execute("create table t as select unnest([1, 2, 2]) as id")
    assert count.main(database, "t", "id", "3") == 1
    assert count.main(database, "t", "id", "2") == 1
    assert "3 rows and 2 keys, expected 2" in capsys.readouterr().out


def test_both_oracle_paths_bind_every_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.parquet"
    values = {name: [None] * 6_001 for name in raw_schema().names} | {
        "entity_id": range(6_001),
        "doc": ["{}"] * 6_001,
        "content_hash": ["0" * 32] * 6_001,
        "is_deleted": [0] * 6_001,
        "read_at": [0] * 6_001,
        "read_order": range(6_001),
    }
    pq.write_table(pa.table(values, schema=raw_schema()), file)
    for way in ("arrow", "stock"):
        oracle_client.main([way, str(file)])
        rows, seconds = capsys.readouterr().out.split()
        assert rows == "6001"
        assert float(seconds) > 0
