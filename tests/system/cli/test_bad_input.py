"""What a user sees of a run that cannot begin: the real command, one message, its exit code, nothing half-written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

Wms = Callable[..., "subprocess.CompletedProcess[str]"]
SMALL = {"GRUPONOS_WMS__SIMULATOR_SCALE": "1000", "GRUPONOS_PIPELINE__ENTITIES": "company"}
LOGIN = {"GRUPONOS_WMS__USERNAME": "u", "GRUPONOS_WMS__PASSWORD": "tops3cret", "GRUPONOS_WMS__RETRIES": "0"}


def message_of(done: subprocess.CompletedProcess[str], code: str, exit_code: int) -> str:
    """The error, checked for what every error must be."""
    assert done.returncode == exit_code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "tops3cret" not in done.stderr
    output = done.stderr[done.stderr.index("WMS_") :]
    assert output.startswith(code), output
    assert "  next: " in output
    return output


@pytest.mark.parametrize(
    ("env", "code", "exit_code", "said"),
    [
        ({"GRUPONOS_TARGET__DUCKDB_PATH": "in_the_way/x.duckdb"}, "WMS_TGT_001", 30, "in_the_way"),
        ({"GRUPONOS_TARGET__DUCKDB_PATH": "in_the_way"}, "WMS_TGT_003", 30, "in_the_way"),
        ({"GRUPONOS_TARGET__KIND": "oracle"}, "WMS_CONF_003", 10, "GRUPONOS_TARGET__ORACLE_USER"),
    ],
)
def test_run_that_cannot_start_fails_and_writes_nothing(
    env: dict[str, str], code: str, exit_code: int, said: str, wms_elt: Wms, clean_environment: Path
) -> None:
    in_the_way = clean_environment / "in_the_way"
    in_the_way.write_text("no database\n" * 1000)
    assert said in message_of(wms_elt("elt", env={**SMALL, **env}), code, exit_code)
    assert in_the_way.read_text() == "no database\n" * 1000
    assert not list(clean_environment.rglob("runs/*"))
    for path in clean_environment.rglob("*.duckdb"):
        with duckdb.connect(str(path)) as connection:
            assert connection.execute("select table_name from information_schema.tables").fetchall() == []


def test_unreachable_wms_records_failed_run_without_data(wms_elt: Wms, clean_environment: Path) -> None:
    env = {**SMALL, **LOGIN, "GRUPONOS_WMS__BASE_URL": "http://127.0.0.1:9/sim"}
    assert "127.0.0.1" in message_of(wms_elt("elt", env=env), "WMS_CONN_001", 20)
    with duckdb.connect(str(clean_environment / "target" / "warehouse.duckdb")) as connection:
        runs = connection.execute("select command, status, exit_code, error_code from wms_raw.elt_run").fetchall()
        tables = connection.execute("select table_name from information_schema.tables").fetchall()
    assert runs == [("elt", "failed", 20, "WMS_CONN_001")]
    assert all(name.startswith("elt_") for (name,) in tables)


def test_duckdb_file_in_use_fails_with_process_id(wms_elt: Wms, clean_environment: Path) -> None:
    path = clean_environment / "x.duckdb"
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = wms_elt(
            "load",
            env={**SMALL, "GRUPONOS_TARGET__DUCKDB_PATH": str(path), "GRUPONOS_TARGET__DUCKDB_WAIT_SECONDS": "0"},
        )
        holder.communicate()
    assert f"pid={holder.pid}" in message_of(done, "WMS_TGT_002", 30)
