"""The advice to run `make dbt` is followed: what it answers is no longer a reason, unless only a part was built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from loader.cli.status_screen import render_status
from loader.dbt import BuildResult, DbtProject, FreshnessResult, NodeResult
from loader.dbt.relations import model_names
from loader.dbt.results import NodeStatus
from loader.locking import this_process
from loader.report import Silent
from loader.runs import run_load
from loader.runs.dbt_run import builds_all_models, checks_freshness, run_dbt
from loader.runs.locks import work_lock
from loader.runs.status import status
from loader.wms.client import WmsClient
from loader.wms.page import Page
from tests.system.runs.conftest import Tenant

ROOT = Path(__file__).parents[3]
ENTITIES = {"GRUPONOS_PIPELINE__ENTITIES": "company"}
MODELS = sorted(model_names(ROOT / "dbt_project"))
RECORDED = "select command, status, models_ok from wms_raw.elt_run where command <> 'load' order by started_at"


class Dbt(DbtProject):
    """Builds the models that it is given, each with a status, without dbt."""

    statuses: dict[str, NodeStatus]

    def freshness(self, *_: object) -> FreshnessResult:
        return FreshnessResult(sources=(), seconds=0)

    def build(self, *_: object, **__: object) -> BuildResult:
        return built(self.statuses)


def built(statuses: dict[str, NodeStatus]) -> BuildResult:
    now = datetime.now(UTC)
    nodes = [
        NodeResult(name=name, kind="model", status=status, seconds=0, started_at=now, fqn=name)
        for name, status in statuses.items()
    ]
    return BuildResult(nodes=tuple(nodes), seconds=0)


@pytest.fixture
def loaded(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("loader.runs.build_stage.DbtProject", Dbt)
    assert run_load(tenant.settings(**ENTITIES)).exit_code == 0
    return tenant


def build(tenant: Tenant, *arguments: str, **others: NodeStatus) -> set[str]:
    """Builds all models, those named with another status, and returns the reasons of the verdict afterwards."""
    Dbt.statuses = dict.fromkeys(MODELS, "ok") | others
    run_dbt(tenant.settings(**ENTITIES), Silent(), arguments)
    return reasons(tenant)


def reasons(tenant: Tenant) -> set[str]:
    verdict = status(tenant.settings(**ENTITIES)).verdict
    assert verdict
    return {reason.code for reason in verdict.reasons}


def test_build_of_all_models_ends_missing_and_behind(loaded: Tenant) -> None:
    assert "marts_missing" in reasons(loaded)
    assert not {code for code in build(loaded) if code.startswith("marts")}
    loaded.advance(hours=1)
    run_load(loaded.settings(**ENTITIES), full=True)
    assert "marts_behind" not in reasons(loaded)
    loaded.execute("update wms_raw.elt_landing set rows_landed = rows_landed + 1")
    assert "marts_behind" in reasons(loaded)
    assert not {code for code in build(loaded, "--selector", "nightly", "-f") if code.startswith("marts")}
    assert loaded.query(RECORDED) == [("build", "ok", len(MODELS))] * 2


@pytest.mark.parametrize("found", ["failed", "skipped"])
def test_failed_build_is_a_reason_until_all_models_are_built(loaded: Tenant, found: NodeStatus) -> None:
    assert "marts_failed" in build(loaded, orders=found)
    Dbt.statuses = {"orders": "ok"}
    run_dbt(loaded.settings(**ENTITIES), Silent(), ["--select", "orders"])
    assert "marts_failed" in reasons(loaded)
    assert not {code for code in build(loaded) if code.startswith(("marts", "run_failed", "alert"))}


def test_first_load_names_entities_without_rows(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    entities = {"GRUPONOS_PIPELINE__ENTITIES": "wave,order_hdr"}
    show = WmsClient.page

    def page(self: WmsClient, entity: str, params: Sequence[tuple[str, str]]) -> Page:
        found = show(self, entity, params)
        return found if entity != "wave" else Page(entity, [], [], found.read_at, status=200)

    monkeypatch.setattr(WmsClient, "page", page)
    first, second = (run_load(tenant.settings(**entities)) for _ in range(2))
    said = "0 rows in the first load of wave: empty in the WMS, or not visible to the user"
    assert (said in first.warnings, said in second.warnings) == (True, False)


def test_status_names_a_run_that_was_killed(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tenant.settings(**ENTITIES)
    path = work_lock(settings)
    path.parent.mkdir(parents=True)
    owner = this_process("20261124T060000Z-abcd", "load")
    path.write_bytes(msgspec.json.encode(owner))
    found = status(settings)
    assert found.broken_off == owner
    screen = Console(width=200)
    screen.print(render_status(found))
    assert "ended without a record, for example by kill -9: run 20261124T060000Z-abcd" in capsys.readouterr().out
    run_load(settings)
    assert status(settings).broken_off is None


def test_build_of_a_part_is_not_recorded(loaded: Tenant) -> None:
    Dbt.statuses = {"orders": "ok"}
    report = run_dbt(loaded.settings(**ENTITIES), Silent(), ["--select", "orders"])
    assert (report.command, report.status) == ("dbt", "ok")
    assert "marts_missing" in reasons(loaded)
    assert loaded.query(RECORDED) == []


@pytest.mark.parametrize(
    "argument",
    ["--empty", "--target=other", "-t", "--vars", "--profiles-dir", "--sample=1 day", "--defer", "--profile"],
)
def test_build_that_leaves_other_marts_is_not_a_build_of_all(argument: str) -> None:
    everything = built(dict.fromkeys(MODELS, "ok"))
    assert builds_all_models(everything, [], ROOT / "dbt_project")
    assert builds_all_models(everything, ["--exclude", "resource_type:test", "--threads=4"], ROOT / "dbt_project")
    assert not builds_all_models(everything, [argument, "x"], ROOT / "dbt_project")
    assert not builds_all_models(replace(everything, nodes=everything.nodes[1:]), [], ROOT / "dbt_project")


@pytest.mark.parametrize(
    ("arguments", "checks"),
    [
        ([], True),
        (["--full-refresh"], True),
        (["--selector", "hot"], True),
        (["--select", "source_status:fresher+"], True),
        (["--select", "orders"], False),
        (["--select=orders"], False),
        (["--full-refresh", "-s", "orders"], False),
    ],
)
def test_build_of_selected_nodes_skips_freshness(arguments: list[str], checks: bool) -> None:
    assert checks_freshness(arguments) == checks
