"""No variable that dlt or dbt knows changes a run: both see exactly what we decide."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import dlt
import pytest
from dbt.cli.main import cli
from dlt.common.configuration.container import Container
from dlt.common.configuration.resolve import resolve_configuration
from dlt.common.configuration.specs import BaseConfiguration
from dlt.common.configuration.specs.base_configuration import ContainerInjectableContext
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from dlt.load.configuration import LoaderConfiguration

from loader.dbt import DbtProject
from loader.environment import ORACLE_CLIENT, SYSTEM, exact_environment
from loader.pipeline.dlt_settings import DLT_SETTINGS, own_dlt
from loader.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
PROJECT_FILES = [ROOT / "dbt_project" / "dbt_project.yml", ROOT / "profiles.yml.example"]
OURS = {"DBT_TARGET_PATH", "DBT_SEND_ANONYMOUS_USAGE_STATS"}


def specs() -> list[type[BaseConfiguration]]:
    """Every configuration that dlt has loaded, hence any that a pipeline resolves while it runs."""
    found: dict[type[BaseConfiguration], None] = {}
    waiting: list[type[BaseConfiguration]] = [BaseConfiguration]
    while waiting:
        spec = waiting.pop()
        waiting += spec.__subclasses__()
        if not issubclass(spec, ContainerInjectableContext) and dataclasses.is_dataclass(spec):
            found[spec] = None
    return list(found)


def names_dlt_reads() -> list[str]:
    """Every field of those configurations as variables, with its section and without."""
    found = []
    for spec in specs():
        section = getattr(spec, "__section__", None)
        for field in dataclasses.fields(spec):
            name = field.name.upper()
            found += [name] + ([f"{section}__{name}".upper()] if section else [])
    return sorted(set(found))


FOREIGN_DLT = {
    "DEV_MODE": "true",
    "PROGRESS": "enlighten",
    "PIPELINES_DIR": "/nowhere",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    "NORMALIZE__LOADER_FILE_FORMAT": "jsonl",
    "SOURCES__MAX_TABLE_NESTING": "1",
    "SOURCES__WMS__SCHEMA_CONTRACT": "freeze",
    "SCHEMA__NAMING": "direct",
    "DESTINATION__DUCKDB__CREDENTIALS": "/nowhere/x.duckdb",
    "DESTINATION__LANDING_DUCKDB__CREATE_INDEXES": "true",
    "LOAD__WORKERS": "20",
    "LOAD__RAISE_ON_FAILED_JOBS": "false",
    "RUNTIME__LOG_LEVEL": "DEBUG",
    "RUNTIME__SENTRY_DSN": "https://x@127.0.0.1:9/1",
    "RUNTIME__DLTHUB_TELEMETRY": "true",
    "DATA_WRITER__DISABLE_COMPRESSION": "true",
    "DLT_DATA_DIR": "/nowhere",
    "DLT_PROJECT_DIR": "/nowhere",
    "DLT_INTERVAL_START": "2020-01-01T00:00:00Z",
    "WMS__DESTINATION__DUCKDB__CREDENTIALS": "/nowhere/y.duckdb",
}


def resolved() -> dict[str, str]:
    """What each comes to; those that need a value that nobody gives come to their error."""
    found = {}
    for spec in specs():
        try:
            values = repr(sorted(dict(resolve_configuration(spec(), sections=(), accept_partial=True)).items()))
        except Exception as error:
            values = type(error).__name__
        found[f"{spec.__module__}.{spec.__qualname__}"] = re.sub(r" at 0x\w+", "", values)
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_names_that_dlt_reads_are_found() -> None:
    assert {"DEV_MODE", "WORKERS", "RAISE_ON_FAILED_JOBS", "RUNTIME__LOG_LEVEL"} <= set(names_dlt_reads())
    assert len(names_dlt_reads()) > 50


def test_no_variable_changes_what_dlt_resolves(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_dlt(4, here):
        before = resolved()
    for name in names_dlt_reads():
        monkeypatch.setenv(name, "7")
    for name, value in FOREIGN_DLT.items():
        monkeypatch.setenv(name, value)
    with own_dlt(4, here):
        assert resolved() == before
        assert not [name for name in os.environ if name.startswith("DLT_")]


@pytest.mark.parametrize("place", ["working directory", "home"])
def test_no_settings_file_of_dlt_is_read(here: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    with own_dlt(4, here):
        before = resolved()
    home = here / "home"
    monkeypatch.setenv("HOME", str(home))
    directory = (here if place == "working directory" else home) / ".dlt"
    directory.mkdir(parents=True)
    (directory / "config.toml").write_text("[runtime]\nlog_level = 'DEBUG'\n[load]\nworkers = 20\n")
    # one that cannot be parsed would stop dlt
    (directory / "secrets.toml").write_text("= [[[")
    with own_dlt(4, here):
        assert resolved() == before


def test_dlt_is_as_before_for_other_pipelines_of_the_process(here: Path) -> None:
    container = Container()
    own = PluggableRunContext in container and container[PluggableRunContext]
    with own_dlt(4, here):
        assert container[PluggableRunContext].providers.providers[0].name == "wms-elt"
    assert (PluggableRunContext in container and container[PluggableRunContext]) == own


def test_what_we_decide_reaches_dlt(here: Path) -> None:
    with own_dlt(3, here):
        loader = resolve_configuration(LoaderConfiguration(), sections=("load",), accept_partial=True)
        assert (loader.workers, loader.raise_on_failed_jobs) == (1, True)
        assert DLT_SETTINGS["SCHEMA__NAMING"] == "loader.pipeline.naming"
        pipeline = dlt.pipeline("wms", pipelines_dir=str(here / "dlt"))
        assert not pipeline.dev_mode


def variables_of_dbt() -> list[str]:
    """Every variable of every option of every command of dbt."""
    found: set[str] = set()

    def walk(command: click.Command) -> Iterator[click.Parameter]:
        yield from command.params
        for inner in getattr(command, "commands", {}).values():
            yield from walk(inner)

    for option in walk(cli):
        names = option.envvar if isinstance(option.envvar, list) else [option.envvar]
        found |= {name for name in names if isinstance(name, str)}
    return sorted(found)


OTHERS = ["DBT_ENGINE_TARGET", "DBT_MACRO_DEBUGGING", "DBT_PP_TEST", "DBT_RECORDER_MODE", "DBT_ENV_CUSTOM_ENV_X"]
OTHERS += ["CONFIG_DIR", "WALLET_LOCATION", "RETRY_COUNT", "ORA_PYTHON_DRIVER_TYPE", "HTTPS_PROXY", "DBT_SELECT"]


def test_variables_of_dbt_are_found() -> None:
    assert {"DBT_TARGET", "DBT_PROFILE", "DBT_WARN_ERROR", "DBT_ENGINE_STATE", "DBT_FULL_REFRESH"} <= {
        *variables_of_dbt()
    }


def test_dbt_sees_our_variables_and_no_others(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings({}, None)
    project = DbtProject(settings, root=ROOT)
    with project.environment():
        before = dict(os.environ)
    for name in (*variables_of_dbt(), *OTHERS):
        monkeypatch.setenv(name, "true")
    with project.environment():
        seen = dict(os.environ)
    assert {name for name in seen if name.startswith("DBT_")} == {name for name in before if name.startswith("DBT_")}
    assert {name: seen.get(name) for name in before if name not in SYSTEM} == {
        name: value for name, value in before.items() if name not in SYSTEM
    }
    assert set(seen) - set(before) <= {"ORA_PYTHON_DRIVER_TYPE"}
    assert seen["ORA_PYTHON_DRIVER_TYPE"] == "thin"


def test_variables_of_our_project_reach_dbt(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(path.read_text() for path in PROJECT_FILES)
    names = set(re.findall(r"env_var\('(\w+)'", text)) - set(load_settings({}, None).dbt_environment()) - OURS
    assert "DBT_ORACLE_PARALLEL" in names
    for name in names:
        monkeypatch.setenv(name, "chosen")
    with DbtProject(Settings(), root=ROOT).environment():
        assert {os.environ.get(name) for name in names} == {"chosen"}


def test_environment_is_restored_and_never_lacks_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREIGN", "x")
    monkeypatch.setenv("DECIDED", "before")
    before = dict(os.environ)
    with exact_environment({"DECIDED": "1", "NEW": "2"}, ORACLE_CLIENT):
        inside: dict[str, Any] = dict(os.environ)
        assert (inside["DECIDED"], inside["NEW"], inside.get("FOREIGN")) == ("1", "2", None)
        assert inside["PATH"] == before["PATH"]
    assert dict(os.environ) == before
