"""Every command that a message, report or page recommends is executed here or by the named test."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.cli.main import run
from loader.runs import run_load
from tests.system.docs.advised import ROOT, advised
from tests.system.runs.conftest import ORIGIN, Tenant
from tests.system.test_makefile import TARGETS

LIGHT = {
    "make prune APPLY=1": 0,
    "make reconcile": 0,
    "wms-elt alerts": 0,
    "wms-elt config reference": 0,
    "wms-elt config show": 0,
    "wms-elt entities": 0,
    "wms-elt load": 0,
    "wms-elt prune": 0,
    "wms-elt reconcile": 0,
    "wms-elt rebind": None,
    "wms-elt reset": None,
    "wms-elt reset --apply": None,
    "wms-elt rules": None,
    "wms-elt runs": 0,
    "wms-elt status": 0,
}
"""Executed here on a loaded target. None if the exit code depends on the target's source."""
ELSEWHERE = {
    "make backfill YES=1": (
        "tests/system/runs/test_operations.py::test_long_backfill_is_confirmed_and_starts_at_first_row"
    ),
    'make bench ARGS="--only oracle-run"': "tests/bench/test_statements.py::",
    "make bench": "tests/bench/test_command.py::",
    "make dbt": "tests/system/cli/test_rebuild.py::test_dbt_command_passes_arguments_and_prints_report",
    "make doctor": "tests/integration/doctor/test_diagnose.py::",
    "make docs": "tests/integration/site/test_browser.py::",
    "make elt": "tests/system/runs/test_operations.py::test_run_loads_builds_and_saves_report",
    "make full": "tests/system/runs/test_operations.py::",
    "make load": "tests/system/docs/test_commands.py::",
    "make reconcile REPAIR=1": ("tests/system/runs/test_operations.py::test_gap_is_reported_by_facility_and_repaired"),
    "make reference": "tests/dbt/test_reference_pages.py::test_make_reference_changes_no_page",
    "make setup": "tests/system/test_makefile.py::test_every_target_installs_locked_environment_first",
    "make sim": "tests/system/cli/test_commands.py::test_signal_ends_command_with_130",
    "make clean": "tests/system/test_makefile.py::",
    "wms-elt dbt": "tests/system/cli/test_rebuild.py::test_dbt_command_passes_arguments_and_prints_report",
    "wms-elt dbt --select result:fail result:error result:skipped": (
        "tests/integration/dbt/test_build_results.py::test_result_selector_repeats_failed_nodes"
    ),
    "wms-elt doctor": "tests/integration/doctor/test_diagnose.py::",
    "wms-elt elt": "tests/system/runs/test_operations.py::test_run_loads_builds_and_saves_report",
    "wms-elt full": "tests/system/runs/test_operations.py::",
    "dbt build --help": "tests/system/docs/test_advised.py::test_dbt_help_lists_select_option",
    "chmod -R {}": "tests/system/docs/test_advised.py::test_permission_advice_clears_warning",
    "chmod 600 {}": "tests/unit/settings/test_environment.py::test_prod_refuses_secrets_in_readable_file",
    "chmod o-rwx {}": "tests/unit/settings/test_environment.py::test_prod_refuses_world_readable_wallet",
}
"""Runs dbt or is slow: the named test executes the function behind it."""
DBT_BY_HAND = re.compile(r"dbt (?:build|run|test|source freshness|docs|parse)\b(?! --help)")
"""Prose about dbt, and plain dbt commands in the checkout, which tests/dbt runs."""
WORDS = frozenset({name for name, _ in TARGETS} | {command.split()[1] for command in LIGHT})


def is_known(command: str) -> bool:
    return command in LIGHT or command in ELSEWHERE or bool(DBT_BY_HAND.match(command))


def test_advised_commands_are_executed() -> None:
    found = advised(WORDS)
    assert len(found) > 20
    assert {command: sorted(files) for command, files in found.items() if not is_known(command)} == {}


def test_tests_executing_advised_commands_exist() -> None:
    missing = []
    for place in ELSEWHERE.values():
        file, _, name = place.partition("::")
        path = ROOT / file
        if not path.is_file() or (name and f"def {name}(" not in path.read_text()):
            missing.append(place)
    assert missing == []


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    from loader.simulator.api.clock import Clock
    from tests.system.runs.conftest import SimulatorConfig, WorldSpec, serve_in_thread

    config = SimulatorConfig(world=WorldSpec(scale=1000, days=2, origin=ORIGIN))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
        tenant = Tenant(simulator, tmp_path_factory.mktemp("advised"))
        run_load(tenant.settings(GRUPONOS_PIPELINE__ENTITIES="company,facility"))
        yield tenant


@pytest.mark.parametrize(("command", "exit_code"), sorted(LIGHT.items()), ids=sorted(LIGHT))
def test_advised_command_runs(
    command: str, exit_code: int | None, loaded: Tenant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    values = {
        "GRUPONOS_WMS__BASE_URL": loaded.simulator.url,
        "GRUPONOS_WMS__USERNAME": loaded.simulator.username,
        "GRUPONOS_WMS__PASSWORD": loaded.simulator.password,
        "GRUPONOS_TARGET__DUCKDB_PATH": str(loaded.database),
        "GRUPONOS_PIPELINE__WORK_DIR": str(loaded.directory / "work"),
        "GRUPONOS_PIPELINE__ENTITIES": "company,facility",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    code = run(typed(command))
    # never an unknown command, never an internal error
    assert code == exit_code if exit_code is not None else code not in {2, 70}


def typed(command: str) -> list[str]:
    """Return the arguments that reach wms-elt, through make if the advice says make."""
    if command.startswith("wms-elt "):
        return command.split()[1:]
    lines = subprocess.run(
        ["make", "--dry-run", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    [line] = [line for line in lines.stdout.splitlines() if "wms-elt " in line]
    return line.partition("wms-elt ")[2].split()


def test_dbt_help_lists_select_option() -> None:
    command = [str(Path(sys.executable).with_name("dbt")), "build", "--help"]
    assert "--select" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("mode", "rights"), [("private", "go-rwx"), ("group", "o-rwx")])
def test_permission_advice_clears_warning(mode: str, rights: str, tmp_path: Path) -> None:
    from loader.doctor.machine import check_files
    from loader.settings import load_settings

    work = tmp_path / "work"
    (work / "runs").mkdir(parents=True)
    (work / "runs" / "latest.json").write_text("{}")
    for path in (work, work / "runs", work / "runs" / "latest.json"):
        path.chmod(0o777)
    given = {"GRUPONOS_PIPELINE__WORK_DIR": str(work), "GRUPONOS_OPERATIONS__FILE_MODE": mode}
    settings = load_settings({**given, "GRUPONOS_TARGET__DUCKDB_PATH": str(work / "x.duckdb")}, None)
    [before] = check_files(settings)
    assert (before.status, f"chmod -R {rights}" in before.hint) == ("warn", True)
    subprocess.run(["chmod", "-R", rights, str(work)], check=True)
    [after] = check_files(settings)
    assert after.status == "ok"
