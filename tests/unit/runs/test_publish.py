"""When a run publishes the read copy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from loader.dbt import BuildResult, NodeResult
from loader.dbt.plan import BuildPlan, BuildState
from loader.report import RunReport
from loader.runs.publish import published
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.warehouse.duckdb.connect import DuckDbWarehouse

NOTHING = BuildPlan(scope="nothing", reason="nothing new")
GOOD = NodeResult(name="orders", kind="model", status="ok", seconds=0.1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    manifest = tmp_path / "work" / "dbt" / "target" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    orders = {"resource_type": "model", "name": "orders", "fqn": ["wms_elt", "marts", "orders"]}
    manifest.write_text(json.dumps({"nodes": {"model.wms_elt.orders": orders}}))
    return Settings(
        target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"),
        pipeline=PipelineSettings(work_dir=tmp_path / "work"),
    )


@pytest.fixture
def target(settings: Settings) -> Iterator[DuckDbWarehouse]:
    with DuckDbWarehouse(settings.target) as opened:
        opened.execute("create schema wms")
        opened.execute("create table wms.orders as select 1 as order_id")
        yield opened


@pytest.fixture
def state(report: RunReport) -> BuildState:
    at = report.started_at
    return BuildState(fingerprint="", marks={}, built_at=at, covered_at=at)


def built(report: RunReport, *nodes: NodeResult) -> RunReport:
    return replace(report, build=BuildResult(nodes=(GOOD, *nodes), seconds=1.0))


def orders(settings: Settings) -> int:
    with duckdb.connect(str(settings.target.read_copy), read_only=True) as connection:
        [(rows,)] = connection.execute("select count(*) from wms.orders").fetchall()
    return int(rows)


def test_build_is_published(settings: Settings, report: RunReport, target: DuckDbWarehouse, state: BuildState) -> None:
    warned = NodeResult(name="few", kind="test", status="warn", seconds=0.1)
    exposure = NodeResult(name="page", kind="operation", status="skipped", seconds=0.0)
    ended = published(settings, built(report, warned, exposure), target, state)
    assert ended.read_copy
    assert (ended.read_copy.is_published, ended.read_copy.built_at) == (True, state.built_at)
    assert ended.read_copy.size == settings.target.read_copy.stat().st_size
    assert orders(settings) == 1


@pytest.mark.parametrize("kind", ["model", "test", "operation"])
@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_failed_build_leaves_the_former_copy(
    status: str, kind: str, settings: Settings, report: RunReport, target: DuckDbWarehouse, state: BuildState
) -> None:
    published(settings, built(report), target, state)
    target.execute("insert into wms.orders values (2)")
    bad = NodeResult(name="x", kind=kind, status=status, seconds=0.1)  # type: ignore[arg-type]
    later = replace(state, built_at=state.built_at + timedelta(hours=2))
    ended = published(settings, built(report, bad), target, later)
    assert ended.read_copy
    if (status, kind) == ("skipped", "operation"):
        assert ended.read_copy.is_published
        return
    assert (ended.read_copy.is_published, ended.read_copy.reason) == (False, "the build failed")
    assert ended.read_copy.built_at == state.built_at
    assert orders(settings) == 1


def test_run_without_build_publishes_only_what_a_kill_prevented(
    settings: Settings, report: RunReport, target: DuckDbWarehouse, state: BuildState
) -> None:
    idle = replace(report, build=None, plan=NOTHING)
    first = published(settings, idle, target, state)
    assert first.read_copy
    assert first.read_copy.is_published
    before = settings.target.read_copy.stat()
    again = published(settings, idle, target, replace(state, covered_at=state.covered_at + timedelta(hours=2)))
    assert again.read_copy
    assert (again.read_copy.is_published, again.read_copy.reason) == (False, "nothing was built since")
    assert settings.target.read_copy.stat() == before
    settings.target.read_copy.unlink()
    third = published(settings, idle, target, state)
    assert third.read_copy
    assert third.read_copy.is_published


def test_load_publishes_nothing(settings: Settings, report: RunReport, target: DuckDbWarehouse) -> None:
    assert published(settings, replace(report, build=None, plan=None), target).read_copy is None
    assert not settings.target.read_copy.exists()


def test_read_copy_can_be_switched_off(
    settings: Settings, report: RunReport, target: DuckDbWarehouse, state: BuildState
) -> None:
    off = settings.target.model_copy(update={"duckdb_read_copy": False})
    assert published(settings.model_copy(update={"target": off}), built(report), target, state).read_copy is None
    assert not settings.target.read_copy.exists()


def test_copy_that_cannot_be_written_is_a_warning(
    settings: Settings, report: RunReport, target: DuckDbWarehouse, state: BuildState
) -> None:
    settings.target.read_copy.mkdir()
    ended = published(settings, built(report), target, state)
    assert ended.read_copy
    assert not ended.read_copy.is_published
    assert "can't write the read copy" in ended.warnings[-1]


@pytest.mark.parametrize(("hours", "rows"), [(0, 1), (2, 2)])
def test_only_the_copy_of_the_build_before_is_completed(
    hours: int, rows: int, settings: Settings, report: RunReport, target: DuckDbWarehouse, state: BuildState
) -> None:
    """A copy of an older build lacks rows of the builds between. No row of this build is affected."""
    published(settings, built(report), target, state)
    target.execute("insert into wms.orders values (2)")
    plan = BuildPlan(scope="selected", reason="new: item", since=state.built_at + timedelta(hours=hours))
    other = NodeResult(name="dim_item", kind="model", status="ok", seconds=0.1)
    build = BuildResult(nodes=(other,), seconds=1.0)
    published(settings, replace(report, plan=plan, build=build), target, replace(state, built_at=later(state)))
    assert orders(settings) == rows


def later(state: BuildState) -> datetime:
    return state.built_at + timedelta(hours=4)
