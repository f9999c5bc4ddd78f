"""Small files of a package share a transaction, and are loaded one by one if it is refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loader.warehouse.oracle import load_job, small_files
from loader.warehouse.schema import RAW_LOG_HINT
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO
from tests.support.oracle_double.faults import Fault

RELEASES = (19,)
ENTITIES = ("order_hdr", "item", "order_status")
GROUP = r"^begin\s+delete from wms_elt\.elt_incoming_files"


def fill(loads: OracleLoads) -> None:
    for entity in ENTITIES:
        for row_id in (1, 2):
            loads.wms.put(entity, row_id, LONG_AGO, description=entity)


def landed(loads: OracleLoads) -> list[tuple[object, ...]]:
    return loads.query("select entity, rows_read, rows_landed from wms_raw.elt_landing order by entity")


def texts(loads: OracleLoads, word: str) -> list[str]:
    return [entry.text for entry in loads.server.statements if word in entry.text and "create" not in entry.text]


def test_small_files_share_one_block(oracle_loads: OracleLoads) -> None:
    fill(oracle_loads)
    oracle_loads.run()
    assert landed(oracle_loads) == [("item", 2, 2), ("order_hdr", 2, 2), ("order_status", 2, 2)]
    assert len(texts(oracle_loads, "elt_incoming_files")) == 2
    assert not texts(oracle_loads, "elt_incoming ")


def test_large_file_is_loaded_alone(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_files, "MOST_ROWS", 2)
    fill(oracle_loads)
    oracle_loads.wms.put("item", 3, LONG_AGO)
    oracle_loads.run()
    assert landed(oracle_loads) == [("item", 3, 3), ("order_hdr", 2, 2), ("order_status", 2, 2)]
    assert any("insert into wms_elt.item" in text for text in texts(oracle_loads, "elt_incoming "))


@pytest.mark.parametrize("code", ["ORA-01536", "ORA-00060"])
def test_refused_group_is_loaded_one_by_one(oracle_loads: OracleLoads, code: str) -> None:
    fill(oracle_loads)
    oracle_loads.server.faults.plan(Fault(code, 1, GROUP))
    oracle_loads.run()
    assert landed(oracle_loads) == [("item", 2, 2), ("order_hdr", 2, 2), ("order_status", 2, 2)]
    assert len(texts(oracle_loads, "elt_incoming ")) == 2 * len(ENTITIES)


@pytest.mark.parametrize("after", [False, True])
def test_lost_response_of_group_lands_rows_once(oracle_loads: OracleLoads, after: bool) -> None:
    fill(oracle_loads)
    oracle_loads.server.faults.plan(Fault("ORA-03113", 1, GROUP, after=after))
    oracle_loads.run()
    assert landed(oracle_loads) == [("item", 2, 2), ("order_hdr", 2, 2), ("order_status", 2, 2)]
    assert oracle_loads.query("select count(*) from wms_raw.item") == [(2,)]


def test_files_in_ledger_are_not_loaded_again(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill, the next process doesn't know which files the last one has tried."""
    monkeypatch.setattr(load_job, "small_files", lambda _: small_files.SmallFiles())
    fill(oracle_loads)
    oracle_loads.server.faults.plan(Fault("ORA-03113", 1, GROUP, after=True))
    oracle_loads.run()
    assert landed(oracle_loads) == [("item", 2, 2), ("order_hdr", 2, 2), ("order_status", 2, 2)]
    assert len([text for text in texts(oracle_loads, "elt_incoming_files") if text.startswith("begin")]) > 1
    assert oracle_loads.query("select count(*) from wms_raw.item") == [(2,)]
    # the block isn't refused for a second ledger row; the last file has no group
    assert len(texts(oracle_loads, "as recorded")) == 1


def test_group_has_small_files_of_different_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one table must be loaded in the order in which they were read."""
    monkeypatch.setattr(small_files, "BATCH_ROWS", 1_500)
    rows = {
        "item.a": 1,
        "item.b": 1,
        "company.c": 2,
        "wave.d": 900,
        "task.e": 800,
        "dock.h": 1_001,
        "facility.f": 0,
        "dlt_loads.g": 1,
    }
    paths = {name: tmp_path / "new_jobs" / f"{name}.0.parquet" for name in rows}
    for folder in ("started_jobs", "new_jobs"):
        (tmp_path / folder).mkdir()
    for name, path in paths.items():
        pq.write_table(pa.table({"entity_id": range(rows[name])}), path)
    raw = {name.partition(".")[0]: {RAW_LOG_HINT: not name.startswith("dlt")} for name in rows}
    client = SimpleNamespace(schema=SimpleNamespace(tables=raw))

    def chosen(first: str, *tried: str) -> list[str]:
        return [f"{file.table}.{file.file_id}" for file in small_files._small(client, paths[first], tried)]

    assert chosen("wave.d") == ["company.c", "wave.d"]
    assert chosen("item.a") == ["company.c", "task.e"]
    assert chosen("company.c", "e") == ["company.c", "wave.d"]
