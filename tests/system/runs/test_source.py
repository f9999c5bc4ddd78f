"""A target with data from one source refuses every other source (field cases A1 to A3, I5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loader.cli.main import run
from loader.cli.status_screen import render_status
from loader.dbt import DbtProject
from loader.doctor.warehouse import check_target
from loader.integrations.tasks import TaskError, compare_entity, load_entity, record_build, source_ages
from loader.report import Silent
from loader.runs import prune, reconcile, run_backfill, run_elt, run_load
from loader.runs.dbt_run import run_dbt
from loader.runs.status import status
from loader.settings import Settings
from loader.simulator import Clock, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from loader.site import build_site
from loader.warehouse.source_guard import ForeignTarget
from tests.system.runs.conftest import ORIGIN, Tenant, served_tenant

ROOT = Path(__file__).parents[3]
ENTITIES = {"GRUPONOS_PIPELINE__ENTITIES": "facility,order_hdr"}
EVERYTHING = "select * from wms_raw.order_hdr order by all"
TABLES = "select table_schema, table_name from information_schema.tables order by all"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A tenant whose target is loaded. Tests leave the target as it is."""
    with served_tenant(tmp_path_factory.mktemp("source")) as served:
        assert run_load(served.settings(**ENTITIES)).exit_code == 0
        yield served


@pytest.fixture(scope="module")
def other(loaded: Tenant) -> Iterator[Tenant]:
    """Another tenant that shares the directory, and so the target, of the first."""
    config = SimulatorConfig(world=WorldSpec(seed=8, scale=1000, days=5, origin=ORIGIN))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
        yield Tenant(simulator, loaded.directory)


def build_part(settings: Settings) -> None:
    with record_build(settings, DbtProject(settings, root=ROOT), whole=False):
        pytest.fail("the build began")


COMMANDS: dict[str, Callable[[Settings], object]] = {
    "elt": run_elt,
    "load": run_load,
    "full": lambda settings: run_load(settings, full=True),
    "backfill": lambda settings: run_backfill(settings, "order_hdr", "2026-05-01", "2026-05-02"),
    "reconcile": reconcile,
    "repair": lambda settings: reconcile(settings, repair=True),
    "dbt": lambda settings: run_dbt(settings, Silent(), []),
    "prune": lambda settings: prune(settings, apply=True),
    "docs": lambda settings: build_site(settings, ROOT),
    "engine load": lambda settings: load_entity(settings, "order_hdr", print),
    "engine compare": lambda settings: compare_entity(settings, "order_hdr", print),
    "engine build": build_part,
    "engine freshness": lambda settings: source_ages(settings, DbtProject(settings, root=ROOT)),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_command_on_target_of_other_source_is_refused(loaded: Tenant, other: Tenant, command: str) -> None:
    before = [loaded.query(sql) for sql in (EVERYTHING, TABLES, "select * from wms_raw.elt_run")]
    with pytest.raises((ForeignTarget, TaskError), match="WMS_CONF_030") as caught:
        COMMANDS[command](other.settings(**ENTITIES))
    if isinstance(caught.value, TaskError):
        assert caught.value.is_final
    assert [loaded.query(sql) for sql in (EVERYTHING, TABLES, "select * from wms_raw.elt_run")] == before
    assert other.simulator.stats.requests == 0


def test_own_source_loads_after_refused_commands(loaded: Tenant, other: Tenant) -> None:
    for command in ("load", "dbt"):
        with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
            COMMANDS[command](other.settings(**ENTITIES))
    assert run_load(loaded.settings(**ENTITIES)).exit_code == 0


def test_load_without_wms_on_wms_target_is_refused(loaded: Tenant) -> None:
    before = loaded.query(EVERYTHING)
    nothing = dict.fromkeys(("BASE_URL", "USERNAME", "PASSWORD"), "")
    lost = loaded.settings(**ENTITIES, **{f"GRUPONOS_WMS__{name}": value for name, value in nothing.items()})
    with pytest.raises(ForeignTarget, match="WMS_CONF_032"):
        run_load(lost)
    assert loaded.query(EVERYTHING) == before


def test_load_of_wms_on_simulator_target_is_refused(tenant: Tenant) -> None:
    simulated = tenant.settings(
        **ENTITIES,
        GRUPONOS_WMS__BASE_URL="",
        GRUPONOS_WMS__USERNAME="",
        GRUPONOS_WMS__PASSWORD="",
        GRUPONOS_WMS__SIMULATOR_SCALE="1000",
        GRUPONOS_WMS__SIMULATOR_DAYS="5",
    )
    assert run_load(simulated).exit_code == 0
    [(kind, identity)] = tenant.query("select kind, identity from wms_raw.elt_source")
    assert (kind, identity.partition(", since ")[0]) == ("simulator", "seed 7, scale 1000, days 5")
    # the second run reads the same source
    assert run_load(simulated).exit_code == 0
    with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
        run_load(tenant.settings(**ENTITIES))
    (tenant.directory / "work" / "simulator.json").unlink()
    with pytest.raises(ForeignTarget, match="not begun"):
        run_load(simulated)


def test_load_after_failed_connection_accepts_corrected_address(tenant: Tenant) -> None:
    wrong = tenant.settings(**ENTITIES, GRUPONOS_WMS__BASE_URL=f"{tenant.simulator.url}x")
    assert run_load_fails(wrong)
    assert run_load(tenant.settings(**ENTITIES)).exit_code == 0


def run_load_fails(settings: Settings) -> bool:
    try:
        return run_load(settings).exit_code != 0
    except Exception:
        return True


def test_status_and_doctor_report_other_source(loaded: Tenant, other: Tenant) -> None:
    mine, theirs = loaded.settings(**ENTITIES), other.settings(**ENTITIES)
    assert status(mine).source_problem == ""
    assert status(mine).source.startswith("the WMS 127.0.0.1:")
    assert "WMS_CONF_030" in status(theirs).source_problem
    assert render_status(status(theirs))
    found = {check.name: check for check in check_target(theirs)}
    assert (found["source"].status, found["source"].exit_code) == ("failed", 10)
    assert {check.name: check for check in check_target(mine)}["source"].status == "ok"


@pytest.mark.parametrize("command", [("status",), ("runs",), ("runs", "show", "x"), ("alerts",), ("prune",)])
def test_read_commands_exit_with_10(
    loaded: Tenant, other: Tenant, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(loaded.directory)
    for name, value in {
        "WMS__BASE_URL": other.simulator.url,
        "WMS__USERNAME": other.simulator.username,
        "WMS__PASSWORD": other.simulator.password,
        "TARGET__DUCKDB_PATH": str(loaded.database),
        "PIPELINE__WORK_DIR": str(loaded.directory / "work"),
    }.items():
        monkeypatch.setenv(f"GRUPONOS_{name}", value)
    assert run(command) == 10
