"""Runs that build what changed: dbt on DuckDB with a small project, and the state that the runs store."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from loader.dbt.plan import BuildState
from loader.errors import TargetError
from loader.report import RunReport, Silent
from loader.report.build_states import forget_state, read_state
from loader.runs.build_stage import build_arguments, build_stage
from loader.runs.finalize import finalize_run
from loader.runs.run_session import Run, new_run_id
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.warehouse import Sessions, open_warehouse
from loader.warehouse.schema import LEDGER_TABLE, create_statement

FILES = {
    # the name tells a checkout from a directory that uses the installed project
    "dbt_project/dbt_project.yml": (
        "name: wms_elt\nprofile: wms_elt\nflags: {send_anonymous_usage_stats: false}\nvars: {quality_error: 0.95}\n"
    ),
    "dbt_project/models/good.sql": None,
    "dbt_project/models/twice.sql": None,
    "dbt_project/models/broken.sql": None,
    "dbt_project/models/after_broken.sql": None,
    "dbt_project/models/sources.yml": """
sources:
  - name: wms
    schema: wms_raw
    config: {freshness: {warn_after: {count: 2, period: hour}}}
    tables: [{name: item}, {name: wave}]
  - name: elt
    schema: wms_raw
    tables: [{name: elt_run}, {name: elt_reconciliation}]
""",
    "dbt_project/models/stg_item.sql": "{{ config(materialized='table') }} select * from {{ source('wms', 'item') }}",
    "dbt_project/models/stg_wave.sql": "{{ config(materialized='table') }} select * from {{ source('wms', 'wave') }}",
    "dbt_project/models/int_item.sql": "select * from {{ ref('stg_item') }}",
    "dbt_project/models/marts/items.sql": "{{ config(materialized='table') }} select * from {{ ref('int_item') }}",
    "dbt_project/models/marts/waves.sql": "{{ config(materialized='table') }} select * from {{ ref('stg_wave') }}",
    "dbt_project/models/marts/both.sql": (
        "{{ config(materialized='table') }} "
        "select id from {{ ref('items') }} union all select id from {{ ref('waves') }}"
    ),
    "dbt_project/models/marts/runs.sql": (
        "{{ config(materialized='table') }} select count(*) as n from {{ source('elt', 'elt_run') }}"
    ),
    "dbt_project/models/marts/dated.sql": "{{ config(materialized='table', meta={'due': 'day'}) }} select now() as at",
    "dbt_project/models/models.yml": """
models:
  - name: stg_item
    columns: [{name: id, data_tests: [not_null]}]
  - name: int_item
    columns: [{name: id, data_tests: [unique]}]
  - name: waves
    columns: [{name: id, data_tests: [unique: {config: {severity: warn}}]}]
