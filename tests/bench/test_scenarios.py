"""Slow scenarios with fake child processes: which commands run, and in which state of the dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.errors import ConfigError
from tests.bench import latency, project
from tests.bench import request_count as requested
from tests.bench.dataset import Feed
from tests.bench.harness import Harness
from tests.bench.landing import ENTITY
from tests.bench.measure import Cost
from tests.bench.results import Result


class Processes:
    """Fake child processes. Records them and how many rows had changed when they ran."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.loads: list[tuple[int, tuple[str, ...], dict[str, str]]] = []
        self.commands: list[tuple[str, Path]] = []
        self.walls: list[float] = []
        self.cpus: list[float] = []

    def run_wms_elt(
        self,
        feed: Feed,
        directory: Path,
        entities: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
    ) -> Cost:
        self.loads.append((feed.changed(ENTITY), tuple(entities), dict(settings or {})))
        return Cost(self.walls.pop(0) if self.walls else 1.0, 1.0, 100.0)

    def run_child(self, command: Sequence[str], environment: Mapping[str, str], directory: Path) -> Cost:
        self.commands.append((" ".join(command[1:]), directory))
        return Cost(31.0, self.cpus.pop(0) if self.cpus else 9.0, 100.0)


@pytest.fixture
def processes(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> Processes:
    fake = Processes(feed)
    for module in (latency, project, requested):
        monkeypatch.setattr(module, "run_wms_elt", fake.run_wms_elt)
    monkeypatch.setattr(project, "run_child", fake.run_child)
    return fake


def by_name(results: list[Result]) -> dict[str, Result]:
    return {result.name: result for result in results}


def test_workers_are_compared_with_200_ms_latency(feed: Feed, harness: Harness, processes: Processes) -> None:
    processes.walls = [10.0, 26.0]
    started = datetime.now(UTC)
    found = by_name(list(latency.initial_load(harness, feed, "1k")))
    # each fake sent one request to the feed
    assert (datetime.now(UTC) - started).total_seconds() > 0.4
    assert [settings["GRUPONOS_WMS__CONCURRENCY"] for _, _, settings in processes.loads] == ["4", "1"]
    assert found["latency_initial_1k_speedup"].value == pytest.approx(2.6)
    assert found["latency_initial_1k_speedup"].met


def test_eight_entities_are_compared_with_most_changed_one(feed: Feed, harness: Harness, processes: Processes) -> None:
    processes.walls = [0.0, 4.0, 5.0]
    found = by_name(list(latency.eight_entities(harness, feed)))
    (unchanged, initial, _), (changed, slowest, _), (_, eight, _) = processes.loads
    assert unchanged == 0
    assert changed > 0
    assert initial == eight == latency.EIGHT
    assert len(set(eight)) == 8
    assert slowest == (max(latency.EIGHT, key=feed.changed),)
    assert found["latency_incremental_eight_over_slowest"].value == pytest.approx(1.25)
    assert not found["latency_incremental_eight_over_slowest"].met


def test_pass_requests_are_separated_from_scan_requests(
    feed: Feed, harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_wms_elt(feed: Feed, directory: Path) -> Cost:
        for query in (
            {"id__gt": "0"},
            {"mod_ts__gte": "2026-03-17T00:00:00Z"},
            {"create_ts__gte": "2026-03-17T00:00:00Z"},
        ):
            feed._get(ENTITY, {**query, "page_mode": "sequenced", "page_size": "10"})
        return Cost(1, 1, 1)

    monkeypatch.setattr(requested, "run_wms_elt", run_wms_elt)
    found = by_name(list(requested.requests_per_run(harness, feed)))
    assert found["incremental_run_counts"].value == 0
    assert found["incremental_run_rows_scanned_per_row_sent"].value >= 1
    assert found["incremental_run_rows_scanned_per_changed_row"].value > 0
    assert found["quiet_run_requests"].value == 3
    assert found["quiet_run_requests_with_passes_over_without"].value == pytest.approx(1.5)


def test_dbt_builds_three_times_with_changes_before_third(feed: Feed, harness: Harness, processes: Processes) -> None:
    found = by_name(list(project.dbt_build(harness, feed)))
    assert list(found) == [
        *(f"dbt_build_{name}_{unit}" for name in ("first", "no_change") for unit in ("cpu", "wall")),
        "dbt_build_without_tests_no_change_cpu",
        "dbt_models_no_change_cpu",
        *(f"dbt_build_1_percent_changed_{unit}" for unit in ("cpu", "wall")),
    ]
    assert [changed > 0 for changed, _, _ in processes.loads] == [False, True]
    build = "-m tests.bench.baselines.dbt_build"
    no_tests = f"{build} --exclude-resource-type test"
    models = [f"{build} --resource-type model"] * harness.repeats
    assert [command for command, _ in processes.commands] == [build, build, no_tests, *models, build]


def test_unchanged_staging_is_compared_with_small_entity(feed: Feed, harness: Harness, processes: Processes) -> None:
    # a small build, the first big one, one without a change, the small one again
    processes.cpus = [9.0, 8.0, 3.0, 2.0]
    found = by_name(list(project.staging(harness, feed, "1k")))
    assert [entities for _, entities, _ in processes.loads] == [(ENTITY, "company")]
    models = [command.split()[3] for command, _ in processes.commands]
    assert models == ["stg_wms__company", "stg_wms__order_dtl", "stg_wms__order_dtl", "stg_wms__company"]
    assert found["staging_1k_first_cpu"].value == 8
    assert found["staging_1k_unchanged_over_few_rows"].value == pytest.approx(1.5)
    assert not found["staging_1k_unchanged_over_few_rows"].met


def test_fresh_checkout_runs_elt_twice(harness: Harness, processes: Processes) -> None:
    found = by_name(list(project.elt_in_fresh_checkout(harness, 1_000)))
    [(command, directory), second] = processes.commands
    assert command == "elt"
    assert second == (command, directory)
    assert (directory / "dbt_project" / "dbt_project.yml").is_file()
    assert (directory / "profiles.yml.example").is_file()
    assert not (directory / "dbt_project" / "target").exists()
    assert found["elt_first_wall"].met
    assert not found["elt_second_wall"].met


def test_bench_outside_checkout_is_refused(harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="there is no dbt_project here") as caught:
        list(project.elt_in_fresh_checkout(harness, 1_000))
    assert caught.value.code == "WMS_BENCH_004"
