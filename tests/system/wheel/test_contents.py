"""What the wheel contains: the package under its own name, and the dbt project."""

from __future__ import annotations

import ast
import tomllib
import zipfile
from collections.abc import Iterator

import pytest
import yaml

from loader.hatch_build import with_package_name
from tests.system.wheel.built import ROOT, wheel

LARGEST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def archive() -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(wheel()) as opened:
        yield opened


@pytest.fixture(scope="module")
def names(archive: zipfile.ZipFile) -> set[str]:
    return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_wheel_installs_one_package_of_its_own_name(names: set[str], archive: zipfile.ZipFile) -> None:
    assert {name.partition("/")[0] for name in names} == {"wms_elt"}
    [scripts] = [archive.read(name).decode() for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "wms-elt = wms_elt.cli:main" in scripts
    assert wheel().stat().st_size < LARGEST_BYTES


def test_wheel_has_every_committed_file_of_package_and_project(names: set[str]) -> None:
    committed = {
        path.relative_to(ROOT / "loader").as_posix()
        for path in (ROOT / "loader").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    } - {"hatch_build.py"}
    project = {"dbt_project.yml", "selectors.yml", "seeds/_seeds.yml", "macros/_macros.yml"}
    assert {name.removeprefix("wms_elt/") for name in names} >= committed
    assert {f"wms_elt/dbt_project/{name}" for name in project} | {"wms_elt/profiles.yml.example"} <= names
    models = {path.relative_to(ROOT).as_posix() for path in (ROOT / "dbt_project" / "models").rglob("*.*")}
    guides = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {f"wms_elt/{name}" for name in models | guides} <= names


def test_wheel_has_no_files_of_tests_runs_and_tools(names: set[str]) -> None:
    unwanted = ("target/", "logs/", "__pycache__", ".user.yml", ".pyc", "hatch_build", "tests/unit")
    assert [name for name in sorted(names) if any(word in name for word in unwanted)] == []


def test_modules_import_the_package_by_its_installed_name(names: set[str], archive: zipfile.ZipFile) -> None:
    modules = 0
    for name in sorted(name for name in names if name.endswith(".py")):
        tree = ast.parse(archive.read(name))
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not [module for module in imported if module.partition(".")[0] in {"loader", "tests"}], name
        modules += 1
    assert modules > 300


def test_import_of_the_package_as_a_name_is_refused() -> None:
    assert with_package_name("from loader.x import y\n") == "from wms_elt.x import y\n"
    with pytest.raises(ValueError, match="import wms_elt"):
        with_package_name("def f():\n    import loader.settings\n")


def test_versions_of_distribution_and_dbt_project_agree() -> None:
    # dbt parses an upgraded package again when its version changes
    released = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())["version"] == released
