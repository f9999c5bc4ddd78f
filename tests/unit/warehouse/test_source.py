"""Source identity: comparison of sources, and the source recorded in a target."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.settings import Settings, load_settings
from loader.warehouse import Warehouse, open_warehouse
from loader.warehouse.source import configured_source, former_source, wms_source
from loader.warehouse.source_guard import ForeignTarget, check_source, claim_source, recorded_source

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
WMS = "https://a1.wms.ocs.oraclecloud.com/gruponos"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://A1.WMS.ocs.OracleCloud.com/gruponos",
        "https://a1.wms.ocs.oraclecloud.com:443/gruponos",
        "https://a1.wms.ocs.oraclecloud.com/gruponos/",
        "https://a1.wms.ocs.oraclecloud.com./gruponos//",
    ],
)
def test_wms_source_other_spelling_is_same(spelling: str) -> None:
    assert wms_source(spelling).is_same(wms_source(WMS))


@pytest.mark.parametrize(
    "other",
    [
        "https://a1.wms.ocs.oraclecloud.com/gruponos_test",
        "https://a1.wms.ocs.oraclecloud.com/Gruponos",
        "https://a1.wms.ocs.oraclecloud.com:8443/gruponos",
        "https://a2.wms.ocs.oraclecloud.com/gruponos",
        "https://a1.wms.ocs.oraclecloud.com/gruponos/sub",
    ],
)
def test_wms_source_other_environment_differs(other: str) -> None:
    assert not wms_source(other).is_same(wms_source(WMS))


def settings(directory: Path, **options: str) -> Settings:
    common = {
        "GRUPONOS_TARGET__DUCKDB_PATH": str(directory / "warehouse.duckdb"),
        "GRUPONOS_PIPELINE__WORK_DIR": str(directory / "work"),
    }
    return load_settings({**common, **options}, env_file=None)


def wms(directory: Path, url: str = WMS, **options: str) -> Settings:
    named = {"GRUPONOS_WMS__BASE_URL": url, "GRUPONOS_WMS__USERNAME": "elt", "GRUPONOS_WMS__PASSWORD": "s3cret"}
    return settings(directory, **named, **options)


def begun(directory: Path, origin: str = "2026-11-29T10:00:00Z") -> None:
    (directory / "work").mkdir(exist_ok=True)
    world = {"seed": 7, "scale": 20_000, "days": 30, "origin": origin}
    (directory / "work" / "simulator.json").write_text(json.dumps(world))


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(settings(tmp_path)) as opened:
        opened.ensure_run_tables()
        opened.execute(f"create table {opened.raw('elt_landing')} (entity varchar)")
        yield opened


def fill(target: Warehouse) -> None:
    target.execute(f"insert into {target.raw('elt_landing')} values ('order_hdr')")


def test_simulator_seed_scale_days_and_origin_count(tmp_path: Path) -> None:
    begun(tmp_path)
    mine = configured_source(settings(tmp_path))
    assert mine.identity == "seed 7, scale 20000, days 30, since 2026-11-29T10:00:00Z"
    for name, value in (("SEED", "8"), ("SCALE", "30000"), ("DAYS", "31"), ("STATUSES", "renumbered")):
        assert not configured_source(settings(tmp_path, **{f"GRUPONOS_WMS__SIMULATOR_{name}": value})).is_same(mine)
    begun(tmp_path, "2026-11-29T11:00:00Z")
    assert not configured_source(settings(tmp_path)).is_same(mine)
    (tmp_path / "work" / "simulator.json").unlink()
    assert not configured_source(settings(tmp_path)).is_same(mine)


def test_claim_source_first_run_binds_and_next_confirms(target: Warehouse, tmp_path: Path) -> None:
    claim_source(target, wms(tmp_path), AT)
    fill(target)
    claim_source(target, wms(tmp_path, f"{WMS}/", GRUPONOS_WMS__API_VERSION="v9"), AT.replace(hour=13))
    rows = target.fetch(f"select kind, identity, first_seen_at, confirmed_at from {target.raw('elt_source')}")
    [(kind, identity, first, confirmed)] = rows
    assert (kind, identity) == ("wms", "a1.wms.ocs.oraclecloud.com/gruponos")
    assert (first, confirmed) == (datetime(2026, 11, 29, 12), datetime(2026, 11, 29, 13))  # noqa: DTZ001


def test_claim_source_other_wms_is_rejected(target: Warehouse, tmp_path: Path) -> None:
    claim_source(target, wms(tmp_path), AT)
    fill(target)
    before = target.fetch(f"select * from {target.raw('elt_source')}")
    with pytest.raises(ForeignTarget, match="WMS_CONF_030") as caught:
        claim_source(target, wms(tmp_path, f"{WMS}_test"), AT)
    text = str(caught.value)
    assert caught.value.exit_code == 10
    assert "oraclecloud.com/gruponos," in text
    assert "oraclecloud.com/gruponos_test" in text
    for way in ("GRUPONOS_TARGET__DUCKDB_PATH", "wms-elt reset", "wms-elt rebind"):
        assert way in text
    assert "s3cret" not in text
    assert target.fetch(f"select * from {target.raw('elt_source')}") == before


def test_check_source_no_wms_on_wms_target_is_rejected(target: Warehouse, tmp_path: Path) -> None:
    claim_source(target, wms(tmp_path), AT)
    fill(target)
    with pytest.raises(ForeignTarget, match="WMS_CONF_032") as caught:
        check_source(target, settings(tmp_path))
    assert "GRUPONOS_WMS__BASE_URL" in caught.value.hint
    assert ".env" in caught.value.hint
    with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
        check_source(target, settings(tmp_path, GRUPONOS_WMS__SIMULATOR="true"))


def test_check_source_wms_on_simulator_target_is_rejected(target: Warehouse, tmp_path: Path) -> None:
    begun(tmp_path)
    claim_source(target, settings(tmp_path), AT)
    fill(target)
    check_source(target, settings(tmp_path))
    with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
        check_source(target, wms(tmp_path))
    with pytest.raises(ForeignTarget, match="seed 8"):
        check_source(target, settings(tmp_path, GRUPONOS_WMS__SIMULATOR_SEED="8"))


def test_claim_source_empty_target_takes_corrected_address(target: Warehouse, tmp_path: Path) -> None:
    claim_source(target, wms(tmp_path, "https://typo.example.com/gruponos"), AT)
    claim_source(target, wms(tmp_path), AT)
    fill(target)
    assert recorded_source(target) == wms_source(WMS)


def test_claim_source_second_first_run_is_rejected(target: Warehouse, tmp_path: Path) -> None:
    # on Oracle, another pipeline may run at the same time: its claim counts before its first load
    claim_source(target, wms(tmp_path), AT)
    lock = target.raw("elt_lock")
    target.execute(f"insert into {lock} (lock_name, run_id, heartbeat_at) values ('wms', 'r1', timestamp '2026-11-29')")
    other = wms(tmp_path, f"{WMS}_test", GRUPONOS_PIPELINE__NAME="wms_two")
    with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
        claim_source(target, other, AT)


@pytest.mark.parametrize(
    ("source", "same", "other"),
    [
        (WMS, WMS, f"{WMS}_test"),
        ("https://A1.wms.ocs.oraclecloud.com:443/gruponos/", WMS, "https://b2.wms.ocs.oraclecloud.com/gruponos"),
    ],
)
def test_recorded_source_of_earlier_release(
    target: Warehouse, tmp_path: Path, source: str, same: str, other: str
) -> None:
    fill(target)
    run = f"insert into {target.raw('elt_run')} (run_id, started_at, source, new_versions) values (?, ?, ?, ?)"
    target.execute(run, ("r1", datetime(2026, 11, 1), source, 450))  # noqa: DTZ001
    # a WMS was configured afterwards, and none of its rows was read
    target.execute(run, ("r2", datetime(2026, 11, 2), other, 0))  # noqa: DTZ001
    check_source(target, wms(tmp_path, same))
    with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
        check_source(target, wms(tmp_path, other))
    claim_source(target, wms(tmp_path, same), AT)
    assert recorded_source(target) == wms_source(same)


def test_recorded_source_earlier_simulator_by_seed_and_scale(target: Warehouse, tmp_path: Path) -> None:
    begun(tmp_path)
    fill(target)
    source = "WMS simulator (seed 7, 20,000 order lines)"
    run = f"insert into {target.raw('elt_run')} (run_id, started_at, source, new_versions) values (?, ?, ?, ?)"
    target.execute(run, ("r1", datetime(2026, 11, 1), source, 450))  # noqa: DTZ001
    with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
        check_source(target, wms(tmp_path))
    with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
        check_source(target, settings(tmp_path, GRUPONOS_WMS__SIMULATOR_SCALE="30000"))
    claim_source(target, settings(tmp_path), AT)
    assert recorded_source(target) == configured_source(settings(tmp_path))


def test_recorded_source_unknown_is_adopted(target: Warehouse, tmp_path: Path) -> None:
    fill(target)
    claim_source(target, wms(tmp_path), AT)
    assert recorded_source(target) == wms_source(WMS)


@pytest.mark.parametrize("text", ["", "raw tables", "wms", "WMS simulator"])
def test_former_source_other_text_is_unknown(text: str) -> None:
    assert former_source(text) is None
