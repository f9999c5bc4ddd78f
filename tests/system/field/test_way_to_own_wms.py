"""The steps in the README: from the simulator to an own WMS, in the same DuckDB file or in a new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.system.field.conftest import SEED, Machine, Ran, Wms
from tests.system.field.small_warehouse import ORDERS, warehouse
from tests.system.field.small_wms import SmallWms
from tests.system.field.worlds import ago, orders, stamp

Typed = Callable[..., Ran]


def dotenv(machine: Machine, wms: SmallWms, **more: str) -> None:
    """Exactly the settings that the README asks for."""
    given = {
        "GRUPONOS_WMS__BASE_URL": wms.url,
        "GRUPONOS_WMS__USERNAME": wms.user,
        "GRUPONOS_WMS__PASSWORD": wms.password,
        **more,
    }
    (machine.directory / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))


@pytest.mark.exhaustive
def test_readme_path_from_simulator_to_own_wms_works(machine: Machine, typed: Typed) -> None:
    small = {"GRUPONOS_WMS__SIMULATOR_SCALE": "1000", "GRUPONOS_WMS__SIMULATOR_DAYS": "2"}
    first = typed("elt", env=small)
    assert first.exit_code == 0, first.text
    machine.directory = Path.cwd() / "target"
    assert machine.live("order_hdr")
    with SmallWms(warehouse()).serve() as wms:
        here = Machine(Path.cwd())
        dotenv(here, wms)
        refused = typed("elt")
        assert refused.exit_code == 10, refused.text
        assert "wms-elt reset" in refused.text
        assert "DUCKDB_PATH" in refused.text
        shown = typed("reset")
        assert shown.exit_code == 0, shown.text
        assert typed("elt").exit_code == 10
        applied = typed("reset", "--apply")
        assert applied.exit_code == 0, applied.text
        assert not [name for name in machine.tables() if name.startswith("wms.")]
        doctor = typed("doctor")
        assert doctor.exit_code == 0, doctor.text
        assert_runs(machine, wms, typed)


def assert_runs(machine: Machine, wms: SmallWms, typed: Typed) -> None:
    ran = typed("elt")
    assert ran.exit_code == 0, ran.text
    assert len(machine.live("order_hdr")) == ORDERS
    assert machine.query("select count(*) from wms.orders") == [(ORDERS,)]
    assert machine.query("select count(*) from wms.wms_allocations") == [(ORDERS,)]
    wms.tables["order_hdr"][1].update(status_id=99, mod_ts=stamp(ago(seconds=200)))
    again = typed("elt")
    assert again.exit_code == 0, again.text
    assert machine.versions("order_hdr") == ORDERS + 1
    agreed = typed("reconcile")
    assert agreed.exit_code == 0, agreed.text
    assert typed("status").exit_code == 0
    del wms.tables["order_hdr"][1]
    assert typed("reconcile").exit_code == 40


@pytest.mark.exhaustive
def test_second_path_creates_separate_target(machine: Machine, typed: Typed) -> None:
    small = {"GRUPONOS_WMS__SIMULATOR_SCALE": "1000", "GRUPONOS_WMS__SIMULATOR_DAYS": "2"}
    assert typed("load", env=small).exit_code == 0
    with SmallWms(warehouse()).serve() as wms:
        dotenv(machine, wms)
        assert typed("load").exit_code == 10
        own = machine.directory / "target" / "own" / "warehouse.duckdb"
        dotenv(machine, wms, GRUPONOS_TARGET__DUCKDB_PATH=str(own))
        loaded = typed("load")
        assert loaded.exit_code == 0, loaded.text
        assert machine.query("select count(*) from wms_raw.order_hdr", own) == [(ORDERS,)]
        # back to the simulator's file, which still belongs to the simulator
        (machine.directory / ".env").unlink()
        assert typed("load", env=small).exit_code == 0


@pytest.mark.parametrize("entity", ["order_hdr", "facility"])
def test_small_warehouse_describe_matches_loader_parsing(machine: Machine, entity: str) -> None:
    with SmallWms(warehouse()).serve() as wms:
        ran = machine.load(wms, PIPELINE__ENTITIES=",".join(wms.tables))
        assert ran.exit_code == 0, ran.text
        assert len(machine.live(entity)) == len(wms.tables[entity])


def test_build_artifacts_stay_in_work_directory(machine: Machine, serve: Wms, typed: Typed) -> None:
    """Field case J10: two runs in one checkout must not overwrite each other's artifacts."""
    wms = serve(orders(range(1, 4)))
    project = Path("dbt_project").resolve()
    before = sorted(path for path in project.rglob("*") if "__pycache__" not in path.parts)
    for name in ("one", "two"):
        options = {
            "TARGET__DUCKDB_PATH": str(machine.directory / name / "warehouse.duckdb"),
            "PIPELINE__WORK_DIR": str(machine.directory / name / "work"),
        }
        env = machine.variables(wms, **options)
        assert typed("load", env=env).exit_code == 0
        ran = typed("dbt", "--select", SEED, env=env)
        assert ran.exit_code == 0, ran.text
        assert list((machine.directory / name / "work").rglob("run_results.json"))
    assert sorted(path for path in project.rglob("*") if "__pycache__" not in path.parts) == before
