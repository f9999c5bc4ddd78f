from __future__ import annotations

import csv
import os
import re
import stat
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loader.errors import ConfigError
from loader.marts.export import export
from loader.marts.writers import DoesNotFitError, write_xlsx
from loader.settings import PipelineSettings, Settings, TargetSettings

ORDERS = """
    create table wms.orders as
    select 9007199254740993::bigint as order_id, 'PV1' as order_nbr, 12.5::decimal(19, 6) as qty,
        date '2026-11-23' as due_date, timestamp '2026-11-23 12:00:01.5' as created_at, 1 as is_open
    union all select 2, '=cmd|''/c calc''!A1', -3, null, null, 0
    union all select 3, '-1+1', null, null, null, null
    union all select 4, 'http://example.com', null, null, null, null
    union all select 5, 'ção "x", y', null, null, null, null
    order by order_id desc
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema wms")
        connection.execute(ORDERS)
        connection.execute("create table wms.kpi_daily as select n from range(1048576) t(n)")
        connection.execute("create table wms.stg_wms__order_hdr as select 'secret' as cust_email")
    return Settings(
        target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"),
        pipeline=PipelineSettings(work_dir=tmp_path / "work"),
    )


def sheet(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_parquet_keeps_types_and_values(settings: Settings, tmp_path: Path) -> None:
    done = export(settings, "Orders", tmp_path / "orders.parquet")
    assert (done.mart, done.rows, done.size) == ("orders", 5, (tmp_path / "orders.parquet").stat().st_size)
    first = pq.read_table(tmp_path / "orders.parquet").to_pylist()[0]
    assert first == {
        "order_id": 9007199254740993,
        "order_nbr": "PV1",
        "qty": Decimal("12.500000"),
        "due_date": date(2026, 11, 23),
        "created_at": datetime.fromisoformat("2026-11-23T12:00:01.5"),
        "is_open": 1,
    }


def test_csv_is_readable_and_no_cell_is_a_formula(settings: Settings, tmp_path: Path) -> None:
    export(settings, "orders", tmp_path / "orders.csv")
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {
        "order_id": "9007199254740993",
        "order_nbr": "PV1",
        "qty": "12.500000",
        "due_date": "2026-11-23",
        "created_at": "2026-11-23 12:00:01",
        "is_open": "1",
    }
    texts = {row["order_id"]: row["order_nbr"] for row in rows}
    assert texts == {
        "9007199254740993": "PV1",
        "2": "'=cmd|'/c calc'!A1",
        "3": "'-1+1",
        "4": "http://example.com",
        "5": 'ção "x", y',
    }
    assert rows[-1]["qty"] == "-3.000000"


def test_xlsx_has_text_and_numbers_but_no_formula_or_link(settings: Settings, tmp_path: Path) -> None:
    export(settings, "orders", tmp_path / "orders.xlsx")
    content = sheet(tmp_path / "orders.xlsx")
    assert "<f>" not in content
    assert "hyperlink" not in content
    assert "=cmd|" in content
    # a number of 16 digits would lose its last one
    assert "<t>9007199254740993</t>" in content
    assert re.search(r'<c r="C2"[^>]*><v>12.5</v>', content)
    assert re.search(r'<c r="D2" s="\d"><v>46349</v>', content)


def test_xlsx_refuses_more_rows_than_a_sheet_has(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="1,048,576 rows, and a sheet has 1,048,575") as caught:
        export(settings, "kpi_daily", tmp_path / "kpi.xlsx")
    assert caught.value.code == "WMS_CONF_083"
    assert export(settings, "kpi_daily", tmp_path / "kpi.parquet").rows == 1048576
    assert {path.name for path in tmp_path.glob("*kpi*")} == {"kpi.parquet"}


def test_xlsx_refuses_text_longer_than_a_cell(settings: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute("update wms.orders set order_nbr = repeat('x', 40000) where order_id = 4")
    with pytest.raises(ConfigError, match="the column order_nbr has a text of 40,000 characters"):
        export(settings, "orders", tmp_path / "orders.xlsx")
    assert not list(tmp_path.glob("*.xlsx"))


def test_values_that_a_sheet_has_no_type_for_are_text(settings: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute(
            "create or replace table wms.orders as select date '0001-01-01' as old, 'nan'::double as nothing, "
            "[1, 2] as l, timestamptz '2026-03-01 10:00:00-05' as at"
        )
    export(settings, "orders", tmp_path / "orders.xlsx")
    cells = sheet(tmp_path / "orders.xlsx")
    for text in ("0001-01-01", "nan", "[1, 2]"):
        assert f"<t>{text}</t>" in cells
    # 15:00 UTC of day 46082
    assert "<v>46082.625</v>" in cells


def test_times_with_an_offset_are_utc_in_csv(settings: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute("create or replace table wms.orders as select timestamptz '2026-03-01 10:00:00-05' as at")
    export(settings, "orders", tmp_path / "orders.csv")
    assert (tmp_path / "orders.csv").read_text() == '"at"\n"2026-03-01 15:00:00"\n'


def test_csv_refuses_a_list(settings: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute("create or replace table wms.orders as select [1] as l")
    with pytest.raises(ConfigError, match=r"WMS_CONF_083.*can't hold a column"):
        export(settings, "orders", tmp_path / "orders.csv")
    assert list(tmp_path.glob("*orders*")) == []


def test_xlsx_refuses_more_columns_than_a_sheet_has(tmp_path: Path) -> None:
    schema = pa.schema([(f"c{number}", pa.int64()) for number in range(16_385)])
    with pytest.raises(DoesNotFitError, match="16,385 columns"):
        write_xlsx(pa.RecordBatchReader.from_batches(schema, []), tmp_path / "wide.xlsx")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_csv_marks_each_start_of_a_formula(start: str, settings: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute("create or replace table wms.orders as select ? as x", [f"{start}1"])
    export(settings, "orders", tmp_path / "orders.csv")
    assert (tmp_path / "orders.csv").read_bytes().decode() == f'"x"\n"\'{start}1"\n'


def test_file_is_replaced_only_with_force(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("mine")
    with pytest.raises(ConfigError) as caught:
        export(settings, "orders", path)
    assert (caught.value.code, path.read_text()) == ("WMS_CONF_082", "mine")
    export(settings, "orders", path, force=True)
    assert "PV1" in path.read_text()


@pytest.mark.parametrize(
    ("mart", "name", "code", "said"),
    [
        ("order", "x.csv", "WMS_CONF_080", "Did you mean orders"),
        ("stg_wms__order_hdr", "x.csv", "WMS_CONF_080", "no mart of that name"),
        ("orders; drop table wms.orders", "x.csv", "WMS_CONF_080", "no mart of that name"),
        ("dim_item", "x.csv", "WMS_CONF_080", "isn't built yet"),
        ("orders", "x.ods", "WMS_CONF_081", ".parquet, .csv, .xlsx"),
        ("orders", "x", "WMS_CONF_081", ".parquet, .csv, .xlsx"),
        ("orders", "missing/x.csv", "WMS_CONF_084", "No such file or directory"),
    ],
)
def test_mistake_is_explained(mart: str, name: str, code: str, said: str, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        export(settings, mart, tmp_path / name)
    assert caught.value.code == code
    assert said in str(caught.value)


def test_read_copy_is_exported_while_a_run_writes(settings: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(settings.target.read_copy)) as copy:
        copy.execute("create schema wms")
        copy.execute("create table wms.orders as select 1 as order_id")
    with duckdb.connect(str(settings.target.duckdb_path)):
        done = export(settings, "orders", tmp_path / "orders.csv")
    assert (done.rows, done.source) == (1, f"DuckDB {settings.target.read_copy}")


def test_file_is_private_like_other_files(settings: Settings, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        export(settings, "orders", tmp_path / "orders.parquet")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "orders.parquet").stat().st_mode) == 0o640
