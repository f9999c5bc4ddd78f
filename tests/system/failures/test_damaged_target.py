"""A damaged DuckDB file is reported as damaged, with restore instructions (field case I10)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from loader.doctor.warehouse import check_target
from loader.errors import TargetError
from loader.runs.status import status
from loader.settings import Settings, load_settings
from loader.warehouse import Warehouse, open_warehouse
from loader.warehouse.duckdb.damage import is_damage, says_damage
from loader.warehouse.duckdb.errors import statement_error
from tests.support.sampling import parameters

BLOCK = 262_144
HEADERS = 12_288
WRITE = """
import duckdb, os, sys
from tests.support.sampling import parameters
connection = duckdb.connect(sys.argv[1])
connection.execute("set wal_autocheckpoint = '1GB'")
connection.execute("create table late as select i from range(1000) r(i)")
connection.execute("insert into late select 5 from range(10)")
os._exit(9)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "warehouse.duckdb"
    with open_warehouse(_settings(path)) as target:
        target.ensure_run_tables()
        target.execute(
            f"create table {target.raw('item')} as select i as entity_id, md5(i::varchar) || repeat(i::varchar, 9) doc "
            "from range(60000) rows(i)"
        )
    return path


@pytest.fixture
def settings(whole: Path, tmp_path: Path) -> Settings:
    shutil.copy(whole, tmp_path / "warehouse.duckdb")
    return _settings(tmp_path / "warehouse.duckdb")


def _settings(path: Path) -> Settings:
    environment = {
        "GRUPONOS_TARGET__DUCKDB_PATH": str(path),
        "GRUPONOS_PIPELINE__WORK_DIR": str(path.parent / "work"),
        "GRUPONOS_PIPELINE__ENTITIES": "item",
    }
    return load_settings(environment, env_file=None)


def _overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def _with_log(path: Path) -> Path:
    subprocess.run([sys.executable, "-c", WRITE, str(path)], check=False)
    log = path.with_name(path.name + ".wal")
    assert log.stat().st_size > 1000
    return log


def _spoilt_log(path: Path) -> None:
    _overwrite(_with_log(path), 200, bytes(100))


def _foreign_log(path: Path) -> None:
    path.with_name(path.name + ".wal").write_bytes(b"\x07" * 5000)


