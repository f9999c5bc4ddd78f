from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loader.dbt.plan import BuildState
from loader.report.build_states import (
    forget_state,
    landed_marks,
    mart_ages,
    other_builds,
    read_state,
    read_states,
    save_state,
)
from loader.report.evidence import read_evidence
from loader.report.model import MartAge
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.site import write_status
from loader.warehouse import RECONCILIATION, Warehouse, open_warehouse
from loader.warehouse.schema import LEDGER_TABLE, create_statement

AT = datetime(2026, 11, 30, 10, 2, tzinfo=UTC)
STATE = BuildState(
    fingerprint="f",
    marks={"wms.item": 7, "elt.elt_reconciliation": 1},
    built_at=AT,
    covered_at=AT,
    due={"day": AT + timedelta(days=1)},
    owed=("wms_elt.marts.orders",),
    behind={"orders": AT - timedelta(hours=2), "never": None},
    warned=("few",),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"), pipeline=PipelineSettings(work_dir=tmp_path)
    )


@pytest.fixture
def target(settings: Settings) -> Iterator[Warehouse]:
    with open_warehouse(settings) as opened:
        opened.ensure_run_tables()
        opened.execute(create_statement(opened.raw(LEDGER_TABLE.name), LEDGER_TABLE, "duckdb"))
        yield opened


def land(target: Warehouse, entity: str, *landed: int) -> None:
    for number in landed:
        file = str(len(target.fetch(f"select 1 from {target.raw(LEDGER_TABLE.name)}")))
        row = {"dlt_load_id": "1", "file_id": file, "entity": entity, "rows_read": 9, "rows_landed": number}
        target.insert(LEDGER_TABLE, [row | {"first_read_order": 1, "last_read_order": 9, "landed_at": AT}])


def test_state_is_stored_by_pipeline(target: Warehouse) -> None:
    assert read_state(target, "wms") is None
    save_state(target, "wms", STATE)
    other = replace(STATE, fingerprint="g")
    save_state(target, "other", other)
    save_state(target, "wms", replace(STATE, owed=()))
    assert read_state(target, "wms") == replace(STATE, owed=())
    forget_state(target, "wms")
    assert read_state(target, "wms") is None
    assert read_state(target, "other") == other


def test_other_builds_change_with_each_build(target: Warehouse) -> None:
    def others() -> str | None:
        return other_builds(read_states(target), "wms")

    save_state(target, "wms", STATE)
    assert others() == ""
    save_state(target, "other", STATE)
    first = others()
    assert first
    # a run that builds nothing
    save_state(target, "other", replace(STATE, covered_at=AT + timedelta(hours=1)))
    save_state(target, "wms", replace(STATE, built_at=AT + timedelta(hours=1)))
    assert others() == first
    save_state(target, "other", replace(STATE, is_running=True))
    assert others() is None
    save_state(target, "other", replace(STATE, built_at=AT + timedelta(hours=1)))
    assert others() not in {first, "", None}
    target.execute(f"update {target.raw('elt_build_state')} set state = 'x' where pipeline_name = 'other'")
    assert others() is None


def test_marks_count_landed_versions(target: Warehouse) -> None:
    assert landed_marks(target) == {}
    land(target, "item", 3, 4, 0)
    land(target, "wave", 0)
    assert landed_marks(target) == {"wms.item": 7}
    lines = [{"run_id": "r", "line_number": n, "compared_at": AT + timedelta(days=n), "entity": "item"} for n in (1, 2)]
    target.insert(RECONCILIATION, lines)
    assert landed_marks(target)["elt.elt_reconciliation"] == int((AT + timedelta(days=2)).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("state", "landed", "expected"),
    [
        (replace(STATE, behind={}), 7, "current"),
        (replace(STATE, behind={}), 8, "behind"),
        (STATE, 7, "failed"),
    ],
)
def test_age_of_marts_follows_the_state(target: Warehouse, state: BuildState, landed: int, expected: str) -> None:
    land(target, "item", landed)
    save_state(target, "wms", state)
    # a comparison makes no mart older
    target.insert(RECONCILIATION, [{"run_id": "r", "line_number": 1, "compared_at": AT, "entity": "item"}])
    assert read_evidence(target, PipelineSettings(), AT).marts == expected
    assert read_evidence(target, PipelineSettings(name="other"), AT).marts == "missing"


def test_mart_ages_name_marts_of_the_project(tmp_path: Path) -> None:
    for name in ("orders", "items", "never"):
        (tmp_path / "models" / "marts" / "core").mkdir(parents=True, exist_ok=True)
        (tmp_path / "models" / "marts" / "core" / f"{name}.sql").touch()
    assert mart_ages(STATE, tmp_path) == (
        MartAge(mart="items", as_of=AT),
        MartAge(mart="never", as_of=None),
        MartAge(mart="orders", as_of=AT - timedelta(hours=2)),
    )
    assert mart_ages(None, tmp_path) == ()


def test_status_page_shows_as_of_when_marts_are(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        save_state(target, "wms", STATE)
    page = write_status(settings, now=AT).read_text()
    assert "marts are as of 30 Nov 2026, 10:02 UTC" in page
    assert "<code>orders</code>: 30 Nov 2026, 08:02 UTC" in page