""",
}
MARTS = {"items", "waves", "both", "runs", "dated"}


class Site:
    """A checkout with a warehouse, whose runs have the load done already."""

    def __init__(self, root: Path, *, is_new: bool = False) -> None:
        self.root = root
        self.settings = Settings(
            target=TargetSettings(duckdb_path=root / "warehouse.duckdb"),
            pipeline=PipelineSettings(work_dir=root / "work", entities=("item", "wave"), read_parents=False),
        )
        if not is_new:
            return
        with open_warehouse(self.settings) as target:
            target.ensure_run_tables()
            target.execute(create_statement(target.raw(LEDGER_TABLE.name), LEDGER_TABLE, "duckdb"))
            for entity in ("item", "wave"):
                target.execute(f"create table wms_raw.{entity} (id bigint)")
        for entity in ("item", "wave"):
            self.land(entity, 1)

    def land(self, entity: str, number: int | None) -> None:
        with open_warehouse(self.settings) as target:
            target.execute(f"insert into wms_raw.{entity} values (?)", (number,))
            file = f"f{len(target.fetch('select 1 from wms_raw.elt_landing'))}"
            row = {"dlt_load_id": "1", "file_id": file, "entity": entity, "rows_read": 2, "rows_landed": 1}
            others = {"first_read_order": 1, "last_read_order": 2, "landed_at": datetime.now(UTC)}
            target.insert(LEDGER_TABLE, [row | others])

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.settings.target.duckdb_path)) as connection:
            return connection.execute(sql).fetchall()

    def run(self, *, everything: str = "") -> RunReport:
        """Build and record a run, as `run_elt` does after its load."""
        with self.started() as run:
            built = build_stage(run, run.report(), everything=everything)
            return finalize_run(self.settings, built.report, run.sessions, built.state)

    def explicit(self, *arguments: str) -> RunReport:
        with self.started() as run:
            return build_arguments(run, run.report(), arguments, freshness=False)

    def started(self) -> _Started:
        return _Started(self.settings)

    @property
    def state(self) -> BuildState | None:
        with open_warehouse(self.settings) as target:
            return read_state(target, self.settings.pipeline.name)


class _Started:
    def __init__(self, settings: Settings) -> None:
        now = datetime.now(UTC)
        self._run = Run(settings, Silent(), "elt", new_run_id(now), now, Sessions(settings))

    def __enter__(self) -> Run:
        return self._run

    def __exit__(self, *_: object) -> None:
        self._run.sessions.__exit__(None, None, None)


@pytest.fixture(scope="module")
def site(make_checkout: Callable[[Mapping[str, str]], Path]) -> Iterator[Site]:
    """Built once; each test starts from a complete build and lands what it needs."""
    root = make_checkout({name: text for name, text in FILES.items() if text is not None})
    for name in (name for name, text in FILES.items() if text is None):
        (root / name).unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        site = Site(root, is_new=True)
        first = site.run()
        assert first.plan
        assert (first.plan.scope, first.plan.reason) == ("everything", "no earlier build is recorded")
        yield site


def names(report: RunReport) -> set[str]:
    return {node.name for node in report.build.nodes} if report.build else set()


def ages(report: RunReport) -> dict[str, datetime | None]:
    return {mart.mart: mart.as_of for mart in report.marts}


def current(site: Site) -> RunReport:
    """Bring everything up to date."""
    site.run()
    return site.run()


def test_run_without_news_builds_nothing(site: Site) -> None:
    report = current(site)
    assert report.build is None
    assert report.plan
    assert report.plan.scope == "nothing"
    assert report.plan.reason.startswith("nothing new since ")
    assert (report.plan.unchanged_models, report.plan.unchanged_tests) == (8, 3)
    assert (report.exit_code, report.status) == (0, "ok")
    assert set(ages(report)) == MARTS
    assert len(set(ages(report).values())) == 1
    # current, although this run built nothing
    assert report.verdict
    assert not [reason for reason in report.verdict.reasons if reason.code.startswith("marts")]


def test_new_versions_build_descendants_of_their_source(site: Site) -> None:
    before = ages(current(site))["dated"]
    site.land("wave", 2)
    report = site.run()
    assert names(report) == {"stg_wave", "waves", "both", "runs", "unique_waves_id"}
    assert report.plan
    assert (report.plan.unchanged_models, report.plan.unchanged_tests) == (4, 2)
    # it needed no build, so it is as current as the others
    assert ages(report)["dated"] != before
    assert len(set(ages(report).values())) == 1


def test_views_are_left_out_of_builds_of_affected_rows(site: Site) -> None:
    """A view has no rows of its own; its text changes with the project only."""
    current(site)
    site.land("item", 50)
    assert names(site.run()) == {"stg_item", "not_null_stg_item_id", "items", "both", "runs"}
    assert site.execute("select count(*) from wms.items where id = 50") == [(1,)]
    assert {"int_item", "unique_int_item_id"} <= names(site.run(everything="asked for"))


@pytest.mark.parametrize(
    ("dropped", "expected"),
    [
        ("view int_item", {"int_item", "unique_int_item_id", "items", "both", "runs"}),
        ("table items", {"items", "both", "runs"}),
        ("table colours", {"colours", "runs"}),
    ],
)
def test_dropped_relation_is_built_again(site: Site, dropped: str, expected: set[str]) -> None:
    seed = site.root / "dbt_project" / "seeds" / "colours.csv"
    seed.parent.mkdir(exist_ok=True)
    seed.write_text("colour\nred\n")
    assert current(site).build is None
    site.execute(f"drop {dropped.replace(' ', ' wms.')}")
    report = site.run()
    assert (report.exit_code, names(report)) == (0, expected)
    name = dropped.partition(" ")[2]
    assert report.plan
    assert report.plan.reason == f"dropped: {name}"
    assert site.execute(f"select count(*) > 0 from wms.{name}") == [(True,)]
    assert site.run().build is None
    seed.unlink()


def test_relation_of_other_schema_is_not_missed(site: Site) -> None:
    model = site.root / "dbt_project" / "models" / "elsewhere.sql"
    model.write_text("{{ config(materialized='table', schema='elsewhere') }} select 1 as one")
    assert current(site).build is None
    model.unlink()


def test_run_without_news_does_not_import_dbt(site: Site) -> None:
    current(site)
    code = """
