"""The state file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loader.errors import ConfigError
from loader.simulator.api.state import DEFAULT_DAYS, DEFAULT_SCALE, DEFAULT_SEED, Wanted, remembered


def test_no_state_file_keeps_no_state() -> None:
    state = remembered(None, Wanted(seed=3))
    assert (state.seed, state.scale, state.days) == (3, DEFAULT_SCALE, DEFAULT_DAYS)
    assert datetime.now(UTC) - state.origin < timedelta(seconds=5)
    assert state.origin.microsecond == 0


def test_first_start_writes_state_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "simulator.json"
    first = remembered(path, Wanted(scale=1000))
    assert set(json.loads(path.read_text())) == {"seed", "scale", "days", "origin"}
    assert remembered(path, Wanted()) == first == remembered(path, Wanted(DEFAULT_SEED, 1000, DEFAULT_DAYS))
    assert [entry.name for entry in path.parent.iterdir()] == ["simulator.json"]


def test_renumbered_statuses_are_stored(tmp_path: Path) -> None:
    path = tmp_path / "simulator.json"
    assert remembered(path, Wanted(statuses="renumbered")).statuses == "renumbered"
    assert remembered(path, Wanted()).statuses == "renumbered"


@pytest.mark.parametrize(
    "wanted", [Wanted(seed=8), Wanted(scale=5), Wanted(days=1), Wanted(seed=0), Wanted(statuses="renumbered")]
)
def test_contradicting_options_are_config_error(tmp_path: Path, wanted: Wanted) -> None:
    path = tmp_path / "simulator.json"
    remembered(path, Wanted())
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="is requested") as caught:
        remembered(path, wanted)
    assert (caught.value.code, caught.value.context) == ("WMS_SIM_002", {"path": str(path)})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"seed":1,"scale":1000,"days":30,"origin":"yesterday"}',
        b'{"seed":1,"scale":1000,"days":30,"origin":"2025-06-01T00:00:00"}',
        b'{"seed":"1","scale":1000,"days":30,"origin":"2025-06-01T00:00:00Z"}',
        b'{"seed":1,"scale":0,"days":30,"origin":"2025-06-01T00:00:00Z"}',
        b'{"seed":1,"scale":1000,"days":30,"origin":"2025-06-01T00:00:00Z","x":1}',
        b"\xff\xfe",
    ],
)
def test_damaged_state_file_is_config_error_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "simulator.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="damaged"):
        remembered(path, Wanted())
    assert path.read_bytes() == content


def test_inaccessible_state_file_is_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: "):
        remembered(tmp_path, Wanted())
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="can't be "):
        remembered(tmp_path / "file" / "simulator.json", Wanted())
