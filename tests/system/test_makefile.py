from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z-]+):.*?## (.+)$", MAKEFILE, re.MULTILINE)
PROMISED = {"help", "setup", "doctor", "sim", "load", "dbt", "elt", "full", "test", "docs", "lint", "bench", "clean"}


def make(*arguments: str, directory: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=directory, capture_output=True, text=True, timeout=1200, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Create a fresh clone without an environment, as make sees it."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_documented_targets_exist_and_none_is_hidden() -> None:
    names = {name for name, _ in TARGETS}
    assert names >= PROMISED
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == names
    assert set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) == names


@pytest.mark.parametrize("name", [name for name, _ in TARGETS])
def test_readme_describes_every_target(name: str) -> None:
    assert f"| `make {name}` |" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_help_lists_every_target_with_its_purpose(arguments: tuple[str, ...]) -> None:
    done = make(*arguments)
    assert done.returncode == 0
    assert re.findall(r"^  make ([a-z-]+) +(.+)$", done.stdout, re.MULTILINE) == TARGETS


def test_readme_lists_every_target() -> None:
    readme = (ROOT / "README.md").read_text()
    if not readme:
        pytest.skip("the README is not written yet")
    assert [name for name, _ in TARGETS if f"make {name}" not in readme] == []


@pytest.mark.parametrize("name", [name for name, _ in TARGETS if name not in {"help", "clean"}])
def test_every_target_installs_locked_environment_first(name: str, checkout: Path) -> None:
    lines = make("--dry-run", name, directory=checkout).stdout
    assert "-m venv .venv" in lines
    assert "uv sync --locked --inexact" in lines
    commands = re.findall(r"\.venv/bin/wms-elt (\w+)", lines)
    assert commands in ([], [name])


NO_DEV = "--no-dev --extra simulator"


@pytest.mark.parametrize(("name", "syncs"), [("elt", [NO_DEV]), ("test", [NO_DEV, ""])])
def test_only_test_targets_install_test_dependencies(name: str, syncs: list[str], checkout: Path) -> None:
    lines = make("--dry-run", name, directory=checkout).stdout
    assert re.findall(r"uv sync --locked --inexact --quiet --compile-bytecode ?(.*)", lines) == syncs


def test_current_environment_is_not_reinstalled(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".synced").touch()
    assert "uv" not in make("--dry-run", "elt", directory=checkout).stdout
    later = (checkout / ".venv" / ".synced").stat().st_mtime + 10
    os.utime(checkout / "uv.lock", (later, later))
    assert "uv sync" in make("--dry-run", "elt", directory=checkout).stdout


@pytest.mark.parametrize("version", ["3.9.18", "2.7.18", "3.14.0"])
def test_unsupported_python_error_has_hint(version: str, checkout: Path) -> None:
    python = checkout / "python"
    python.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "Python {version}"\nexit 1\n')
    python.chmod(0o755)
    done = make("elt", f"PYTHON={python}", directory=checkout)
    assert done.returncode != 0
    assert f"is Python {version}." in done.stderr
    assert "make setup PYTHON=" in done.stderr
    assert not (checkout / ".venv").exists()


def test_uv_pin_is_full_version() -> None:
    assert re.search(r"^UV_VERSION := \d+\.\d+\.\d+$", MAKEFILE, re.MULTILINE)


def test_clean_removes_only_run_output(checkout: Path) -> None:
    for name in ("target/runs", "dbt_project/target", "dbt_project/models", ".venv", ".hypothesis"):
        (checkout / name).mkdir(parents=True)
    (checkout / ".env").touch()
    assert make("clean", directory=checkout).returncode == 0
    left = {path.name for path in checkout.iterdir()}
    assert left == {"Makefile", "pyproject.toml", "uv.lock", "dbt_project", ".venv", ".env"}
    assert [path.name for path in (checkout / "dbt_project").iterdir()] == ["models"]


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert "make test" in script.read_text()
    assert script.stat().st_mode & 0o111


@pytest.fixture
def recorded(checkout: Path) -> Path:
    """Create a checkout whose commands record their arguments, separated by NUL."""
    directory = checkout / ".venv" / "bin"
    directory.mkdir(parents=True)
    for name in ("wms-elt", "pytest"):
        (directory / name).write_text("#!/bin/sh\nprintf '%s\\0' \"$@\" > arguments\n")
        (directory / name).chmod(0o755)
    (directory / "python").symlink_to(sys.executable)
    for stamp in (".synced", ".synced-dev"):
        (checkout / ".venv" / stamp).touch()
    return checkout


HOSTILE = [
    'a"; touch x; echo "',
    "a'; touch x; echo '",
    "$(touch x)",
    "$(shell touch x)",
    "${shell touch x}",
    "`touch x`",
    "a && touch x",
    "a | touch x",
    "a # b",
    "--yes",
    "-rf",
    "two words",
    "café \U0001f44d",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_make_passes_value_unchanged(value: str, recorded: Path) -> None:
    done = make("backfill", f"ENTITY={value}", f"FROM={value}", f"TO={value}", directory=recorded)
    assert done.returncode == 0, done.stderr
    given = (recorded / "arguments").read_text().rstrip("\0").split("\0")
    assert given == ["backfill", "--from", value, "--to", value, "--", value]
    assert not (recorded / "x").exists()


@pytest.mark.parametrize("target", ["dbt", "sim", "bench"])
@pytest.mark.parametrize("value", ["; touch x", "$(touch x)", "$(shell touch x)", "`touch x`", "| touch x"])
def test_make_does_not_execute_args(target: str, value: str, recorded: Path) -> None:
    (recorded / "loader").mkdir()
    bench = recorded / "tests" / "bench"
    bench.mkdir(parents=True)
    bench.joinpath("__main__.py").write_text(
        "import pathlib, sys; pathlib.Path('arguments').write_text('\\0'.join(['bench', *sys.argv[1:]]))"
    )
    done = make(target, f"ARGS={value}", directory=recorded)
    assert done.returncode == 0, done.stderr
    assert (recorded / "arguments").read_text().rstrip("\0").split("\0") == [target, *value.split()]
    assert not (recorded / "x").exists()


def test_make_splits_args_like_shell(recorded: Path) -> None:
    done = make("dbt", """ARGS=--select orders+ --vars '{"a b": 1}'""", directory=recorded)
    assert done.returncode == 0, done.stderr
    assert (recorded / "arguments").read_text().rstrip("\0").split("\0") == [
        *("dbt", "--select", "orders+", "--vars", '{"a b": 1}'),
    ]
