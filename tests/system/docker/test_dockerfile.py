"""Checks the Dockerfile without Docker: its instructions match the repository, and its steps make a working image."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HOME = "/opt/wms-elt"
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
    known = {"FROM", "WORKDIR", "ARG", "ENV", "RUN", "COPY", "VOLUME", "USER", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
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


def test_packages_are_locked_without_test_dependencies() -> None:
    [build, final] = stages()
    runs = of("RUN", build)
    pin = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert pin
    assert any(f"uv=={pin[1]}" in run for run in runs)
    [export] = [run.split() for run in runs if run.startswith("uv export")]
    assert {"--locked", "--no-dev", "--no-emit-project"} <= set(export)
    [third_party, ours] = [run for run in runs if run.startswith("uv pip install")]
    assert "--require-hashes" in third_party
    assert "--no-deps" in ours
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    [chosen] = [shlex.split(rest.partition("=")[2])[0].split() for rest in of("ARG", build)]
    assert set(chosen[1::2]) <= set(extras)
    # an environment can't be moved: its scripts contain the path where it was created
    assert [rest for rest in of("COPY", final) if rest.startswith("--from")] == [f"--from=build {HOME}/venv ./venv"]


def test_uv_options_are_valid() -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    for command in ("export", "pip install", "build"):
        output = subprocess.run([uv, *command.split(), "--help"], capture_output=True, text=True, check=True).stdout
        runs = [run for run in of("RUN", stages()[0]) if run.startswith(f"uv {command} ")]
        used = {word for run in runs for word in run.split() if word[:2] == "--"}
        assert used
        assert [word for word in sorted(used) if not re.search(rf"{word}\b", output)] == []


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


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the steps of the build stage with another home directory, and make the folders of the final stage."""
    home = tmp_path_factory.mktemp("image")
    tools = home / "tools"
    subprocess.run([sys.executable, "-m", "venv", tools], check=True)
    place, environment = home, os.environ | {"PATH": f"{tools / 'bin'}:{os.environ['PATH']}"}
    environment.pop("VIRTUAL_ENV", None)
    for word, rest in stages()[0]:
        text = rest.replace(HOME, str(home))
        if word == "WORKDIR":
            place = Path(text)
            place.mkdir(parents=True)
        elif word == "ARG":
            name, _, value = text.partition("=")
            # the simulator is the WMS of this test
            environment[name] = f"{shlex.split(value)[0]} --extra simulator"
        elif word == "RUN":
            subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=place, env=environment, check=True)
        elif word == "COPY":
            *sources, target = text.split()
            for source in sources:
                _copy(ROOT / source, place / target)
    (home / "target").mkdir()
    return home


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("target", "logs", "__pycache__", ".user.yml"))
    else:
        shutil.copy(source, target)


def wms_elt(image: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [image / "venv" / "bin" / "wms-elt", *arguments],
        cwd=image,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
        env={
            "PATH": f"{image / 'venv' / 'bin'}:/usr/bin:/bin",
            "HOME": str(image),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GRUPONOS_WMS__SIMULATOR_SCALE": "1000",
            "GRUPONOS_WMS__SIMULATOR_DAYS": "3",
        },
    )


@pytest.mark.exhaustive
def test_built_image_runs_and_writes_only_its_volume(image: Path) -> None:
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
    assert [path for path in written if not path.is_relative_to(image / "target")] == []
    (image / "target" / "warehouse.duckdb").write_text("this is no database")
    assert wms_elt(image, *checked[1:]).returncode == 30
