"""Checks the Dockerfile without building it: its instructions match the repository, and the copied files run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.system.cli.conftest import clean_environment

__all__ = ["clean_environment"]

ROOT = Path(__file__).parents[3]
Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    text = (ROOT / "docs" / "docker" / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def stages() -> list[list[Instruction]]:
    found: list[list[Instruction]] = []
    for instruction in instructions():
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def copied(stage: list[Instruction]) -> list[tuple[list[str], str]]:
    """Return the sources in the build context and their destinations."""
    words = [rest.split() for word, rest in stage if word == "COPY" and not rest.startswith("--from")]
    return [(sources, place) for *sources, place in words]


def of(word: str, stage: list[Instruction]) -> list[str]:
    return [rest for name, rest in stage if name == word]


def test_only_known_instructions_are_used() -> None:
    known = {"FROM", "WORKDIR", "ENV", "RUN", "COPY", "VOLUME", "USER", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {word for word, _ in instructions()} <= known
    assert len(stages()) == 2


def test_both_stages_use_same_pinned_supported_python() -> None:
    images = {rest.split()[0] for stage in stages() for rest in of("FROM", stage)}
    assert len(images) == 1
    pinned = re.fullmatch(r"python:3\.(\d+)-slim-[a-z]+", images.pop())
    assert pinned
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert wanted == ">=3.11,<3.14"
    assert 11 <= int(pinned[1]) <= 13


def test_copied_sources_exist_and_are_not_ignored() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_through = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    sources = {source for stage in stages() for group, _ in copied(stage) for source in group}
    assert all((ROOT / source).exists() for source in sources)
    assert sources == let_through


def test_environment_is_locked_without_test_dependencies() -> None:
    [build, _] = stages()
    runs = of("RUN", build)
    pin = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert pin
    assert any(f"uv=={pin[1]}" in run for run in runs)
    syncs = [run.split() for run in runs if run.startswith("uv sync")]
    assert len(syncs) == 2
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for words in syncs:
        assert {"--locked", "--no-dev"} <= set(words)
        assert words[words.index("--extra") + 1] in extras
    # an environment can't be moved: its scripts contain the path where it was created
    assert {place for stage in stages() for place in of("WORKDIR", stage)} == {"/opt/wms-elt"}


def test_uv_options_are_valid() -> None:
    [build, _] = stages()
    uv = str(Path(sys.executable).with_name("uv"))
    output = subprocess.run([uv, "sync", "--help"], capture_output=True, text=True, check=True).stdout
    used = {word for run in of("RUN", build) if run.startswith("uv sync") for word in run.split() if word[0] == "-"}
    assert "--no-install-project" in used
    assert [word for word in sorted(used) if f"{word} " not in output and f"{word}\n" not in output] == []


def test_container_runs_as_unprivileged_user() -> None:
    final = stages()[-1]
    [user] = of("USER", final)
    words = [word for word, _ in final]
    assert user.isdigit()
    assert int(user) > 0
    assert "RUN" not in words[words.index("USER") :]
    assert any(f"--uid {user} " in run for run in of("RUN", final))


def test_instructions_contain_no_secrets_or_settings() -> None:
    text = (ROOT / "docs" / "docker" / "Dockerfile").read_text()
    assert "GRUPONOS_" not in text
    assert not re.search(r"(?i)password|token|secret", text)


@pytest.fixture
def image(clean_environment: Path) -> Path:
    """Create the files of the final stage at their paths in the image."""
    place = clean_environment / "image"
    place.mkdir()
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith(("dbt", "**/"))]

    def skip(directory: str, names: list[str]) -> set[str]:
        inside = Path(directory).relative_to(ROOT)
        return {
            name
            for name in names
            if any(fnmatch(str(inside / name), rule) or fnmatch(f"x/{name}", rule) for rule in ignored)
        }

    for sources, where in copied(stages()[-1]):
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place / where, ignore=skip)
            else:
                shutil.copy(ROOT / source, place / where)
    (place / "target").mkdir(exist_ok=True)
    return place


def wms_elt(image: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the entry point with the copied code: the working directory comes first on the path."""
    program = "import loader.cli, sys; assert 'image' in loader.cli.__file__; loader.cli.main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-B", "-c", program, *arguments],
        cwd=image,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(image),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GRUPONOS_WMS__SIMULATOR_SCALE": "1000",
            "GRUPONOS_WMS__SIMULATOR_DAYS": "3",
        },
    )


@pytest.mark.exhaustive
def test_copied_files_suffice_and_only_two_folders_are_written(image: Path) -> None:
    [entry], [health] = of("ENTRYPOINT", stages()[-1]), of("HEALTHCHECK", stages()[-1])
    assert json.loads(entry) == ["wms-elt"]
    checked = json.loads(health.partition("CMD ")[2])
    assert checked[0] == "wms-elt"
    before = {path for path in image.rglob("*") if path.is_file()}
    # before the first run there is nothing to report as unhealthy
    assert wms_elt(image, *checked[1:]).returncode == 0
    done = wms_elt(image, "load")
    assert done.returncode == 0, done.stderr
    assert wms_elt(image, *checked[1:]).returncode == 0
    parsed = wms_elt(image, "dbt", "--select", "stg_wms__wave")
    assert parsed.returncode == 0, parsed.stdout
    written = {path for path in image.rglob("*") if path.is_file()} - before
    inside = [image / "target", image / "dbt_project" / "target"]
    assert [path for path in written if not any(path.is_relative_to(place) for place in inside)] == []


def test_unreachable_target_makes_container_unhealthy(image: Path) -> None:
    [health] = of("HEALTHCHECK", stages()[-1])
    (image / "target" / "warehouse.duckdb").write_text("this is no database")
    assert wms_elt(image, *json.loads(health.partition("CMD ")[2])[1:]).returncode == 30
