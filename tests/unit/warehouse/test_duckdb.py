from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from loader.errors import TargetError
from loader.settings import Settings, TargetSettings
from loader.warehouse import ENTITY_RUN, RUN, open_warehouse, without_wait

STARTED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(target=TargetSettings(duckdb_path=tmp_path / "deep" / "down" / "warehouse.duckdb"))


@pytest.fixture
def holder(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Starts another process that has the file open."""
    path = settings.target.duckdb_path
    path.parent.mkdir(parents=True)
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    yield process
    process.communicate(timeout=10)


def test_run_tables_are_created_once_and_keep_rows(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        target.insert(RUN, [{"run_id": "r1", "schema_version": 1, "started_at": STARTED, "quality_score": 0.5}])
        target.ensure_run_tables()
    with open_warehouse(settings) as target:
        sql = f"select run_id, started_at, finished_at, quality_score from {target.raw('elt_run')}"
        assert target.fetch(sql) == [("r1", STARTED.replace(tzinfo=None), None, 0.5)]


def test_run_tables_have_declared_columns(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        for spec in (RUN, ENTITY_RUN):
            rows = target.fetch(
                "select column_name from duckdb_columns() where table_name = ? order by column_index", (spec.name,)
            )
            assert tuple(name for (name,) in rows) == spec.column_names


def test_run_table_of_earlier_release_gets_new_columns(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        target.execute("create schema wms_raw")
        target.execute("create table wms_raw.elt_run (run_id varchar primary key)")
        target.execute("insert into wms_raw.elt_run values ('old')")
        target.ensure_run_tables()
        assert target.fetch("select run_id, quality_score from wms_raw.elt_run") == [("old", None)]


def test_run_is_recorded_at_most_once(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        target.insert(ENTITY_RUN, [{"run_id": "r1", "entity": "item"}, {"run_id": "r1", "entity": "company"}])
        with pytest.raises(TargetError, match="WMS_TGT_005"):
            target.insert(ENTITY_RUN, [{"run_id": "r1", "entity": "item"}])


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-3)), timezone(timedelta(hours=5, minutes=30))])
def test_insert_stores_aware_times_in_utc(settings: Settings, zone: timezone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Sao_Paulo")
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        target.insert(RUN, [{"run_id": "r", "started_at": STARTED.astimezone(zone)}])
        assert target.fetch("select started_at from wms_raw.elt_run") == [(STARTED.replace(tzinfo=None),)]
        assert target.fetch("select current_setting('TimeZone')") == [("UTC",)]


def test_transaction_that_raises_is_rolled_back(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        with pytest.raises(KeyError), target.transaction():  # noqa: PT012
            target.insert(RUN, [{"run_id": "half"}])
            raise KeyError
        with target.transaction():
            target.insert(RUN, [{"run_id": "whole"}])
        assert target.fetch("select run_id from wms_raw.elt_run") == [("whole",)]


def test_exists_finds_tables_and_views_by_schema(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        target.execute("create schema wms")
        target.execute(f"create view {target.model('rejected_records')} as select 1 as n")
        assert target.exists(target.model("rejected_records"))
        assert not target.exists(target.raw("rejected_records"))
        assert not target.exists(target.model("orders"))


def test_open_waits_for_another_process_and_names_it(settings: Settings, holder: subprocess.Popen[str]) -> None:
    said: list[str] = []

    def note(text: str) -> None:
        said.append(text)
        assert holder.stdin is not None
        holder.stdin.close()

    with open_warehouse(settings, say=note) as target:
        assert target.fetch("select 1") == [(1,)]
    [text] = said
    assert f"waiting up to 30 s for process {holder.pid} (" in text
    assert str(settings.target.duckdb_path) in text
    holder.stdin = None


def test_wait_for_another_process_ends(settings: Settings, holder: subprocess.Popen[str]) -> None:
    target = settings.target.model_copy(update={"duckdb_wait_seconds": 0.5})
    began = time.monotonic()
    with pytest.raises(TargetError) as caught:
        open_warehouse(settings.model_copy(update={"target": target}))
    assert 0.5 <= time.monotonic() - began < 20
    assert caught.value.context["waited"] == "0.5 s"


def test_locked_file_names_the_process(settings: Settings, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(TargetError) as caught:
        open_warehouse(without_wait(settings))
    assert caught.value.code == "WMS_TGT_002"
    assert caught.value.context["pid"] == holder.pid
    assert caught.value.exit_code == 30


def _directory_is_a_file(path: Path) -> None:
    path.parent.parent.mkdir(parents=True)
    path.parent.write_text("not a directory")


def _path_is_a_directory(path: Path) -> None:
    path.mkdir(parents=True)


def _not_duckdb(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("id,name\n" * 2000)


def _corrupt(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1 as n")
    content = bytearray(path.read_bytes())
    content[5000] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_directory_is_a_file, "WMS_TGT_001"),
        (_path_is_a_directory, "WMS_TGT_001"),
        (_not_duckdb, "WMS_TGT_003"),
        (_corrupt, "WMS_TGT_007"),
    ],
)
def test_unusable_file_is_an_error_and_stays_unchanged(
    settings: Settings, spoil: Callable[[Path], None], code: str
) -> None:
    path = settings.target.duckdb_path
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(TargetError) as caught:
        open_warehouse(settings)
    assert caught.value.code == code
    assert caught.value.hint
    assert "path" in caught.value.context
    assert (path.read_bytes() if path.is_file() else None) == before


def test_read_only_connection_creates_nothing(settings: Settings) -> None:
    with pytest.raises(TargetError, match="WMS_TGT_001"):
        open_warehouse(settings, read_only=True)
    assert not settings.target.duckdb_path.parent.exists()


def test_write_to_read_only_database_is_disk_error(settings: Settings) -> None:
    open_warehouse(settings).__exit__(None, None, None)
    with open_warehouse(settings, read_only=True) as target, pytest.raises(TargetError, match="WMS_TGT_004"):
        target.execute("create table t (n bigint)")


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from loader.errors import TargetError
from loader.settings import Settings, TargetSettings
from loader.warehouse import open_warehouse
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
try:
    with open_warehouse(Settings(target=TargetSettings(duckdb_path=Path(sys.argv[1])))) as target:
        target.execute("create table t as select uuid() as u from range(1000000)")
except TargetError as error:
    print(error)
"""


def test_full_disk_is_disk_error_and_keeps_file_usable(tmp_path: Path) -> None:
    path = tmp_path / "full.duckdb"
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("WMS_TGT_004")
    with open_warehouse(Settings(target=TargetSettings(duckdb_path=path))) as target:
        assert target.fetch("select count(*) from information_schema.tables") == [(0,)]
