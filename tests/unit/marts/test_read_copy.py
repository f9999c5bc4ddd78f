"""The read copy appears whole, replaces the former one in one step, and survives kills and a full disk."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from loader.marts import Mart, ReadCopyError, Stamp, last_stamp, publish
from loader.marts.declared import Affected, Relation
from loader.settings import TargetSettings
from loader.warehouse.duckdb.connect import DuckDbWarehouse

ROOT = Path(__file__).parents[3]
STAMP = Stamp(datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "20261123T120000Z-1a2b", "the simulator", "0.1.0")
MARTS = (
    Mart(name="orders", description="It's an order.", columns={"order_id": "Id; it's unique."}, key=("order_id",)),
    Mart(
        name="order_lines",
        description="Lines.",
        columns={"order_dtl_id": "Id.", "order_id": "Its order."},
        relations=(Relation("order_id", "orders", "order_id"),),
    ),
    Mart(name="never_built", description="", columns={}),
)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[DuckDbWarehouse]:
    """A warehouse with two marts, staging and raw documents, open for writing."""
    with DuckDbWarehouse(TargetSettings(duckdb_path=tmp_path / "it's a b" / "warehouse.duckdb")) as opened:
        for statement in (
            "create schema wms",
            "create schema wms_raw",
            "create table wms_raw.order_hdr as select 'secret' as doc",
            "create table wms.stg_wms__order_hdr as select 1 as order_hdr_id",
            "create table wms.orders as select n as order_id, n * 1.5::decimal(19, 6) as qty from range(1000) t(n)",
            "create view wms.order_lines as select order_id * 10 as order_dtl_id, order_id from wms.orders",
        ):
            opened.execute(statement)
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "it's a b" / "warehouse.read.duckdb"


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def elsewhere(path: Path, sql: str) -> str:
    """Query the copy in another process, as a query tool does."""
    code = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall())"
    done = subprocess.run([sys.executable, "-c", code, str(path), sql], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_copy_has_only_its_tables_and_can_be_read_during_a_run(target: DuckDbWarehouse, path: Path) -> None:
    size = publish(target, path, "wms", MARTS, STAMP)
    target.execute("begin")
    target.execute("delete from wms.orders")
    assert elsewhere(path, "select count(*), sum(qty) from wms.orders") == "[(1000, Decimal('749250.000000'))]"
    target.execute("rollback")
    tables = read(path, "select schema_name, table_name from duckdb_tables() order by all")
    assert tables == [("wms", "order_lines"), ("wms", "orders"), ("wms", "read_copy")]
    assert size == path.stat().st_size
    assert b"secret" not in path.read_bytes()


def test_copy_has_descriptions_keys_and_joins_as_comments(target: DuckDbWarehouse, path: Path) -> None:
    for _ in range(2):  # the second copy takes them from the first
        publish(target, path, "wms", MARTS, STAMP)
        tables = dict(read(path, "select table_name, comment from duckdb_tables()"))
        assert tables["orders"] == "It's an order. Key: order_id."
        columns = dict(read(path, "select table_name || '.' || column_name, comment from duckdb_columns()"))
        assert columns["orders.order_id"] == "Id; it's unique."
        assert columns["order_lines.order_id"] == "Its order. Joins orders.order_id."
        assert columns["orders.qty"] is None
    changed = Mart(name="orders", description="An order.", columns={})
    publish(target, path, "wms", [changed], STAMP)
    assert read(path, "select comment from duckdb_tables() where table_name = 'orders'") == [("An order.",)]


def test_reader_keeps_its_copy_and_the_next_one_sees_the_new(target: DuckDbWarehouse, path: Path) -> None:
    publish(target, path, "wms", MARTS, STAMP)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(1, flush=True); sys.stdin.readline(); print(c.execute('select count(*) from wms.orders').fetchall())"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "1\n"
        target.execute("delete from wms.orders where order_id >= 10")
        publish(target, path, "wms", MARTS, STAMP)
        assert elsewhere(path, "select count(*) from wms.orders") == "[(10,)]"
        assert reader.communicate("go\n")[0] == "[(1000,)]\n"


def test_stamp_says_which_build_was_published(target: DuckDbWarehouse, path: Path) -> None:
    assert last_stamp(target, path, "wms") is None
    publish(target, path, "wms", MARTS, STAMP)
    assert last_stamp(target, path, "wms") == STAMP
    path.chmod(0o600)
    path.write_bytes(b"no database")
    assert last_stamp(target, path, "wms") is None
    publish(target, path, "wms", MARTS, STAMP)
    assert last_stamp(target, path, "wms") == STAMP


def test_copy_is_read_only(target: DuckDbWarehouse, path: Path) -> None:
    publish(target, path, "wms", MARTS, STAMP)
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


PUBLISH = """
import resource, sys
from tests.unit.marts.test_read_copy import MARTS, STAMP, publish
from loader.settings import TargetSettings
from loader.warehouse.duckdb.connect import DuckDbWarehouse
from pathlib import Path
settings = TargetSettings(duckdb_path=Path(sys.argv[1]))
with DuckDbWarehouse(settings) as target:
    if len(sys.argv) > 2:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    print("open", flush=True)
    while True:
        publish(target, settings.read_copy, "wms", MARTS, STAMP)
