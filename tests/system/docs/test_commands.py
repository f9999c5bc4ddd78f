"""Every command in the documents is executed in a copy of the checkout against the simulator, or has an exclusion.

With WMS_ELT_EXHAUSTIVE=1, also runs dbt commands and commands that take minutes.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.support import warm
from tests.system.docs.collect import ROOT, blocks, crontab, lines

COMMANDS = sorted({line.command for line in lines()})

LIGHT = (
    "make help",
    "cp .env.example .env",
    "chmod 600 .env",
    "make doctor",
    "make load",
    "make status",
    "wms-elt discover --no-rules",
    "make reconcile",
    "make prune",
    "wms-elt alerts",
    "wms-elt runs",
    "wms-elt runs show ID",
    "wms-elt config reference",
    "wms-elt config show",
    "wms-elt entities",
    "wms-elt load",
    "wms-elt version",
    "wms-elt --version",
    ".venv/bin/wms-elt --help",
    ".venv/bin/wms-elt entities",
)
"""The order matters: a load gives the other commands something to show."""
HEAVY = (
    'make dbt ARGS="--full-refresh --select stg_wms__order_status"',
    "wms-elt discover",
    "make elt",
    ".venv/bin/wms-elt elt",
    "wms-elt elt",
    "wms-elt elt --json",
    "wms-elt elt --all",
    "wms-elt -v elt",
    "wms-elt doctor",
    "wms-elt status",
    "wms-elt rules",
    "wms-elt export orders --to orders.xlsx",
    "wms-elt export order_lines --to order_lines.parquet",
    ".venv/bin/wms-elt rules",
    "wms-elt reconcile",
    "wms-elt reconcile --repair",
    "make reconcile REPAIR=1",
    "wms-elt alerts test",
    "make backfill",
    "make dbt",
    'make dbt ARGS="--select orders+"',
    'make dbt ARGS="--full-refresh --select orders"',
    "wms-elt dbt",
    "wms-elt dbt --select NAME",
    "wms-elt dbt --selector hot",
    "wms-elt dbt --selector wms_core",
    "wms-elt dbt --selector nightly",
    "make full",
    "make docs",
    "wms-elt docs --json",
    "wms-elt prune",
    "wms-elt prune --apply",
    "make prune APPLY=1",
    "make wheel",
    ".venv/bin/wms-elt init site",
    "make sim",
    "make lint",
    "make style",
    "make lint-sql",
    'make lint-sql ARGS="dbt_project/models/marts/kpi/kpi_daily.sql"',
    "wms-elt full",
    "wms-elt reset",
    ".venv/bin/wms-elt reset",
    "wms-elt reset --apply",
    ".venv/bin/wms-elt reset --apply",
    "make clean",
)
NOT_HERE = {
    "wms-elt rebind": "needs a second address of the same tenant: tests/system/runs/test_rebind.py",
    **dict.fromkeys(
        ("wms-elt generate-staging ENTITY...", "wms-elt generate-staging"),
        "writes into the project: tests/system/cli/test_tenant_commands.py",
    ),
    **dict.fromkeys(
        (
            *("cd /opt/wms-elt", "cd /opt/wms-elt/site", "cd /opt/wms-elt/site/schedule", "cd site"),
            *("wms-elt init", "wms-elt init DIR", "wms-elt init site"),
            *("wms-elt dbt --select open_orders_by_customer", "wms-elt generate-staging location_type"),
            'systemctl list-timers "wms-elt-*"',
            'pipx install --pip-args="--constraint constraints.txt" "wms_elt-0.1.0-py3-none-any.whl[simulator]"',
        ),
        "needs an installed wheel: tests/system/wheel",
    ),
    **dict.fromkeys(
        (
            "wms-elt reading-schema",
            "wms-elt reading-schema --schema WMS_READ --reader ANALYST >reading_schema.sql",
        ),
        "needs an Oracle target: tests/unit/marts/test_reading_schema.py",
    ),
    "wms-elt export MART --to FILE": "names no mart: tests/unit/marts/test_export.py",
    "wms-elt --install-completion": "writes into the home directory: tests/system/cli/test_commands.py",
    "make setup": "makes an environment from PyPI; tests/system/test_makefile.py holds what it does",
    "make backfill ... YES=1": "stands for a longer command: tests/system/test_makefile.py holds what YES=1 does",
    "make reference": "writes what tests/dbt/test_reference_pages.py compares",
    "make test": "is what runs this",
    "make test-fast": "is part of what runs this",
    "make coverage": "is part of what runs this, traced",
    "make test-all": "is what runs this with WMS_ELT_EXHAUSTIVE=1",
    "make soak": "takes its minutes: tests/system/soak plays a sample",
    "make soak NAMED=1": "takes an hour: tests/system/soak plays a sample",
    "make soak SECONDS=600": "takes ten minutes: tests/system/soak plays a sample",
    "make soak SECONDS=600 ARGS=--builds": "takes ten minutes: tests/system/soak/test_builds.py plays four rounds",
    "python -m tests.system.soak --seed S --scenario K": "tests/system/soak/test_documentation.py",
    "make incidents": "tests/system/incidents plays a sample",
    'make bench ARGS="--only oracle-run"': "takes minutes: tests/bench/test_statements.py",
    "make bench": "takes minutes and the whole machine: tests/bench",
    "make audit": "needs to reach api.osv.dev",
    "make test-oracle": "needs a server; without one it says so: tests/oracle/test_real_server_suite.py",
    "docker compose up --detach --wait": "needs Docker",
    "docker run --rm --hostname wms-elt-1 --env-file .env -v wms-elt:/opt/wms-elt/target wms-elt elt": "needs Docker",
    "make test-airflow": "makes an environment of Airflow from PyPI",
    ".venv/bin/pytest tests/dbt --snapshot-update": "would accept an unreviewed change",
    "WMS_ELT_EXHAUSTIVE=1 .venv/bin/pytest -n 2 --timeout 7200 tests/oracle": "takes hours: the nightly job of CI",
    **dict.fromkeys(
        (
            "GRUPONOS_PIPELINE__EXTRA_ENTITIES=location_type make load",
            ".venv/bin/wms-elt generate-staging location_type",
            'make dbt ARGS="--select stg_wms__location_type"',
            'make dbt ARGS="--full-refresh --select stg_wms__location_type"',
            'make dbt ARGS="--select int_order_hdr__rule_violations+ business_rules"',
            'make dbt ARGS="--select orders_shipped_daily"',
        ),
        "needs what its recipe adds: tests/dbt/test_contributing.py tries each recipe as written",
    ),
    "DAGSTER_HOME=/var/lib/dagster .venv/bin/dagster dev -m wms_elt.integrations.dagster.location": (
        "serves until it is stopped, with daemons of its own: tests/integration/orchestrators asserts its definitions"
    ),
}
SCANNER = "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY=osv osv-scanner scan source --offline --lockfile uv.lock"
SETTING = re.compile(r"GRUPONOS_[A-Z_]+=\S+")
PREFIXES_NOT_HERE = {
    "wms-elt rebind": "needs a second address of the same tenant: tests/system/runs/test_rebind.py",
    "export WMS_ELT_ORACLE_DSN=": "needs a server of Oracle",
    "WMS_ELT_ORACLE_SYSTEM_PASSWORD=": "needs a server of Oracle",
    SCANNER: "needs a scanner that PyPI doesn't have",
    "sudo ": "tests/system/wheel/test_install_page.py runs them with stand-ins for sudo and systemctl",
    "/opt/wms-elt/venv/bin/wms-elt -v": "tests/system/wheel/test_install_page.py runs the crontab's commands",
    "GRUPONOS_": "settings, see test_documented_settings_are_accepted",
}
SUITE = re.compile(r"(?:WMS_ELT_EXHAUSTIVE=1 )?\.venv/bin/pytest -q((?: tests/[\w./]+)+)(?: -k \w+)?")
"""Part of what runs this file."""
SLIM_CI = tuple(line.command for line in lines() if line.document == "tests.md" and "target/ci" in line.command)
SMALL = {
    "GRUPONOS_WMS__SIMULATOR_SCALE": "1000",
    "GRUPONOS_WMS__SIMULATOR_DAYS": "2",
    # a tiny warehouse has too few rows for the data quality checks of a real one
    "GRUPONOS_PIPELINE__QUALITY_ERROR": "0.5",
}


MINUTES = 12
"""Longer than `make lint` takes on a busy machine: it checks types without a cache."""


@dataclass(frozen=True)
class Copy:
    """Copy the checkout, with this one's environment and stand-ins for the operator's own values."""

    directory: Path
    hook: str

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as typed in a shell in the checkout."""
        typed = re.sub(r"^wms-elt ", f"{shlex.join(warm.command())} ", command)
        typed = typed.replace("show ID", f"show {self._last_run()}").replace("--select NAME", "--select stg_wms__item")
        if typed == "make backfill":
            typed += " ENTITY=order_hdr FROM=2026-05-01 TO=2026-05-08"
        inherited = os.environ.items()
        environment = {name: value for name, value in inherited if not name.startswith(("GRUPONOS_", "DBT_"))}
        environment |= SMALL | {"GRUPONOS_OPERATIONS__ALERT_URLS": self.hook}
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", typed],
            cwd=self.directory,
            env=environment,
            capture_output=True,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )

    def _last_run(self) -> str:
        report = self.directory / "target" / "runs" / "latest.json"
        return str(json.loads(report.read_text())["run_id"]) if report.exists() else "ID"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    directory = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)
    environment = directory / ".venv"
    environment.mkdir()
    for name in ("bin", "pyvenv.cfg"):
        (environment / name).symlink_to(ROOT / ".venv" / name)
    # newer than all other files: otherwise make rebinds this environment to the copy and rewrites its programs
    for stamp in (".synced", ".synced-dev"):
        (environment / stamp).touch()
    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request("/hook").respond_with_data("")
        yield Copy(directory, f"json://127.0.0.1:{server.port}/hook")


