"""Results of a build: statuses, messages, warnings, progress and the log."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loader.dbt import BuildResult, DbtProject
from loader.dbt.artifacts import read_build
from loader.dbt.results import BuildProgress
from loader.errors import ConfigError
from loader.masking import register_secret
from loader.settings import Settings
from tests.integration.dbt.conftest import MakeCheckout, MakeSettings


class Nodes(list[tuple[str, str, int, int]]):
    """A listener that stores the nodes that have ended."""

    def __call__(self, progress: BuildProgress) -> None:
        if progress.name:
            self.append((progress.name, progress.status, progress.done, progress.total))


@pytest.fixture(scope="module")
def finished() -> Nodes:
    return Nodes()


@pytest.fixture(scope="module")
def built(settings: Settings, checkout: Path, finished: Nodes) -> BuildResult:
    return DbtProject(settings, finished, root=checkout).build(unit_tests=True)


def test_build_returns_status_of_each_node(built: BuildResult) -> None:
    assert {node.name: (node.kind, node.status) for node in built.nodes} == {
        "good": ("model", "skipped"),
        "good_has_an_id": ("unit_test", "failed"),
        "not_null_good_id": ("test", "skipped"),
        "twice": ("model", "ok"),
        "unique_twice_id": ("test", "failed"),
        "twice_is_unique_warned": ("test", "warn"),
        "broken": ("model", "skipped"),
        "after_broken": ("model", "skipped"),
    }


def test_only_nodes_that_ran_have_a_start_time(built: BuildResult) -> None:
    now = datetime.now(UTC)
    begun = {node.name: node.started_at for node in built.nodes if node.started_at}
    assert {"twice", "unique_twice_id"} <= set(begun)
    assert "after_broken" not in begun
    assert all(timedelta(0) < now - at < timedelta(hours=1) for at in begun.values())


def test_build_counts_and_explains_problems(built: BuildResult) -> None:
    assert (built.built("ok"), built.built("failed"), built.built("skipped")) == (1, 0, 3)
    assert (built.tested("ok"), built.tested("warn"), built.tested("failed")) == (0, 1, 2)
    problems = {node.name: node for node in built.problems}
    assert [node.status for node in built.problems] == ["failed", "failed", "warn"]
    assert problems["unique_twice_id"].failures == 1
    assert "good_has_an_id" in problems
    assert problems["good_has_an_id"].message


def test_artifacts_give_the_same_result(settings: Settings, checkout: Path, finished: Nodes) -> None:
    """An orchestrator runs dbt in another process, which leaves only artifacts."""
    built = DbtProject(settings, root=checkout).build()
    read = read_build(settings.pipeline.work_dir / "dbt" / "target")
    assert read
    built_nodes = {node.name: replace(node, said="") for node in built.nodes}
    assert {node.name: node for node in read.nodes} == built_nodes
    assert {node.status for node in read.nodes} == {"ok", "warn", "failed", "skipped"}
    assert read_build(checkout) is None


def test_failed_model_has_message_of_the_database(settings: Settings, checkout: Path) -> None:
    project = DbtProject(settings, root=checkout)
    built = project.build(["good", "broken", "after_broken"])
    by_name = {node.name: node for node in built.nodes}
    assert by_name["good"].status == "ok"
    assert by_name["broken"].status == "failed"
    assert "nope" in by_name["broken"].message
    assert by_name["after_broken"].status == "skipped"


def test_project_warning_is_assigned_to_its_node(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    """dbt's event doesn't name the node, and two threads run nodes at the same time."""
    warning = "{{ config(severity='warn') }}{% do exceptions.warn('nothing\n in ' ~ this.identifier) %}"
    checkout = make_checkout(
        {f"dbt_project/tests/warns_{n}.sql": f"{warning} select 1 as id from range(20000000)" for n in range(6)}
    )
    (checkout / "target").mkdir()
    built = DbtProject(settings_for(checkout), root=checkout).build(["good", "test_type:singular"])
    warnings = {node.name: node.said for node in built.nodes}
    assert warnings.pop("good") == warnings.pop("not_null_good_id") == ""
    assert warnings == {f"warns_{n}": f"nothing in warns_{n}" for n in range(6)}


def test_unit_tests_run_only_on_request(settings: Settings, checkout: Path) -> None:
    built = DbtProject(settings, root=checkout).build(["good"])
    assert {node.kind for node in built.nodes} == {"model", "test"}
    assert built.built("ok") == built.tested("ok") == 1


def test_listener_is_called_once_per_node(built: BuildResult, finished: Nodes) -> None:
    assert sorted(name for name, *_ in finished) == sorted(node.name for node in built.nodes)
    assert [done for _, _, done, _ in finished] == list(range(1, len(built.nodes) + 1))
    assert all(done <= total for _, _, done, total in finished)
    assert {name: status for name, status, *_ in finished} == {node.name: node.status for node in built.nodes}


def test_build_releases_the_duckdb_file(built: BuildResult, settings: Settings) -> None:
    code = f"import duckdb; duckdb.connect({str(settings.target.duckdb_path)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_log_has_failures_but_no_secrets_or_debug_lines(settings: Settings, checkout: Path) -> None:
    # dbt quotes the failing SQL, which may contain a secret
    register_secret("nope")

    path = settings.pipeline.work_dir / "dbt" / "logs" / "dbt.log"
    before = path.stat().st_size if path.exists() else 0

    DbtProject(settings, root=checkout).build(["good", "broken"])

    log = path.read_bytes()[before:].decode()
    assert "[error]" in log
    assert "broken" in log
    assert "*****" in log
    assert "nope" not in log
    assert "[debug]" not in log


def test_result_selector_repeats_failed_nodes(make_checkout: MakeCheckout, settings_for: MakeSettings) -> None:
    """The report advises `wms-elt dbt --select result:fail result:error result:skipped`."""
    root = make_checkout({})
    project = DbtProject(settings_for(root), root=root)
    advised = ["--select", "result:fail", "result:error", "result:skipped"]
    with pytest.raises(ConfigError, match="WMS_DBT_007"):
        project.build(extra=advised)
    first = project.build(["good", "twice"], unit_tests=True)
    names = {node.name: node.status for node in first.nodes if node.status in {"failed", "skipped"}}
    assert names["good_has_an_id"] == "failed"
    again = project.build(extra=advised, unit_tests=True)
    # the model of a failed unit test is skipped: without it, dbt wouldn't run the unit test
    assert {node.name: node.status for node in again.nodes if node.status != "warn"} == names
    assert project.build(extra=["--select=1+result:fail"]).built("ok") == 2
