"""The GitHub workflows are valid and run only what the Makefile defines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.oracle.make_user import DOCUMENT, statements

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    content = yaml.safe_load(path.read_text())
    found: dict[str, dict[str, Any]] = content["jobs"]
    return found


def commands(path: Path) -> Iterator[str]:
    for job in jobs(path).values():
        for step in job["steps"]:
            yield from step.get("run", "").splitlines()


def test_pull_request_workflow_has_real_oracle_job() -> None:
    found = jobs(ROOT / ".github" / "workflows" / "ci.yml")
    assert {"fast", "test", "all", "orchestration", "build", "slim", "oracle", "soak"} <= set(found)
    assert "oracle" in found["oracle"]["services"]
    assert any("make test-oracle" in step.get("run", "") for step in found["oracle"]["steps"])


def test_pull_request_is_compared_with_manifest_from_main() -> None:
    found = jobs(ROOT / ".github" / "workflows" / "ci.yml")
    [save] = [step for step in found["build"]["steps"] if step.get("uses", "").startswith("actions/cache/save@")]
    [load] = [step for step in found["slim"]["steps"] if step.get("uses", "").startswith("actions/cache/restore@")]
    # a pull request that stored its own manifest would be compared with itself
    assert save["if"] == "github.event_name != 'pull_request'"
    assert found["slim"]["if"] == "github.event_name == 'pull_request'"
    assert save["with"]["path"] == load["with"]["path"]
    assert save["with"]["key"].startswith(load["with"]["restore-keys"])
    [build] = [step["run"] for step in found["slim"]["steps"] if "dbt build" in step.get("run", "")]
    # dbt reads the path from its project
    assert f"--select state:modified+ --state ../{load['with']['path']}" in build


def test_orchestrator_job_installs_airflow() -> None:
    steps = jobs(ROOT / ".github" / "workflows" / "ci.yml")["orchestration"]["steps"]
    assert "make test-airflow" in [step.get("run") for step in steps]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_make_targets_in_workflows_exist(path: Path) -> None:
    named = {match for command in commands(path) for match in re.findall(r"\bmake ([a-z-]+)", command)}
    assert named
    assert named <= TARGETS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_module_named_exists(path: Path) -> None:
    for command in commands(path):
        for module in re.findall(r"python -m (tests[\w.]+)", command):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_read_only_with_job_timeouts(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    # YAML 1.1 reads the key `on` as true
    assert set(content[True]) >= {"push", "pull_request", "schedule"}
    assert content["permissions"] == {"contents": "read"}
    for name, job in jobs(path).items():
        assert job["timeout-minutes"] <= (350 if name == "all" else 120), name
        assert all(re.search(r"@v\d+$", step["uses"]) for step in job["steps"] if "uses" in step), name
    assert "secrets." not in path.read_text()


def test_suite_user_has_exactly_documented_grants() -> None:
    made = statements(DOCUMENT.read_text(), "somebody", "hidden")
    assert made[0].startswith('create user somebody identified by "hidden"')
    assert [text for text in made if text.startswith("grant")] == [
        "grant create session to somebody",
        "grant create table to somebody",
        "grant create view to somebody",
    ]
