"""The page, `wms-elt status` and the run report show the same verdict."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from loader.alerts.model import Alert, Condition
from loader.alerts.store import save_alerts
from loader.cli.status_screen import render_status
from loader.dbt import BuildResult, NodeResult
from loader.extract.reconcile import Comparison
from loader.report import EntityResult, RunReport, render, save_entities, save_reconciliation, save_run
from loader.report.evidence import read_evidence
from loader.report.overall import (
    TITLES,
    AlertSeen,
    Evidence,
    FreshnessState,
    Level,
    MartsState,
    RunSeen,
    overall,
)
from loader.report.reconciliation import Reconciliation
from loader.runs.status import Status, status
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.site.queries import read_facts
from loader.site.verdict import judge
from loader.site.view_model import Facts
from loader.warehouse import QUARANTINE, open_warehouse
from tests.support.sampling import examples

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
names = st.sampled_from(["item", "order_hdr", "order_dtl"])
runs = st.none() | st.builds(
    RunSeen,
    run_id=st.just("r1"),
    status=st.sampled_from(["ok", "warned", "failed"]),
    error_code=st.sampled_from(["", "WMS_X"]),
)
alerts = st.builds(AlertSeen, kind=st.just("k"), subject=names, severity=st.sampled_from(["error", "warn"]))
evidences = st.builds(
    Evidence,
    run=runs,
    alerts=st.lists(alerts, max_size=2).map(tuple),
    gaps=st.lists(names, max_size=2, unique=True).map(tuple),
    unstaged=st.lists(names, max_size=2, unique=True).map(tuple),
    freshness=st.lists(st.tuples(names, st.sampled_from(get_args(FreshnessState))), max_size=3).map(tuple),
    marts=st.sampled_from(get_args(MartsState)),
    score=st.none() | st.sampled_from([0.5, 0.96, 0.999]),
    quality_warn=st.just(0.98),
    quality_error=st.just(0.95),
    capped=st.lists(names, max_size=1).map(tuple),
    set_aside=st.lists(st.tuples(names, st.integers(1, 9)), max_size=2).map(tuple),
    unreadable=st.lists(names, max_size=1).map(tuple),
)


def is_fine(evidence: Evidence) -> bool:
    """Independent definition of level `ok`: every input is good."""
    return (
        evidence.run is not None
        and evidence.run.status == "ok"
        and not (evidence.alerts or evidence.gaps or evidence.unstaged or evidence.capped)
        and not (evidence.set_aside or evidence.unreadable)
        and all(state == "fresh" for _, state in evidence.freshness)
        and evidence.marts in {"none", "current"}
        and (evidence.score is None or evidence.score >= evidence.quality_warn)
    )


def is_wrong(evidence: Evidence) -> bool:
    return (
        (evidence.run is not None and evidence.run.status == "failed")
        or any(alert.severity == "error" for alert in evidence.alerts)
        or bool(evidence.gaps)
        or any(state == "stale" for _, state in evidence.freshness)
        or evidence.marts == "failed"
        or (evidence.score is not None and evidence.score < evidence.quality_error)
    )


@given(evidences)
@settings(max_examples=examples(4))
def test_verdict_is_ok_only_if_every_input_is(evidence: Evidence) -> None:
    verdict = overall(evidence)
    assert (verdict.level == "ok") == is_fine(evidence)
    assert (verdict.level == "wrong") == is_wrong(evidence)
    assert verdict.title == TITLES[verdict.level]
    levels = [reason.level for reason in verdict.reasons]
    assert levels == sorted(levels, key=["wrong", "attention"].index)
    assert all(reason.text and reason.code and reason.hint for reason in verdict.reasons)
    assert bool(verdict.reasons) == (verdict.level in {"attention", "wrong"})


def shown(renderable: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=200, no_color=True)
    console.print(renderable)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return str(text)


def titles_in(text: str) -> set[str]:
    return {title for title in TITLES.values() if title in text}


def report_of(**changes: Any) -> RunReport:
    values: dict[str, Any] = {
        "run_id": "r1",
        "status": "ok",
        "exit_code": 0,
        "started_at": NOW,
        "finished_at": NOW,
        "duration_s": 1.0,
        "source": "a WMS",
        "target": "a database",
    }
    return RunReport(**{**values, **changes})


@given(evidences, st.sampled_from(["ok", "warned", "failed"]))
@settings(max_examples=examples(3), suppress_health_check=[HealthCheck.too_slow])
def test_page_status_and_report_agree(evidence: Evidence, run_status: Any) -> None:
    verdict = overall(evidence)
    report = report_of(status=run_status, verdict=verdict)
    facts = Facts(
        written_at=NOW.replace(tzinfo=None),
        target="a database",
        source="a WMS",
        quality_warn=0.98,
        quality_error=0.95,
        report=report,
        verdict=verdict,
    )
    page = judge(facts)
    screen = shown(render_status(Status(at=NOW, target="a database", running=None, verdict=verdict)))
    printed = shown(render(report))
    assert page.title == verdict.title
    assert titles_in(screen) == titles_in(printed) == {verdict.title}
    assert not titles_in(page.summary) - {verdict.title}
    colours = {finding.colour for finding in page.findings}
    assert (page.colour == "good") == (verdict.level == "ok")
    assert page.colour != "good" or not colours & {"bad", "warn"}


class World:
    """A target with level `ok`; each test adds one problem."""

    def __init__(self, directory: Path) -> None:
        self.settings = Settings(
            target=TargetSettings(duckdb_path=directory / "warehouse.duckdb"),
            pipeline=PipelineSettings(work_dir=directory / "work", entities=("item", "order_hdr")),
        )
        self.run(1)

    def run(self, number: int, *, minutes_ago: float = 10, **changes: Any) -> None:
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        entities = changes.pop("entities", tuple(entity_of(name, at) for name in ("item", "order_hdr")))
        model = NodeResult(name="orders", kind="model", status="ok", seconds=1, started_at=at)
        build = changes.pop("build", BuildResult(nodes=(model,), seconds=1))
        report = report_of(
            run_id=f"r{number}", command="elt", started_at=at, finished_at=at, entities=entities, build=build, **changes
        )
        with open_warehouse(self.settings) as target:
            save_entities(report, target)
            save_run(report, target)

    def execute(self, *statements: str) -> None:
        with open_warehouse(self.settings) as target:
            for sql in statements:
                target.execute(sql)

    def level(self) -> Level:
        """Level of the verdict, after checking that page, status and evidence agree."""
        with open_warehouse(self.settings) as target:
            verdict = overall(read_evidence(target, self.settings.pipeline, datetime.now(UTC)))
        page, of_status = judge(read_facts(self.settings)), status(self.settings).verdict
        assert of_status is not None
        assert page.title == of_status.title == verdict.title
        return verdict.level


def entity_of(name: str, at: datetime, **changes: Any) -> EntityResult:
    entity = EntityResult(
        entity=name, status="ok", mode="incremental", started_at=at, finished_at=at, duration_s=1, new_versions=1
    )
    return replace(entity, **changes)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def _alert(world: World, severity: Any) -> None:
    at = datetime.now(UTC).replace(tzinfo=None)
    condition = Condition(kind="k", subject="s", severity=severity, summary="x", rows_query="q")
    alert = Alert(condition=condition, opened_at=at, opened_run_id="r1", last_seen_at=at, last_seen_run_id="r1")
    with open_warehouse(world.settings) as target:
        save_alerts(target, [alert])


def _compared(world: World, missing: int) -> None:
    line = Reconciliation(Comparison("item", None, 5, 5 - missing, missing=missing))
    with open_warehouse(world.settings) as target:
        save_reconciliation([line], f"c{missing}", datetime.now(UTC), target)


def _set_aside(world: World) -> None:
    at = datetime.now(UTC)
    row = {"entity": "item", "entity_id": "x", "content_hash": "h", "reason": "r", "doc_bytes": b"{}"}
    with open_warehouse(world.settings) as target:
        target.insert(QUARANTINE, [{**row, "first_seen_at": at, "last_seen_at": at}])


def _freshness(world: World, warn: int, error: int) -> None:
    world.execute(
        "create schema wms",
        "create table wms.data_freshness (entity varchar, warn_after_seconds bigint, error_after_seconds bigint)",
        f"insert into wms.data_freshness values ('item', {warn}, {error})",
    )


SPOILT: dict[str, tuple[Level, Any]] = {
    "nothing": ("ok", lambda world: None),
    "an older failed run": ("ok", lambda world: world.run(0, minutes_ago=60, status="failed")),
    "a failed run": ("wrong", lambda world: world.run(2, minutes_ago=1, status="failed")),
    "a run with warnings": ("attention", lambda world: world.run(2, minutes_ago=1, status="warned")),
    "an alert of error": ("wrong", lambda world: _alert(world, "error")),
    "an alert of warning": ("attention", lambda world: _alert(world, "warn")),
    "rows that are missing": ("wrong", lambda world: _compared(world, 2)),
    "a comparison that agrees": ("ok", lambda world: _compared(world, 0)),
    "documents set aside": ("attention", _set_aside),
    "an old source": ("wrong", lambda world: _freshness(world, 60, 120)),
    "a late source": ("attention", lambda world: _freshness(world, 60, 86_400)),
    "a fresh source": ("ok", lambda world: _freshness(world, 86_400, 172_800)),
    "a load after the build": ("attention", lambda world: _load_only(world)),
    "a failed build": ("wrong", lambda world: _build_failed(world)),
    "an entity that was skipped": ("attention", lambda world: _entity(world, "skipped")),
    "an entity that failed": ("attention", lambda world: _entity(world, "failed")),
    "an unreadable mart": ("attention", lambda world: _broken_mart(world)),
}


def _load_only(world: World) -> None:
    at = datetime.now(UTC) - timedelta(minutes=1)
    world.run(2, minutes_ago=1, build=None, entities=(entity_of("item", at), entity_of("order_hdr", at)))


def _build_failed(world: World) -> None:
    model = NodeResult(name="orders", kind="model", status="failed", seconds=1, started_at=datetime.now(UTC))
    world.run(2, minutes_ago=1, build=BuildResult(nodes=(model,), seconds=1))


def _entity(world: World, state: Any) -> None:
    at = datetime.now(UTC) - timedelta(minutes=1)
    world.run(2, minutes_ago=1, entities=(entity_of("item", at, status=state), entity_of("order_hdr", at)))


def _broken_mart(world: World) -> None:
    world.execute("create schema wms", "create table wms.source_reconciliation as select 1 as entity")


@pytest.mark.parametrize(("level", "spoil"), SPOILT.values(), ids=SPOILT)
def test_each_input_alone_decides_verdict_everywhere(world: World, level: Level, spoil: Any) -> None:
    spoil(world)
    assert world.level() == level


def test_entity_never_read_is_not_fresh(world: World) -> None:
    pipeline = world.settings.pipeline.model_copy(update={"entities": ("item", "order_hdr", "wave")})
    world.settings = world.settings.model_copy(update={"pipeline": pipeline})
    assert world.level() == "attention"


def test_verdict_before_first_run_is_empty(tmp_path: Path) -> None:
    world = World.__new__(World)
    world.settings = Settings(
        target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"), pipeline=PipelineSettings(work_dir=tmp_path)
    )
    assert judge(read_facts(world.settings)).title == "No data yet"
    found = status(world.settings).verdict
    assert found is not None
    assert found.title == "No data yet"
