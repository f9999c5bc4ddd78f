"""A full or read-only disk is reported as such, nothing is lost, and the next run resumes."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.machine import Machine

MEGABYTE = 1024 * 1024
AS_A_USER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")
"""root can write to every file, so the tests need another user"""


def no_file_above(size: int) -> Callable[[], None]:
    """Limit the file size in the kernel, as a full disk or a quota does."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def fill(disk: Path, *, leave: int) -> Path:
    """Create a file that fills the file system except for the given number of bytes."""
    found = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(found.f_bavail * found.f_frsize - leave))
    return ballast


def as_a_user() -> tuple[str, ...]:
    return AS_A_USER if os.geteuid() == 0 else ()


def test_file_size_limit_fails_load_and_next_run_resumes(machine: Machine) -> None:
    ended = machine.load(preexec=no_file_above(600 * 1024))
    assert (ended.exit_code, ended.codes) == (30, ["WMS_TGT_004"]), ended.output
    machine.tenant.advance(hours=1)
    machine.is_whole()


def test_full_disk_fails_build_and_keeps_loaded_rows(
    machine: Machine, small_disk: Callable[[int], Path], tmp_path: Path
) -> None:
    machine.tenant.directory = disk = small_disk(64)
    elsewhere = {"GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path / "elsewhere")}
    assert machine.load(**elsewhere).exit_code == 0
    landed = machine.tenant.current("order_dtl")
    ballast = fill(disk, leave=16 * 1024)
    ended = machine.stage(**elsewhere)
    assert ended.exit_code == 30, ended.output
    assert "WMS_DBT_002" in ended.output or "WMS_DBT_001" in ended.output or "WMS_TGT_004" in ended.output, ended.output
    ballast.unlink()
    assert machine.tenant.current("order_dtl") == landed
    machine.is_whole(staged=True)


def test_full_disk_fails_load_and_next_run_resumes(machine: Machine, small_disk: Callable[[int], Path]) -> None:
    disk = small_disk(64)
    machine.tenant.directory = disk
    assert machine.load(GRUPONOS_PIPELINE__ENTITIES="facility").exit_code == 0
    ballast = fill(disk, leave=300 * 1024)
    ended = machine.load()
    assert ended.exit_code in (10, 30), ended.output
    assert ended.codes[0] in {"WMS_TGT_004", "WMS_LOAD_001"}, ended.output
    ballast.unlink()
    machine.tenant.advance(hours=1)
    machine.is_whole()


def test_full_work_directory_is_reported_and_target_stays_intact(
    machine: Machine, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(1)
    fill(disk, leave=64 * 1024)
    ended = machine.load(GRUPONOS_PIPELINE__WORK_DIR=str(disk / "work"))
    assert ended.exit_code in (10, 30), ended.output
    assert "INT_001" not in ended.output
    machine.is_whole()


@pytest.mark.parametrize("what", ["file", "directory"])
def test_read_only_database_is_reported_and_unchanged(machine: Machine, what: str) -> None:
    assert machine.load().exit_code == 0
    machine.tenant.advance(hours=1)
    before = {path.name: path.read_bytes() for path in machine.tenant.directory.glob("warehouse.duckdb*")}
    place, mode = (machine.tenant.database, 0o444) if what == "file" else (machine.tenant.directory, 0o555)
    old = place.stat().st_mode
    place.chmod(mode)
    try:
        ended = machine.load(before=as_a_user())
    finally:
        place.chmod(old)
    assert ended.exit_code in (10, 30), ended.output
    assert ended.codes[0] in {"WMS_TGT_001", "WMS_TGT_004", "WMS_CONF_006"}, ended.output
    after = {path.name: path.read_bytes() for path in machine.tenant.directory.glob("warehouse.duckdb*")}
    assert after["warehouse.duckdb"] == before["warehouse.duckdb"]
    machine.is_whole()


def test_unprivileged_test_user_cannot_write_read_only_files(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o444)
    done = subprocess.run([*as_a_user(), "sh", "-c", f"echo x > {tmp_path}/file"], capture_output=True, check=False)
    assert done.returncode != 0
