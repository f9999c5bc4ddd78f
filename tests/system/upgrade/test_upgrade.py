"""An upgrade from the release before, with files that it made: settings, state, run tables, histories and marts.

`release.tar.xz` has the settings and the work directory of commit 68a1919 after two runs and a reconciliation, in a
small simulated world.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from loader.report import RunReport
from loader.runs import run_elt
from loader.settings import Settings, load_settings

pytestmark = pytest.mark.exhaustive

FILES = Path(__file__).with_name("release.tar.xz")
WAREHOUSE = "target/warehouse.duckdb"
RUNS = "select run_id, started_at, status, rows_read from wms_raw.elt_run order by started_at"
HISTORY = "select order_hdr_id, dbt_scd_id, dbt_valid_from from wms.order_hdr_history"
WINDOW = "select max(window_to) from wms_raw.elt_entity_run where entity = 'order_hdr'"

Rows = list[tuple[object, ...]]


def rows(query: str) -> Rows:
    with duckdb.connect(WAREHOUSE, read_only=True) as connection:
        return connection.execute(query).fetchall()


@dataclass(frozen=True)
class Upgrade:
    """What the former release left, and the reports of the first two runs of this one."""

    settings: Settings
    runs: Rows
    history: Rows
    window: object
    first: RunReport
    second: RunReport


@pytest.fixture(scope="module")
def upgrade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgrade]:
    place = tmp_path_factory.mktemp("former")
    with tarfile.open(FILES) as archive:
        archive.extractall(place, filter="data")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        settings = load_settings({}, Path("env"))
        runs, history, [(window,)] = rows(RUNS), rows(HISTORY), rows(WINDOW)
        yield Upgrade(settings, runs, history, window, run_elt(settings), run_elt(settings))


def test_first_run_succeeds_and_builds_everything(upgrade: Upgrade) -> None:
    report = upgrade.first
    assert [node for node in report.build.problems if node.status == "failed"] == [] if report.build else False
    assert report.exit_code == 0
    assert report.plan
    assert report.plan.scope == "everything"


def test_state_continues_at_the_watermark(upgrade: Upgrade) -> None:
    [orders] = [entity for entity in upgrade.first.entities if entity.entity == "order_hdr"]
    assert orders.mode == "incremental"
    assert orders.window_from
    assert str(orders.window_from.replace(tzinfo=None)) <= str(upgrade.window)
    assert orders.rows_read < 463, "all orders were read again"


def test_run_tables_keep_their_rows(upgrade: Upgrade) -> None:
    assert len(upgrade.runs) == 2
    assert rows(RUNS)[:2] == upgrade.runs
    assert len(rows(RUNS)) == 4


def test_histories_continue(upgrade: Upgrade) -> None:
    assert upgrade.history
    assert set(upgrade.history) <= set(rows(HISTORY))


def test_second_run_builds_only_what_changed(upgrade: Upgrade) -> None:
    assert upgrade.second.exit_code == 0
    assert upgrade.second.plan
    assert upgrade.second.plan.scope in {"selected", "nothing"}


def test_tables_of_former_models_are_gone(upgrade: Upgrade) -> None:
    assert rows("select table_name from information_schema.tables where table_name like 'int_%__rules_broken'") == []