import sys
from pathlib import Path
from tests.integration.dbt.test_changed_builds import Site
report = Site(Path.cwd()).run()
imported = sorted(name for name in sys.modules if name.split(".")[0] == "dbt")
print(report.plan.scope, report.freshness is not None, imported)
"""
    words = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})\n{code}"]
    found = subprocess.run(words, cwd=site.root, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "nothing True []"


def test_failed_test_is_repeated_until_it_passes(site: Site) -> None:
    before = ages(current(site))["items"]
    site.land("item", None)
    failed = site.run()
    assert (failed.exit_code, failed.plan and failed.plan.reason) == (40, "new: item")
    later = ages(failed)
    assert (later["items"], later["both"]) == (before, before)
    assert later["waves"] != before
    assert failed.verdict
    assert "marts_failed" in {reason.code for reason in failed.verdict.reasons}
    again = site.run()
    assert again.exit_code == 40
    assert again.plan
    assert again.plan.reason.startswith("failed or skipped before: ")
    assert {"not_null_stg_item_id", "items", "both"} <= names(again)
    assert "waves" not in names(again)
    assert site.execute("select count(*) from wms_raw.elt_alert where kind = 'tests_failed' and closed_at is null") == [
        (1,)
    ]
    site.execute("delete from wms_raw.item where id is null")
    site.land("item", 4)
    well = site.run()
    assert (well.exit_code, {"items", "both"} <= names(well)) == (0, True)
    assert len(set(ages(well).values())) == 1
    assert site.execute("select count(*) from wms_raw.elt_alert where closed_at is null") == [(0,)]


def test_warning_is_repeated_without_build(site: Site) -> None:
    current(site)
    site.land("wave", 1)
    assert site.run().warnings == ("tests warned: unique_waves_id",)
    unbuilt = site.run()
    assert unbuilt.build is None
    assert unbuilt.status == "warned"
    assert unbuilt.warnings == ("tests warned in an earlier build, and nothing has changed: unique_waves_id",)
    site.execute("delete from wms_raw.wave where rowid = (select max(rowid) from wms_raw.wave)")
    site.land("wave", 7)
    assert site.run().warnings == ()


def test_run_killed_before_its_record_repeats_its_choice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    current(site)
    site.land("item", 5)

    def dies(*_: object) -> None:
        raise TargetError("KILLED", "killed")

    with monkeypatch.context() as patch:
        patch.setattr("loader.report.store.replace_state", dies)
        with pytest.raises(TargetError, match="KILLED"):
            site.run()
    again = site.run()
    assert again.plan
    assert again.plan.reason == "new: item"
    # the marts may have rows that the state doesn't know of
    assert (again.plan.all_rows, again.plan.built_up_to) == ("the last build was interrupted", {})
    assert {"stg_item", "items", "both"} <= names(again)


def test_version_landed_during_a_build_is_seen_by_the_next(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    current(site)
    site.land("item", 6)

    def landing(*_: object, **__: object) -> None:
        site.land("wave", 60)

    with monkeypatch.context() as patch:
        patch.setattr("loader.runs.build_stage.before_build", landing)
        first = site.run()
    assert first.verdict
    assert "marts_behind" in {reason.code for reason in first.verdict.reasons}
    second = site.run()
    assert second.plan
    assert second.plan.reason == "new: wave"
    assert (second.plan.all_rows, second.plan.built_up_to) == ("", {"item": 2, "wave": 2})


def test_changed_file_builds_everything(site: Site) -> None:
    current(site)
    path = site.root / "dbt_project" / "models" / "marts" / "runs.sql"
    path.write_text(f"{path.read_text()} -- changed")
    report = site.run()
    assert report.plan
    assert report.plan.reason == "the dbt project, its settings or a version changed"
    assert names(report) >= {"stg_item", "stg_wave", "dated", *MARTS}


def test_build_with_arguments_forgets_the_state(site: Site) -> None:
    current(site)
    assert names(site.explicit("--select", "waves")) == {"waves", "unique_waves_id"}
    assert site.state is None
    report = site.run(everything="asked for")
    assert report.plan
    assert report.plan.reason == "asked for"
    assert site.state


def test_due_model_is_built_with_descendants(site: Site) -> None:
    current(site)
    long_ago = """replace(decode(state), '"due":{"day":"2', '"due":{"day":"1')::blob"""
    site.execute(f"update wms_raw.elt_build_state set state = {long_ago}")
    report = site.run()
    assert names(report) == {"dated", "runs"}
    assert report.plan
    assert report.plan.reason == "due every day"


def test_state_of_another_release_is_unknown(site: Site) -> None:
    assert current(site).plan
    with open_warehouse(site.settings) as target:
        forget_state(target, "another pipeline")
    assert site.state
    for content in ("'no json'", "'{}'", "null"):
        site.execute(f"update wms_raw.elt_build_state set state = {content}::blob")
        assert site.state is None
