"""Damaged pipeline files only cause rows to be read again: the state is in the target (field case I6)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from loader.errors import ConfigError
from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START
from tests.support.sampling import parameters

ENTITY = "order_hdr"
ROWS = 40
SETTLED = ("state.json", "schemas/wms.schema.json", "normalize/.version", "load/.version")
PENDING = (
    *SETTLED,
    "log_position",
    "package_seal.json",
    "load/normalized/*/schema.json",
    "load/normalized/*/load_package_state.json",
    "load/normalized/*/schema_updates.json",
    "load/normalized/*/new_jobs/order_hdr.*.parquet",
    "load/normalized/*/new_jobs/dlt_pipeline_state.*",
)


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "garbage": lambda path: path.write_bytes(os.urandom(300)),
    "other JSON": lambda path: path.write_bytes(b'[1,{"a":2}]'),
    "gone": Path.unlink,
    "a folder": _as_folder,
    "one byte": _changed,
}


def _fill(loads: Loads) -> None:
    for row in range(1, ROWS + 1):
        loads.wms.put(ENTITY, row, START - timedelta(days=1, minutes=row))


def _spoil(loads: Loads, pattern: str, how: str) -> None:
    [path] = (loads.work_dir / "dlt" / "wms").glob(pattern)
    DAMAGES[how](path)


def _is_complete(loads: Loads) -> bool:
    versions = [row for row, *_ in loads.versions(ENTITY)]
    return sorted(versions) == sorted(loads.wms.rows[ENTITY])


@pytest.mark.parametrize("how", parameters(DAMAGES, 2))
@pytest.mark.parametrize("pattern", parameters(PENDING, 5))
def test_damage_with_pending_package_is_recovered(loads: Loads, pattern: str, how: str) -> None:
    _fill(loads)
    loads.run()
    loads.wms.now += timedelta(hours=1)
    for row in (1, 2, ROWS + 1):
        loads.wms.put(ENTITY, row, START + timedelta(minutes=1), note="changed")
    loads.die_before_loading()
    _spoil(loads, pattern, how)
    loads.run()
    current = loads.current(ENTITY)
    assert sorted(current) == sorted(loads.wms.rows[ENTITY])
    assert sum("changed" in document for document in current.values()) == 3
    assert len(loads.versions(ENTITY)) == ROWS + 3
    loads.run()


@pytest.mark.parametrize("how", parameters(DAMAGES, 2))
@pytest.mark.parametrize("pattern", SETTLED[:2])
def test_damage_after_complete_load_is_recovered(loads: Loads, pattern: str, how: str) -> None:
    _fill(loads)
    loads.run()
    _spoil(loads, pattern, how)
    loads.run()
    assert _is_complete(loads)


def test_damaged_package_is_kept_and_reported(loads: Loads) -> None:
    _fill(loads)
    loads.die_before_loading()
    _spoil(loads, "load/normalized/*/new_jobs/order_hdr.*.parquet", "half")
    loads.run()
    [note] = loads.notes
    assert "WMS_LOAD_002" in note
    assert "No data is lost" in note
    assert list((loads.work_dir / "dlt" / "wms.damaged").glob("load/normalized/*/new_jobs/order_hdr.*.parquet"))
    assert _is_complete(loads)


def test_intact_package_is_loaded_without_note(loads: Loads) -> None:
    _fill(loads)
    loads.die_before_loading()
    loads.wms.requests.clear()
    loads.run()
    assert loads.notes == []
    documents = [query for _, query in loads.wms.requests if "values_list" not in query]
    assert not [query for query in documents if "mod_ts__gte" not in query and query.get("id__gt") is None]
    assert _is_complete(loads)


@pytest.mark.parametrize("place", ["dlt", "dlt/wms"])
def test_file_instead_of_folder_is_reported(loads: Loads, place: str) -> None:
    _fill(loads)
    path = loads.work_dir / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    if place == "dlt":
        with pytest.raises(ConfigError) as caught:
            loads.run()
        assert caught.value.code == "WMS_CONF_005"
        assert "WORK_DIR" in caught.value.hint
    else:
        loads.run()
        assert _is_complete(loads)


def test_folder_without_access_is_reported(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(loads)
    loads.run()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "state.json")

    monkeypatch.setattr("loader.pipeline.packages.dlt.pipeline", denied)
    with pytest.raises(ConfigError) as caught:
        loads.run()
    assert caught.value.code == "WMS_CONF_005"
    assert "WORK_DIR" in caught.value.hint
