from __future__ import annotations

import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from loader.discovery import Discovery, EntityFacts, write_discovery
from loader.doctor import Check, machine, run_checks
from loader.doctor.machine import check_disk
from loader.doctor.profile import is_outdated
from loader.doctor.warehouse import check_dbt, check_target
from loader.doctor.wms import check_wms
from loader.settings import PipelineSettings, Settings, TargetSettings, WmsSettings
from loader.simulator import RunningSimulator, SimulatorConfig, serve_in_thread
from loader.warehouse import open_warehouse
from loader.warehouse.schema import RUN_TABLES
from loader.warehouse.source import configured_source

ROOT = Path(__file__).parents[3]
MakeSettings = Callable[..., Settings]


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with serve_in_thread(SimulatorConfig()) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, simulator: RunningSimulator) -> Settings:
    """Settings without problems."""
    return Settings(
        wms=WmsSettings(
            base_url=simulator.url, username=simulator.username, password=SecretStr(simulator.password), retries=0
        ),
        target=TargetSettings(duckdb_path=tmp_path / "data" / "warehouse.duckdb"),
        pipeline=PipelineSettings(work_dir=tmp_path / "work", entities=("order_hdr", "item")),
    )


def changed(settings: Settings, section: str, **values: object) -> Settings:
    model = getattr(settings, section)
    return settings.model_copy(update={section: model.model_copy(update=values)})


