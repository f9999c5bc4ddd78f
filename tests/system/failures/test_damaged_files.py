"""A damaged local file doesn't stop a run: only the content of that file is lost (I6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.alerts import notify
from loader.alerts.model import Findings
from loader.errors import ConfigError
from loader.locking.file import file_lock, holder
from loader.locking.owner import this_process
from loader.settings import Settings, load_settings
from loader.simulator.api.state import Wanted, remembered
from loader.site.queries import read_facts

CONTENTS = {
    "empty": b"",
    "garbage": b"\xff\xfe\x00\x07",
    "not UTF-8": b'{"run_id":"\xff"}',
    "other JSON": b"[1]",
    "cut": b'{"run_id":"2026',
    "too deep": b"[" * 100_000,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    environment = {
        "GRUPONOS_TARGET__DUCKDB_PATH": str(tmp_path / "warehouse.duckdb"),
        "GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path / "work"),
    }
    return load_settings(environment, env_file=None)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_damaged_run_report_is_ignored(settings: Settings, content: bytes) -> None:
    path = settings.pipeline.work_dir / "runs" / "latest.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert read_facts(settings).report is None


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_damaged_lock_file_is_acquired(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.lock"
    path.write_bytes(content)
    assert holder(path) is None
    with file_lock(path, this_process("r1", "elt", ())) as before:
        assert before is None
        held = holder(path)
        assert held is not None
        assert held.run_id == "r1"


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_damaged_alert_marker_does_not_stop_run(settings: Settings, content: bytes) -> None:
    path = settings.pipeline.work_dir / "alerts" / f"{settings.pipeline.name}.target_unreachable"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert notify(settings, lambda _: Findings((), frozenset()), "r1") == ()


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_damaged_simulator_state_error_has_hint(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "simulator.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        remembered(path, Wanted())
    assert caught.value.code == "WMS_SIM_002"
    assert "delete the file" in caught.value.hint
    assert str(path) in str(caught.value)
