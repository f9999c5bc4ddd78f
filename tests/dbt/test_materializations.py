"""Model builds on DuckDB: the project's own materializations, in a project of a few models."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.support.harness import REPOSITORY, DbtProject, problems

KINDS = ("view", "table", "incremental")
MACROS = REPOSITORY / "dbt_project" / "macros"
INCREMENTAL = "{{ config(materialized='incremental', unique_key='id', on_schema_change='sync_all_columns') }} "


class Small(DbtProject):
    """A project whose models are given as text, with the macros that build them."""

    def model(self, text: str, name: str = "m") -> None:
        (self.project_dir / "models" / f"{name}.sql").write_text(text)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(self.work_dir / "small.duckdb") as connection:
            return connection.execute(sql).fetchall()

    def kinds(self) -> set[tuple[object, ...]]:
        """Return names and types of all relations in the database."""
        return set(self.rows("select table_name, table_type from information_schema.tables"))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    shutil.copytree(MACROS / "materializations", project / "macros")
    for name in ("run_hooks", "duckdb__create_view_as", "duckdb__get_columns_in_relation"):
        shutil.copy(MACROS / "overrides" / f"{name}.sql", project / "macros")
    # contracts include published custom fields
    shutil.copy(MACROS / "marts" / "custom_fields.sql", project / "macros")
    (project / "dbt_project.yml").write_text("{name: small, version: '1.0', profile: wms_elt}")
    monkeypatch.setenv("WMS_ELT_DUCKDB_PATH", str(tmp_path / "small.duckdb"))
    monkeypatch.setenv("WMS_ELT_DBT_SCHEMA", "main")
    return Small(tmp_path, project_dir=project)


def test_changed_materialization_leaves_no_old_relation(small: Small) -> None:
    order = ("view", "table", "incremental", "view", "incremental", "table", "view")
    for value, kind in enumerate(order):
        small.model(f"{{{{ config(materialized='{kind}') }}}} select {value} as id")
        small.run("build", "--full-refresh")
        assert small.kinds() == {("m", "VIEW" if kind == "view" else "BASE TABLE")}
        assert small.rows("select id from m") == [(value,)]


def test_view_introspecting_during_compile_is_built(small: Small) -> None:
    """Listing an unlisted schema opens a transaction, in which dbt then creates the view."""
    elsewhere = "api.Relation.create(database=target.database, schema='elsewhere', identifier='seen')"
    for _ in range(2):
        small.model(f"select '{{{{ load_relation({elsewhere}) }}}}' as seen")
        small.run("build")
        assert small.rows("select seen from m") == [("None",)]


def test_failed_model_keeps_previous_relation(small: Small) -> None:
    for text in ("select 1 as id", "select error('no') as id from nowhere"):
        for kind in KINDS:
            small.model(f"{{{{ config(materialized='{kind}') }}}} {text}", name=f"a_{kind}")
        outcome = small.invoke("build", "--full-refresh")
    assert sum("nowhere" in problem for problem in problems(outcome)) == len(KINDS)
    assert [small.rows(f"select id from a_{kind}") for kind in KINDS] == [[(1,)]] * len(KINDS)


def test_table_failing_midway_is_unchanged(small: Small) -> None:
    """The old table is already dropped when a row breaks the contract."""
    (small.project_dir / "models" / "m.yml").write_text(
        "{models: [{name: m, config: {contract: {enforced: true}}, columns: "
        "[{name: id, data_type: integer, constraints: [{type: not_null}]}]}]}"
    )
    small.model("{{ config(materialized='table') }} select 1 as id")
    small.run("build")
    small.model("{{ config(materialized='table') }} select cast(null as integer) as id")
    assert "NOT NULL constraint failed" in "".join(problems(small.invoke("build")))
    assert small.rows("select id from m") == [(1,)]


def contracted(small: Small, sql: str, **columns: str) -> None:
    """Create a model of each kind with this query and a contract with these columns and types."""
    declared = ", ".join(f"{{name: {name}, data_type: '{type_}'}}" for name, type_ in columns.items())
    models = ", ".join(f"{{name: a_{kind}, columns: [{declared}]}}" for kind in KINDS)
    (small.project_dir / "models" / "m.yml").write_text(f"{{models: [{models}]}}")
    for kind in KINDS:
        config = f"materialized='{kind}', unique_key='id', incremental_strategy='merge', contract={{'enforced': true}}"
        small.model(f"{{{{ config({config}, on_schema_change='append_new_columns') }}}} {sql}", name=f"a_{kind}")


@pytest.mark.parametrize(
    ("broken", "names"),
    [
        ("select 2 as id, 'x' as name, 3 as more", "more"),
        ("select 2 as id", "name"),
        ("select cast(2 as bigint) as id, 'x' as name", "BIGINT"),
    ],
)
def test_broken_contract_is_reported_and_keeps_relation(small: Small, broken: str, names: str) -> None:
    columns = {"id": "integer", "name": "varchar(10)"}
    contracted(small, "select 1 as id, 'x' as name", **columns)
    small.run("build")
    contracted(small, broken, **columns)
    for full_refresh in ([], ["--full-refresh"]):
        messages = problems(small.invoke("build", *full_refresh))
        assert sum("has an enforced contract that failed" in text and names in text for text in messages) == len(KINDS)
        for kind in KINDS:
            assert small.rows(f"select id, name from a_{kind}") == [(1, "x")]


def test_contract_accepts_other_column_order_and_type_aliases(small: Small) -> None:
    contracted(small, "select 1 as id, cast(1.5 as decimal(9, 2)) as amount", amount="numeric(9, 2)", id="int")
    for _ in range(2):
        small.run("build")
        for kind in KINDS:
            assert small.rows(f"select id, cast(amount as varchar) from a_{kind}") == [(1, "1.50")]


def test_unchanged_incremental_model_writes_nothing_runs_hooks(small: Small) -> None:
    hook = "post_hook='create or replace table hooked as select max(id) as id from {{ this }}'"
    config = INCREMENTAL.replace("unique_key", f"incremental_strategy='merge', {hook}, unique_key")
    when = "{{ 'where false' if is_incremental() }}"
    small.model(f"{config} select 1 as id from range(1) {when}")
    small.run("build")
    small.model(f"{config} select 1 as id, 'x' as come from range(1) {when}")
    small.run("build")
    assert "merge" not in (small.target_path / "run" / "small" / "models" / "m.sql").read_text().lower()
    assert small.rows("select id, come from m") == [(1, None)]
    assert small.rows("select id from hooked") == [(1,)]


def test_incremental_model_merges_by_key(small: Small) -> None:
    small.model(INCREMENTAL + "select 1 as id, 'old' as state union all select 2, 'old'")
    small.run("build")
    small.model(INCREMENTAL + "select 2 as id, 'new' as state union all select 3, 'new'")
    small.run("build")
    assert small.rows("select id, state from m order by id") == [(1, "old"), (2, "new"), (3, "new")]
    assert small.kinds() == {("m", "BASE TABLE")}


@pytest.mark.parametrize("kind", KINDS)
def test_failed_transactional_hook_rolls_back_model(small: Small, kind: str) -> None:
    def model(value: int, hook: str) -> str:
        config = f"materialized='{kind}', unique_key='id', incremental_strategy='merge', post_hook='{hook}'"
        return f"{{{{ config({config}) }}}} select {value} as id"

    small.model(model(1, "select 1"))
    small.run("build")
    small.model(model(2, "select nothing from nowhere"))
    assert "nowhere" in "".join(problems(small.invoke("build")))
    assert small.rows("select id from m") == [(1,)]


def test_incremental_model_follows_column_changes(small: Small) -> None:
    small.model(INCREMENTAL + "select 1 as id, 5 as amount, 'x' as gone")
    small.run("build")
    small.model(INCREMENTAL + "select 2 as id, cast(7.5 as decimal(9, 2)) as amount, 'y' as come")
    small.run("build")
    assert small.rows("select id, cast(amount as varchar), come from m order by id") == [
        (1, "5.00", None),
        (2, "7.50", "y"),
    ]
    assert small.rows("select column_name from information_schema.columns where table_name = 'm' order by 1") == [
        ("amount",),
        ("come",),
        ("id",),
    ]


def test_hooks_run_inside_and_outside_transaction(small: Small) -> None:
    with duckdb.connect(small.work_dir / "small.duckdb") as connection:
        connection.execute("create table seen (kind varchar, hook varchar, models integer)")
    for kind in KINDS:
        look = f"from information_schema.tables where table_name = 'a_{kind}'"
        pre, post = (
            f"{hook}_hook=[{{'sql': \"insert into seen select '{kind}', '{hook}', count(*) {look}\", "
            f"'transaction': {hook == 'pre'}}}]"
            for hook in ("pre", "post")
        )
        small.model(f"{{{{ config(materialized='{kind}', {pre}, {post}) }}}} select 1 as id", name=f"a_{kind}")
    small.run("build", "--threads", "1")
    seen = small.rows("select * from seen order by 1, 2 desc")
    assert seen == [(kind, hook, hook == "post") for kind in sorted(KINDS) for hook in ("pre", "post")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("config", ["grants={'select': ['x']}", "indexes=[{'columns': ['id']}]"])
def test_config_ignored_by_duckdb_fails(small: Small, kind: str, config: str) -> None:
    small.model(f"{{{{ config(materialized='{kind}', {config}) }}}} select 1 as id")
    message = "".join(problems(small.invoke("build")))
    assert f"Can't apply the config '{config.partition('=')[0]}' of m on DuckDB" in message


@pytest.mark.parametrize("kind", KINDS)
def test_fast_path_off_uses_adapter_materialization(small: Small, kind: str) -> None:
    off = ("--vars", "{duckdb_fast_path: false}")
    for value in (1, 2):
        small.model(f"{{{{ config(materialized='{kind}', indexes=[{{'columns': ['id']}}]) }}}} select {value} as id")
        small.run("build", "--full-refresh", *off)
        assert small.rows("select id from m") == [(value,)]
    indexes = small.rows("select count(*) from duckdb_indexes()")
    assert indexes == [(int(kind != "view"),)]