def test_documented_commands_are_executed_or_excluded() -> None:
    known = {*LIGHT, *HEAVY, *NOT_HERE, *SLIM_CI}
    unknown = [line for line in COMMANDS if line not in known and not line.startswith(tuple(PREFIXES_NOT_HERE))]
    assert [line for line in unknown if not SUITE.fullmatch(line)] == []
    assert [line for line in known if line not in COMMANDS] == []


def test_documented_suites_exist() -> None:
    suites = [match for command in COMMANDS if (match := SUITE.fullmatch(command))]
    assert len(suites) > 5
    assert [path for match in suites for path in match[1].split() if not (ROOT / path).exists()] == []


def test_documented_command_is_listed_once() -> None:
    every = [*LIGHT, *HEAVY, *NOT_HERE, *SLIM_CI]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("command", LIGHT)
def test_documented_command_works(command: str, copy: Copy) -> None:
    done = copy.run(command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.exhaustive
@pytest.mark.parametrize("command", HEAVY)
def test_slow_documented_command_works(command: str, copy: Copy) -> None:
    if command == "make sim":
        return serves_until_stopped(copy)
    done = copy.run(command)
    assert done.returncode == 0, done.stdout + done.stderr
    return None


@pytest.mark.exhaustive
def test_slim_ci_builds_changed_models(copy: Copy) -> None:
    assert copy.run("make elt").returncode == 0
    [block] = [block for block in blocks("bash") if "target/ci" in block]
    done = copy.run(block)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing to do" in done.stdout


def serves_until_stopped(copy: Copy) -> None:
    command = [".venv/bin/wms-elt", "sim"]
    assert "wms-elt sim" in copy.run("make --dry-run sim").stdout
    environment = os.environ | SMALL
    with subprocess.Popen(command, cwd=copy.directory, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert any("http://" in line for line in iter(child.stdout.readline, ""))
        child.send_signal(signal.SIGINT)
    assert child.returncode in (0, 130)


def test_documented_settings_are_accepted() -> None:
    from loader.settings import load_settings

    pairs = [line.command.partition("=") for line in lines() if SETTING.fullmatch(line.command)]
    here = {"GRUPONOS_TARGET__DBT_PROJECT_DIR": "dbt_project"}
    settings = load_settings({name: value for name, _, value in pairs} | here, None)
    assert settings.target.kind == "oracle"


def test_cron_lines_have_five_fields_and_enter_checkout() -> None:
    found = crontab()
    assert len(found) >= 5
    for line in found:
        limits = (59, 23, 31, 12, 7)
        numbers = [[int(number) for number in re.findall(r"\d+", field)] for field in line["when"].split()]
        assert all(number <= limit for field, limit in zip(numbers, limits, strict=True) for number in field), line[0]
        assert Path(line["place"]).is_absolute()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here; tests/unit/test_scaffold.py remains")
def test_systemd_accepts_units(tmp_path: Path) -> None:
    from loader.scaffold import create_files

    # files that systemd needs to exist, so that it checks only the units themselves
    program = tmp_path / "wms-elt"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    create_files(tmp_path / "site", "acme_wms", program)
    service = tmp_path / "site" / "schedule" / "wms-elt@.service"
    timers = sorted(service.parent.glob("*.timer"))
    # the user doesn't exist here
    service.write_text(service.read_text().replace("=wms-elt\nGroup=wms-elt", "=root\nGroup=root"))
    command = ["systemd-analyze", "verify", "--man=no", *map(str, timers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "wms-elt" in line]
    assert (done.returncode, ours) == (0, []), done.stderr
    security = ["systemd-analyze", "security", "--offline=yes", "--threshold=40", str(service)]
    exposed = subprocess.run(security, capture_output=True, text=True, check=False)
    assert exposed.returncode == 0, exposed.stdout[-300:]
