"""`wms-elt reset` lists the objects of a source, then drops them. Objects of other owners stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.cli.results import show_reset
from loader.dbt import DbtProject
from loader.errors import TargetError
from loader.runs import run_load
from loader.runs.reset import Reset, reset
from loader.settings import Settings
from loader.simulator import Clock, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from loader.warehouse.duckdb.connect import DuckDbWarehouse
from tests.system.runs.conftest import ORIGIN, Tenant

ROOT = Path(__file__).parents[3]
ENTITIES = {"GRUPONOS_PIPELINE__ENTITIES": "facility,order_hdr"}
TABLES = "select table_schema || '.' || table_name from information_schema.tables order by all"
FOREIGN = ("wms.invoices", "wms.orders", "wms_raw.budget", "wms_raw.item")


@pytest.fixture
def settings(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A loaded and built target whose schemas also contain four foreign tables."""
    monkeypatch.chdir(ROOT)
    settings = tenant.settings(**ENTITIES)
    assert run_load(settings).exit_code == 0
    DbtProject(settings).build(["stg_wms__order_hdr", "stg_wms__facility", "kpi_targets"])
    for name in FOREIGN:
        tenant.execute(f"create schema if not exists {name.partition('.')[0]}")
        tenant.execute(f"create table {name} (n integer)")
    return settings


@pytest.fixture
def other(tenant: Tenant) -> Iterator[Tenant]:
    config = SimulatorConfig(world=WorldSpec(seed=8, scale=1000, days=5, origin=ORIGIN))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
        yield Tenant(simulator, tenant.directory)


def names(found: Reset) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = {}
    for item in found.items:
        parts.setdefault(item.part, set()).add(item.name.rpartition(".")[2].rpartition("/")[2])
    return parts


def test_reset_lists_drops_and_accepts_other_source(tenant: Tenant, other: Tenant, settings: Settings) -> None:
    before = tenant.query(TABLES)
    listed = reset(other.settings(**ENTITIES))
    assert tenant.query(TABLES) == before
    assert listed.source.startswith("the WMS 127.0.0.1:")
    found = names(listed)
    assert found["raw"] == {"facility", "order_hdr"}
    assert found["state"] == {"dlt_version", "dlt_pipeline_state", "elt_build_state"}
    assert found["source"] == {"dlt_loads", "elt_landing", "elt_source"}
    assert {"stg_wms__order_hdr", "stg_wms__facility"} <= found["models"]
    assert found["files"] == {"wms"}
    assert tuple(sorted(listed.kept)) == FOREIGN
    rows = {item.name.rpartition(".")[2]: item.rows for item in listed.items}
    assert rows["order_hdr"] == len(tenant.documents("order_hdr"))

    reset(other.settings(**ENTITIES), apply=True)
    assert {name for (name,) in tenant.query(TABLES)} == {*FOREIGN, "wms_raw.elt_lock"}
    assert run_load(other.settings(**ENTITIES)).exit_code == 0
    assert tenant.current("order_hdr") == other.documents("order_hdr")


def test_reset_killed_at_any_step_is_repeatable(
    tenant: Tenant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drops = len(reset(settings).items)
    execute = DuckDbWarehouse.execute
    for step in range(0, drops, 4):
        left = iter(range(step % 5))

        def dying(target: DuckDbWarehouse, sql: str, params: object = (), left: Iterator[int] = left) -> None:
            if sql.startswith("drop") and next(left, None) is None:
                raise TargetError("KILLED", "killed")
            execute(target, sql, params)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(DuckDbWarehouse, "execute", dying)
            with pytest.raises(TargetError, match="KILLED"):
                reset(settings, apply=True)
    # an ordinary load after an interrupted reset reads everything again
    assert run_load(settings).exit_code == 0
    assert tenant.current("order_hdr") == tenant.documents("order_hdr")
    reset(settings, apply=True)
    assert not reset(settings, apply=True).items
    assert run_load(settings).exit_code == 0
    assert tenant.current("order_hdr") == tenant.documents("order_hdr")


def test_reset_without_target_has_nothing_to_drop(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    found = reset(tenant.settings())
    assert not found.items
    show_reset(found, apply=False)
    assert "no source" in capsys.readouterr().out
    assert not tenant.database.exists()
