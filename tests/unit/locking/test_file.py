"""The file lock, against other processes."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loader.errors import ConfigError, LockedError
from loader.locking.file import died_holding, file_lock, holder
from loader.locking.owner import this_process

HOLDER = """
import sys
from pathlib import Path
from loader.locking.file import file_lock
from loader.locking.owner import this_process
with file_lock(Path(sys.argv[1]), this_process("20261124T060000Z-abcd", "elt")):
    print(flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        try:
            yield child
        finally:
            child.kill()


def test_second_run_gets_owner_and_start_time(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "wms.lock"
    with other_process(path) as child:
        with pytest.raises(LockedError, match="WMS_RUN_002") as caught, file_lock(path, this_process("mine", "load")):
            pytest.fail("two hold it")
        message = str(caught.value)
        assert "run 20261124T060000Z-abcd (elt)" in message
        assert f"process {child.pid}, since 20" in message
        found = holder(path)
        assert found is not None
        assert found.process_id == child.pid
    assert caught.value.exit_code == 50


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_killed_run_releases_lock_and_leaves_owner(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "wms.lock"
    with other_process(path) as child:
        child.send_signal(number)
        child.wait()
    assert holder(path) is None
    died = died_holding(path)
    assert died is not None
    assert died.run_id == "20261124T060000Z-abcd"
    with file_lock(path, this_process("mine", "load")) as before:
        assert died_holding(path) is None
        assert before is not None
        assert before.run_id == "20261124T060000Z-abcd"
    with file_lock(path, this_process("next", "load")) as before:
        assert before is None


def test_error_inside_block_releases_lock(tmp_path: Path) -> None:
    path = tmp_path / "wms.lock"
    with pytest.raises(ZeroDivisionError), file_lock(path, this_process("mine", "load")):  # noqa: PT012
        assert holder(path) is not None
        raise ZeroDivisionError
    with file_lock(path, this_process("next", "load")) as before:
        assert before is None


def test_lock_without_owner_text_is_still_held(tmp_path: Path) -> None:
    path = tmp_path / "wms.lock"
    with file_lock(path, this_process("mine", "load")):
        path.write_text("{")
        with pytest.raises(LockedError, match="another process"), file_lock(path, this_process("next", "load")):
            pytest.fail("two hold it")


def test_lock_file_that_cannot_be_created_is_config_error(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file in the way")
    lock = file_lock(tmp_path / "locks" / "wms.lock", this_process("mine", "load"))
    with pytest.raises(ConfigError, match="WMS_CONF_006"), lock:
        pytest.fail("held nothing")