def _cut(share: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


DAMAGES: dict[str, Callable[[Path], None]] = {
    **{f"cut at {share}": _cut(share) for share in (0.01, 0.25, 0.5, 0.75, 0.99)},
    "one byte short": lambda path: os.truncate(path, path.stat().st_size - 1),
    "empty": lambda path: os.truncate(path, 0),
    "header of zeros": lambda path: _overwrite(path, 0, bytes(HEADERS)),
    "a lost header": lambda path: _overwrite(path, 4096, bytes(8192)),
    "random bytes": lambda path: path.write_bytes(os.urandom(path.stat().st_size)),
    "a spoilt log": _spoilt_log,
    "a foreign log": _foreign_log,
}


def _is_called_damaged(error: TargetError) -> None:
    assert (error.code, error.exit_code) == ("WMS_TGT_007", 30)
    assert "damaged" in error.message
    assert "nothing is lost" not in str(error).lower()
    assert "backup" in error.hint


@pytest.mark.parametrize("how", parameters(DAMAGES, 6))
def test_run_status_and_doctor_report_damage(settings: Settings, how: str) -> None:
    DAMAGES[how](settings.target.duckdb_path)
    with pytest.raises(TargetError) as of_run, open_warehouse(settings) as target:
        target.check_damage()
    _is_called_damaged(of_run.value)
    with pytest.raises(TargetError) as of_status:
        status(settings)
    _is_called_damaged(of_status.value)
    found = [check for check in check_target(settings) if check.status == "failed"]
    assert "WMS_TGT_007" in found[0].message
    assert found[0].exit_code == 30


def test_doctor_finds_every_damaged_table_block(settings: Settings, whole: Path) -> None:
    path = settings.target.duckdb_path
    blocks = (path.stat().st_size - HEADERS) // BLOCK
    with duckdb.connect(str(path), read_only=True) as connection:
        sql = "select distinct block_id from pragma_storage_info('wms_raw.item') where block_id >= 0"
        used = [block for (block,) in connection.execute(sql).fetchall()]
    assert 3 < len(used) <= blocks
    for block in used:
        shutil.copy(whole, path)
        _overwrite(path, HEADERS + block * BLOCK + 99, bytes(200))
        found = [check for check in check_target(settings) if check.status == "failed"]
        assert found, block
        assert "WMS_TGT_007" in found[0].message


@pytest.mark.exhaustive
def test_doctor_finds_each_damaged_block_of_a_load(tmp_path: Path) -> None:
    settings, path = _settings(tmp_path / "warehouse.duckdb"), tmp_path / "warehouse.duckdb"
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        for run in range(3):
            target.execute(
                f"insert into {target.raw('elt_node_result')} (run_id, node_name, node_kind, status, started_at) "
                f"select '2026-{run}' || (i // 100), 'node ' || hash(i), 'model', 'ok', now() from range(20000) r(i)"
            )
            target.execute("checkpoint")
    healthy = path.read_bytes()
    met_by_index = 0
    for at in range(HEADERS, len(healthy), BLOCK):
        is_met = False
        for spoilt in (_load_like, _thorough, _every_table):
            path.with_name(path.name + ".wal").unlink(missing_ok=True)
            path.write_bytes(healthy)
            _overwrite(path, at + 1000, bytes(range(40)))
            is_found = _is_damage_found(settings, spoilt)
            if spoilt is _load_like:
                is_met = is_found
            elif spoilt is _thorough:
                assert is_found or not is_met, at
            else:
                met_by_index += is_met and not is_found
    # else the file has no index that is worth a test
    assert met_by_index > 5


def _is_damage_found(settings: Settings, look: Callable[[Warehouse], object]) -> bool:
    try:
        with open_warehouse(settings) as target:
            look(target)
    except (TargetError, duckdb.Error) as error:
        return "damaged" in str(error) or is_damage(error)
    return False


def _load_like(target: Warehouse) -> None:
    nodes = target.raw("elt_node_result")
    target.execute(f"insert into {nodes} select * replace (node_name || 'x' as node_name) from {nodes}")
    target.execute("checkpoint")


def _thorough(target: Warehouse) -> None:
    before = target.fetch(f"select count(*) from {target.raw('elt_node_result')}")
    target.check_damage(thorough=True)
    assert target.fetch(f"select count(*) from {target.raw('elt_node_result')}") == before


def _every_table(target: Warehouse) -> None:
    target.fetch(f"select bit_xor(hash(columns(*))) from {target.raw('elt_node_result')}")


def test_healthy_file_is_not_reported_as_damaged(settings: Settings) -> None:
    assert {check.status for check in check_target(settings)} == {"ok"}
    assert status(settings).is_readable


def test_torn_log_after_kill_is_not_damage(settings: Settings) -> None:
    log = _with_log(settings.target.duckdb_path)
    os.truncate(log, log.stat().st_size - 7)
    with open_warehouse(settings) as target:
        target.check_damage(thorough=True)


@pytest.mark.parametrize(
    "error",
    [
        duckdb.FatalException("FATAL Error: Failed: database has been invalidated because of a previous fatal error"),
        duckdb.InternalException("INTERNAL Error: Attempted to access index 5 within vector of size 5"),
        duckdb.IOException('IO Error: Could not read enough bytes from file "x": attempted to read 262144 bytes'),
        duckdb.Error("Corrupt database file: computed checksum 1 does not match stored checksum 2 in block"),
    ],
)
def test_statement_on_damaged_block_reports_damage(error: duckdb.Error) -> None:
    assert is_damage(error)
    _is_called_damaged(statement_error(error, Path("x.duckdb")))


@pytest.mark.parametrize(
    "text",
    [
        "Catalog Error: Table with name x does not exist!",
        "Out of Memory Error: could not allocate block of size 256.0 KiB",
        "IO Error: Could not write file: No space left on device",
        "Constraint Error: Duplicate key violates primary key constraint",
        "Conversion Error: Could not convert string 'internal' to INT32",
    ],
)
def test_other_errors_are_not_reported_as_damage(text: str) -> None:
    assert not says_damage(text)