def by_name(checks: Iterator[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def test_valid_configuration_is_ok(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    checks = list(run_checks(settings))
    assert [(check.name, check.status, check.hint) for check in checks] == [
        ("versions", "ok", ""),
        ("disk", "ok", ""),
        ("files", "ok", ""),
        ("wms", "ok", ""),
        ("clock", "ok", ""),
        ("entities", "ok", ""),
        ("discovery", "skipped", "Run `wms-elt discover` before the first load: it compares the WMS with the project."),
        ("target", "ok", ""),
        ("damage", "ok", ""),
        ("source", "ok", ""),
        ("tables", "ok", ""),
        ("dbt", "ok", ""),
    ]


def test_check_wms_without_url_reports_simulator(settings: Settings) -> None:
    (check,) = check_wms(settings.model_copy(update={"wms": WmsSettings()}))
    assert check.status == "ok"
    assert "simulator" in check.message


@pytest.mark.parametrize(
    ("values", "code", "exit_code"),
    [
        ({"base_url": "http://127.0.0.1:9/sim"}, "WMS_CONN_", 20),
        ({"password": SecretStr("wrong-s3cret")}, "WMS_AUTH_", 20),
        ({"username": "nobody"}, "WMS_AUTH_", 20),
        ({"api_version": "v3"}, "WMS_", 20),
    ],
)
def test_unusable_wms_is_one_failure_with_hint(
    settings: Settings, values: dict[str, object], code: str, exit_code: int
) -> None:
    (check,) = check_wms(changed(settings, "wms", **values))
    assert (check.name, check.status, check.exit_code) == ("wms", "failed", exit_code)
    assert check.message.startswith(code)
    assert check.hint
    assert "wrong-s3cret" not in check.message + check.hint


def test_unknown_entity_fails_and_others_are_checked(settings: Settings) -> None:
    checks = by_name(check_wms(changed(settings, "pipeline", entities=("order_hdr", "ordr_dtl"))))
    assert checks["entity ordr_dtl"].status == "failed"
    assert "order_dtl" in checks["entity ordr_dtl"].message
    assert checks["entities"].message == "1 of 2 configured entities can be read"


def test_duckdb_file_in_use_reports_process_id(settings: Settings) -> None:
    path = settings.target.duckdb_path
    path.parent.mkdir()
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        (check,) = check_target(settings)
        holder.communicate()
    assert (check.status, check.exit_code) == ("failed", 30)
    assert f"pid={holder.pid}" in check.message


def test_check_target_leaves_only_run_tables(settings: Settings) -> None:
    assert {check.status for check in (*check_target(settings), *check_target(settings))} == {"ok"}
    with open_warehouse(settings) as target:
        rows = target.fetch("select table_name from information_schema.tables order by table_name")
    assert [name for (name,) in rows] == sorted(spec.name for spec in RUN_TABLES)


def test_check_dbt_outside_checkout_uses_installed_project(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(settings.target.duckdb_path.parents[1])
    with open_warehouse(settings):
        pass
    (check,) = check_dbt(settings)
    assert check.status == "ok"


def test_check_dbt_without_own_project_names_its_directory(settings: Settings, tmp_path: Path) -> None:
    (check,) = check_dbt(changed(settings, "target", dbt_project_dir=tmp_path / "none"))
    assert (check.status, check.exit_code) == ("failed", 10)
    assert "GRUPONOS_TARGET__DBT_PROJECT_DIR" in check.hint


def test_check_dbt_with_unusable_profile_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = "wms_elt: {target: duckdb, outputs: {duckdb: {type: duckdb, schema: wms, path: /proc/none/x.duckdb}}}"
    (tmp_path / "profiles.yml").write_text(profile)
    settings = changed(settings, "target", dbt_profiles_dir=tmp_path)
    monkeypatch.chdir(ROOT)
    (check,) = check_dbt(settings)
    assert (check.status, check.exit_code) == ("failed", 30)
    assert "profile" in check.message + check.hint


def test_profile_of_earlier_release_gives_warning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = (ROOT / "profiles.yml.example").read_text()
    (tmp_path / "profiles.yml").write_text(example.replace("disabled_optimizers: build_side_probe_side", ""))
    settings = changed(settings, "target", dbt_profiles_dir=tmp_path)
    monkeypatch.chdir(ROOT)
    with open_warehouse(settings):
        pass
    checks = by_name(check_dbt(settings))
    assert {name: check.status for name, check in checks.items()} == {"dbt": "ok", "profile": "warn"}
    assert "disabled_optimizers" in checks["profile"].hint


def test_optimizer_option_is_valid_for_database_or_connection() -> None:
    given = {"disabled_optimizers": "build_side_probe_side"}
    assert not is_outdated({"type": "duckdb", "config_options": given})
    assert not is_outdated({"type": "duckdb", "settings": given, "config_options": {}})
    assert is_outdated({"type": "duckdb", "settings": {}, "config_options": None})
    assert not is_outdated({"type": "oracle"})


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(("free", "status"), [(10**8, "failed"), (10**9, "warn"), (10**10, "ok")])
def test_disk_space_status_follows_free_bytes(
    settings: Settings, free: int, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: Usage(10**12, 0, free))
    (check,) = check_disk(settings)
    assert check.status == status
    assert bool(check.hint) == (status != "ok")


def test_uncreatable_work_directory_fails(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "work").write_text("a file in the way")
    (check,) = check_disk(settings)
    assert (check.name, check.status, check.exit_code) == ("work directory", "failed", 10)


def test_check_disk_covers_work_and_duckdb_directories(settings: Settings) -> None:
    settings.target.duckdb_path.parent.mkdir()
    assert len(list(check_disk(settings))) == 2
    shutil.rmtree(settings.target.duckdb_path.parent)


def test_doctor_prints_checks_and_exits_with_first_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from loader.cli.main import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRUPONOS_WMS__BASE_URL", "http://127.0.0.1:9/sim")
    monkeypatch.setenv("GRUPONOS_WMS__USERNAME", "u")
    monkeypatch.setenv("GRUPONOS_WMS__PASSWORD", "tops3cret")
    assert run(["doctor"]) == 20
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == [
        "ok",
        "ok",
        "ok",
        "failed",
        "ok",
        "ok",
        "ok",
        "ok",
        "ok",
    ]
    assert "tops3cret" not in out


@pytest.mark.parametrize(("missing", "status"), [((), "ok"), (("order_hdr",), "warn")])
def test_doctor_refers_to_the_discovery(settings: Settings, missing: tuple[str, ...], status: str) -> None:
    source = configured_source(settings)
    entities = [
        EntityFacts(name=name, is_listed=True, readable="no" if name in missing else "yes", is_configured=True)
        for name in settings.pipeline.all_entities
    ]
    found = Discovery(
        source_kind=source.kind,
        source=source.identity,
        discovered_at=datetime(2026, 5, 4, tzinfo=UTC),
        release="1",
        requests=1,
        limit=1,
        seconds=1,
        schema_from="describe",
        entities=tuple(entities),
    )
    write_discovery(settings, found)
    check = by_name(check_wms(settings))["discovery"]
    assert check.status == status
    assert check.message.startswith("discovered on 2026-05-04 by release 1")
    assert ("discovery.html" in check.hint) == bool(missing)
