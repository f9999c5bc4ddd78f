"""The wheel in an environment of its own: from `wms-elt init` to marts, then an upgrade to the next release.

Takes minutes and needs PyPI, so it runs in `make test-all` and in a job of CI.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.wheel.built import ROOT, wheel

pytestmark = pytest.mark.exhaustive

UV = Path(sys.executable).with_name("uv")
NEXT = "0.2.0"
HISTORY = "select count(*) from wms.order_hdr_history"
OWN_RULE = "order_number_starts_with_letter"
SEVERITIES = f"  rule_severities: {{order_hdr: {{currency_known: 'off', {OWN_RULE}: warn}}}}"


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel, and the directory that `wms-elt init` wrote."""

    home: Path

    @property
    def site(self) -> Path:
        return self.home / "site"

    @property
    def bin(self) -> Path:
        return self.home / "venv" / "bin"

    def run(self, *command: str | Path, place: Path | None = None) -> str:
        """Run a command with nothing of this checkout in its environment; fail if it fails."""
        done = subprocess.run(
            [str(word) for word in command],
            cwd=place or self.site,
            env={
                "PATH": f"{self.bin}:/usr/bin:/bin",
                "HOME": str(self.home),
                "GRUPONOS_WMS__SIMULATOR_SCALE": "1000",
                "GRUPONOS_WMS__SIMULATOR_DAYS": "3",
            },
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def install(self, path: Path, extras: str = "") -> None:
        locked = self.home / "constraints.txt"
        export = ["export", "--quiet", "--locked", "--no-dev", "--all-extras", "--no-emit-project", "--no-hashes"]
        subprocess.run([UV, *export, "--output-file", locked], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        python = ["--python", self.bin / "python"]
        command = [UV, "pip", "install", "--quiet", *python, "--constraint", locked, f"{path}{extras}"]
        subprocess.run(command, check=True, env=os.environ | {"VIRTUAL_ENV": str(self.home / "venv")})

    def rows(self, query: str) -> list[list[object]]:
        connect = "duckdb.connect('target/warehouse.duckdb', read_only=True)"
        code = f"import duckdb, json; print(json.dumps({connect}.sql({query!r}).fetchall()))"
        found: list[list[object]] = json.loads(self.run(self.bin / "python", "-c", code))
        return found

    def files(self) -> dict[Path, bytes]:
        """Files of the user in the directory: not those of runs, and not the links."""
        written = (self.site / "target", self.site / "dbt" / "dbt_packages", self.site / "dbt" / "wms_elt")
        paths = (path for path in self.site.rglob("*") if not any(path.is_relative_to(place) for place in written))
        return {path: path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    found = Installation(tmp_path_factory.mktemp("installation"))
    subprocess.run([sys.executable, "-m", "venv", found.home / "venv"], check=True)
    found.install(wheel(), "[simulator]")
    found.run("wms-elt", "init", "site", "--name", "acme_wms", place=found.home)
    # modules of the user with the name of our folder
    (found.site / "loader.py").write_text("raise ImportError('this is no package of wms-elt')\n")
    project = found.site / "dbt" / "dbt_project.yml"
    project.write_text(project.read_text().replace("  rule_severities: {}", SEVERITIES))
    found.run("wms-elt", "elt")
    return found


def test_packages_fit_together_and_none_is_called_loader(installation: Installation) -> None:
    assert "No broken requirements found" in installation.run("pip", "check")
    code = "import importlib.util; print(importlib.util.find_spec('loader'))"
    assert installation.run("python", "-c", code, place=installation.home).strip() == "None"


def test_installed_wheel_loads_and_builds_to_marts(installation: Installation) -> None:
    [[orders], [own]] = installation.rows(
        "select count(*) from wms.orders where is_open = 1 union all "
        "select sum(order_count) from wms.open_orders_by_customer"
    )
    assert orders == own
    assert orders


def test_own_rule_and_severity_apply(installation: Installation) -> None:
    found = installation.rows(
        f"select rule, severity from wms.business_rules where rule in ('currency_known', '{OWN_RULE}') order by 1"
    )
    assert found == [["currency_known", "off"], [OWN_RULE, "warn"]]


def test_runs_write_nothing_into_the_package(installation: Installation) -> None:
    [record] = (installation.home / "venv" / "lib").glob("python*/site-packages/wms_elt-*.dist-info/RECORD")
    recorded = {line.partition(",")[0] for line in record.read_text().splitlines()}
    package = record.parent.parent / "wms_elt"
    paths = {path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.relative_to(package.parent).as_posix() for path in paths} <= recorded


def test_makefile_and_python_examples_work(installation: Installation) -> None:
    assert "All is well" in installation.run("make", "status")
    assert "dbt" in installation.run("make", "doctor")
    code = "from wms_elt import load_settings, run_load; print(run_load(load_settings()).exit_code)"
    (installation.site / "loader.py").unlink(missing_ok=True)
    assert installation.run("python", "-c", code).strip() == "0"


def test_own_entity_becomes_a_table(installation: Installation) -> None:
    installation.run("wms-elt", "generate-staging", "location_type")
    assert (installation.site / "dbt" / "models" / "staging" / "wms" / "stg_wms__location_type.sql").is_file()
    settings = installation.site / ".env"
    settings.write_text(f"{settings.read_text()}\nGRUPONOS_PIPELINE__EXTRA_ENTITIES=location_type\n")
    installation.run("wms-elt", "elt")
    assert installation.rows("select count(*) > 0 from wms.stg_wms__location_type") == [[True]]


def test_upgrade_changes_the_package_and_no_file_of_the_user(installation: Installation, tmp_path: Path) -> None:
    before, [[rows]] = installation.files(), installation.rows(HISTORY)
    installation.install(_next_release(tmp_path))
    report = installation.run("wms-elt", "elt", "--json")
    assert f'"release": "{NEXT}"' in report or f'"release":"{NEXT}"' in report
    assert installation.rows("select answer from wms.added_by_the_next_release") == [[42]]
    assert installation.files() == before
    # the histories go on, and what is the user's still applies
    [[now]] = installation.rows(HISTORY)
    assert int(str(now)) >= int(str(rows)) > 0
    test_own_rule_and_severity_apply(installation)
    test_installed_wheel_loads_and_builds_to_marts(installation)


def _next_release(folder: Path) -> Path:
    """Build a wheel of a later version with one more mart."""
    for name in ("loader", "dbt_project"):
        ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "profiles.yml.example"):
        shutil.copy(ROOT / name, folder / name)
    versions = (("pyproject.toml", r'^version = ".*"'), ("dbt_project/dbt_project.yml", r'^version: ".*"'))
    for name, pattern in versions:
        text = (folder / name).read_text()
        line = re.search(pattern, text, re.MULTILINE)
        assert line
        (folder / name).write_text(text.replace(line[0], re.sub(r'".*"', f'"{NEXT}"', line[0]), 1))
    model = folder / "dbt_project" / "models" / "marts" / "core" / "added_by_the_next_release.sql"
    model.write_text("select 42 as answer")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder / "dist", folder], check=True)
    [path] = (folder / "dist").glob("*.whl")
    return path