"""


def publisher(target: DuckDbWarehouse, *arguments: str) -> subprocess.Popen[str]:
    """Another process that publishes again and again."""
    path = target.description.removeprefix("DuckDB ")
    target.execute("insert into wms.orders select n, n from range(1000, 50000) t(n)")
    target.connection.close()
    command = [sys.executable, "-c", PUBLISH, path, *arguments]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    return child


def test_kill_leaves_a_whole_copy(target: DuckDbWarehouse, path: Path) -> None:
    publish(target, path, "wms", MARTS, STAMP)
    with publisher(target) as child:
        for wait in (0.01, 0.03, 0.05, 0.02, 0.04):
            time.sleep(wait)
            assert read(path, "select count(*) in (1000, 50000) from wms.orders") == [(True,)]
        deadline = time.monotonic() + 60
        while not list(path.parent.glob(f".{path.name}.*")) and time.monotonic() < deadline:
            time.sleep(0.001)
        child.send_signal(signal.SIGKILL)
    assert read(path, "select count(*) in (1000, 50000) from wms.orders") == [(True,)]
    assert list(path.parent.glob(f".{path.name}.*"))
    settings = TargetSettings(duckdb_path=path.parent / "warehouse.duckdb")
    with DuckDbWarehouse(settings) as again:
        publish(again, path, "wms", MARTS, STAMP)
    assert read(path, "select count(*) from wms.orders") == [(50000,)]
    assert not list(path.parent.glob(f".{path.name}.*"))


def test_full_disk_leaves_the_former_copy(target: DuckDbWarehouse, path: Path) -> None:
    publish(target, path, "wms", MARTS, STAMP)
    with publisher(target, str(300_000)) as child:
        _, said = child.communicate(timeout=60)
    assert "ReadCopyError" in said
    assert read(path, "select count(*) from wms.orders") == [(1000,)]
    assert not list(path.parent.glob(f".{path.name}.*"))


def test_directory_without_permission_is_an_error(target: DuckDbWarehouse, path: Path, tmp_path: Path) -> None:
    with pytest.raises(ReadCopyError):
        publish(target, tmp_path / "missing" / path.name, "wms", MARTS, STAMP)
    assert target.fetch("select count(*) from wms.orders") == [(1000,)]


KEYED = (
    Mart(name="orders", description="", columns={}, affected=Affected("order_id", "int_order_hdr__affected")),
    Mart(name="order_lines", description="", columns={}, is_view=True),
    Mart(name="totals", description="", columns={}),
    Mart(name="untouched", description="", columns={}),
)
CHANGES = (
    "create table wms.totals as select 1 as total",
    "create table wms.untouched as select 1 as n",
    "create table wms.int_order_hdr__affected as select n as order_id from (values (1), (2), (5000)) t(n)",
)
"""Order 2 leaves, order 5000 is new."""


def test_affected_rows_are_taken_from_the_target_and_others_from_the_former_copy(
    target: DuckDbWarehouse, path: Path
) -> None:
    for statement in CHANGES:
        target.execute(statement)
    publish(target, path, "wms", KEYED, STAMP)
    for statement in (
        "update wms.orders set qty = 7 where order_id in (1, 3)",
        "delete from wms.orders where order_id = 2",
        "insert into wms.orders values (5000, 9)",
        "update wms.totals set total = 2",
        "update wms.untouched set n = 2",
    ):
        target.execute(statement)
    later = replace(STAMP, run_id="later")
    publish(target, path, "wms", KEYED, later, changed={"orders", "totals"})
    rows = read(path, "select order_id, qty::double from wms.orders where order_id in (1, 2, 3, 5000) order by all")
    # order 3 isn't affected, so its row in the former copy stands
    assert rows == [(1, 7.0), (3, 4.5), (5000, 9.0)]
    assert read(path, "select count(*) from wms.orders") == [(1000,)]
    assert read(path, "select max(order_id) from wms.order_lines") == [(5000,)]
    assert read(path, "select total, n from wms.totals, wms.untouched") == [(2, 1)]
    assert read(path, "select run_id from wms.read_copy") == [("later",)]
    assert not path.stat().st_mode & 0o222
    publish(target, path, "wms", KEYED, later)
    assert read(path, "select n from wms.untouched") == [(2,)]


def test_changed_table_is_copied_completely(target: DuckDbWarehouse, path: Path) -> None:
    for statement in CHANGES:
        target.execute(statement)
    publish(target, path, "wms", KEYED, STAMP)
    target.execute("alter table wms.totals add column other integer default 4")
    publish(target, path, "wms", KEYED, STAMP, changed=set())
    assert read(path, "select other from wms.totals") == [(4,)]
