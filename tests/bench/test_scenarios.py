"""Slow scenarios with fake child processes: which commands run, and in which state of the dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import msgspec
import pytest

from loader.dbt.results import BuildResult, NodeResult
from loader.errors import ConfigError
from loader.report import RunReport, write
from loader.settings import PipelineSettings
from tests.bench import growth, latency, memory, project, reconciliation, whole
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
        self.on_child: Callable[[Path], None] = lambda directory: None

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
        self.on_child(directory)
        return Cost(31.0, self.cpus.pop(0) if self.cpus else 9.0, 100.0)


@pytest.fixture
def processes(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> Processes:
    fake = Processes(feed)
    for module in (latency, memory, project, requested):
        monkeypatch.setattr(module, "run_wms_elt", fake.run_wms_elt)
    for child in (growth, project, reconciliation):
        monkeypatch.setattr(child, "run_child", fake.run_child)
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
    processes.walls = [0.0, 0.0, 4.0, 5.0, 6.0]
    found = by_name(list(latency.eight_entities(harness, feed)))
    # the second load runs the passes, so that they are not measured
    (unchanged, initial, _), passes, (changed, slowest, one_by), (_, eight, eight_by), (_, four, four_by) = (
        processes.loads
    )
    assert unchanged == 0
    assert changed > 0
    assert passes == (0, latency.EIGHT, {})
    assert initial == eight == four == latency.EIGHT
    assert one_by == eight_by == {"GRUPONOS_WMS__CONCURRENCY": "8"}
    assert four_by == {}
    assert len(set(eight)) == 8
    assert slowest == (max(latency.EIGHT, key=feed.changed),)
    assert found["latency_incremental_eight_over_slowest_8_workers"].value == pytest.approx(1.25)
    assert found["latency_incremental_eight_over_slowest"].value == pytest.approx(1.5)
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
    assert not found["elt_first_wall"].met
    assert found["elt_second_cpu"].met


def test_same_changes_are_built_in_each_size_in_turn(
    feed: Feed, harness: Harness, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "open_feed", lambda *_: nullcontext(feed))
    seconds = iter([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 5.0])
    # load and build, passes, and changes of each size; then the measured builds
    processes.cpus = [40.0, 4.0, 2.0, 90.0, 4.0, 2.0, 10.0, 12.0]
    processes.on_child = lambda directory: write_report(directory, next(seconds))
    found = by_name(list(growth.growth(harness, {"20k": 20_000, "200k": 200_000})))
    commands = [command.removeprefix("-m tests.bench.baselines.") for command, _ in processes.commands]
    change = "change " + " ".join(f"{entity}={number}" for entity, number in growth.CHANGED.items())
    assert commands == ["elt", "elt", change] * 2 + ["elt", "elt"]
    # in the directory of the first build, or dbt would parse the project again
    names = [directory.name for _, directory in processes.commands]
    assert names == ["growth-20k"] * 3 + ["growth-200k"] * 3 + ["growth-20k", "growth-200k"]
    assert (found["build_changes_20k_nodes"].value, found["build_changes_200k_nodes"].value) == (2, 5)
    assert found["build_changes_200k_over_20k_cpu"].value == pytest.approx(1.2)
    assert str(found["build_changes_200k_over_20k_cpu"].goal) == "<= 1.1"
    assert not found["build_changes_200k_over_20k_nodes"].met
    # the model has affected keys, the snapshot has none
    assert found["build_changes_200k_marts_computed_whole"].value == 1
    assert not found["build_changes_200k_marts_computed_whole"].met


@pytest.mark.parametrize(("rows", "goal"), [(20_000, None), (200_000, "<= 1.1"), (1_000_000, "<= 1.3")])
def test_goal_of_a_build_depends_on_size(rows: int, goal: str | None) -> None:
    cpu, nodes = growth.goals(rows)
    assert (cpu and str(cpu)) == goal
    assert (nodes and str(nodes)) == (goal and "<= 1.2")


def write_report(directory: Path, seconds: float) -> None:
    """Write the report of a run with one model, one snapshot and one test, dbt's manifest and the two tables."""
    nodes = [
        NodeResult(name=kind, kind=kind, status="ok", seconds=share)
        for kind, share in (("model", seconds / 2), ("snapshot", seconds / 2), ("test", 99.0))
    ]
    now = datetime.now(UTC)
    report = RunReport(
        run_id="r",
        status="ok",
        exit_code=0,
        started_at=now,
        finished_at=now,
        duration_s=0,
        source="",
        target="",
        build=BuildResult(nodes=tuple(nodes), seconds=1),
    )
    write(report, directory / "work")
    keys = {"model": {"affected": {}}, "snapshot": {}}
    tables = {
        f"{kind}.p.{kind}": {
            "name": kind,
            "resource_type": kind,
            "access": "public",
            "config": {"materialized": "table", "meta": meta},
        }
        for kind, meta in keys.items()
    }
    manifest = directory / "work" / "dbt" / "target" / "manifest.json"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_bytes(msgspec.json.encode({"nodes": tables}))
    with duckdb.connect(str(directory / "warehouse.duckdb")) as connection:
        connection.execute("create schema if not exists wms")
        for kind in keys:
            connection.execute(f"create or replace table wms.{kind} as from range({whole.SMALL + 1})")


def test_all_entities_are_loaded_to_measure_memory(feed: Feed, harness: Harness, processes: Processes) -> None:
    found = by_name(list(memory.memory(harness, feed, "200k", 200_000)))
    assert [entities for _, entities, _ in processes.loads] == [()]
    assert found["load_200k_all_entities_peak_memory"].value == 100
    assert str(found["load_200k_all_entities_peak_memory"].goal) == "<= 500"


def test_second_scan_of_an_entity_misses_the_goal(
    feed: Feed, harness: Harness, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    entities = PipelineSettings().all_entities
    scan = {"values_list": "id", "page_mode": "sequenced", "page_size": "1000"}

    def reconcile_twice(directory: Path) -> None:
        if len(processes.commands) == 2:
            for entity in (*entities, ENTITY):
                feed._get(entity, scan)
            # the next page and the check of the end are no scans
            feed._get(ENTITY, {**scan, "id__gt": "5"})
            feed._get(ENTITY, {**scan, "page_size": "1"})

    processes.on_child = reconcile_twice
    monkeypatch.setattr(reconciliation, "last_words", lambda _: '{"reads": {"task": 4, "item": 1}, "lines": 45}')
    found = by_name(list(reconciliation.reconciliation(harness, feed)))
    assert found["reconcile_scans_per_entity"].value == pytest.approx((len(entities) + 1) / len(entities))
    assert not found["reconcile_scans_per_entity"].met
    assert not found["reconcile_raw_table_reads_per_entity"].met


def test_bench_outside_checkout_is_refused(harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="there is no dbt_project here") as caught:
        list(project.elt_in_fresh_checkout(harness, 1_000))
    assert caught.value.code == "WMS_BENCH_004"
