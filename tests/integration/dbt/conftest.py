from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from loader.settings import PipelineSettings, Settings, TargetSettings

MakeCheckout = Callable[[Mapping[str, str]], Path]
MakeSettings = Callable[..., Settings]

PROFILE = """
wms_elt:
  target: "{{ env_var('WMS_ELT_DBT_TARGET') }}"
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('WMS_ELT_DUCKDB_PATH') }}"
      schema: "{{ env_var('WMS_ELT_DBT_SCHEMA') }}"
      threads: 2
"""

FILES = {
    "profiles.yml.example": PROFILE,
    "dbt_project/dbt_project.yml": """
name: mini
version: "1.0.0"
profile: wms_elt
flags: {send_anonymous_usage_stats: false}
vars: {quality_error: 0.95}
""",
    "dbt_project/models/good.sql": "select 1 as id, {{ var('quality_error') }} as threshold",
    "dbt_project/models/twice.sql": "select 1 as id union all select 1 as id",
    "dbt_project/models/broken.sql": "select nope from {{ ref('good') }}",
    "dbt_project/models/after_broken.sql": "select * from {{ ref('broken') }}",
    "dbt_project/models/models.yml": """
models:
  - name: good
    columns:
      - name: id
        data_tests: [not_null]
  - name: twice
    columns:
      - name: id
        data_tests:
          - unique
          - unique: {name: twice_is_unique_warned, config: {severity: warn}}
unit_tests:
  - name: good_has_an_id
    model: good
    given: []
    expect: {rows: [{id: 2}]}
""",
    "dbt_project/models/sources.yml": """
sources:
  - name: wms
    schema: wms_raw
    config:
      loaded_at_field: read_at
      freshness: {warn_after: {count: 2, period: hour}, error_after: {count: 2, period: day}}
    tables: [{name: fresh}, {name: late}, {name: stale}, {name: absent}, {name: never}]
""",
}


@pytest.fixture(scope="session")
def make_checkout(tmp_path_factory: pytest.TempPathFactory) -> MakeCheckout:
    """Makes a checkout with a small dbt project and the example profile, with some files replaced."""

    def make(changed: Mapping[str, str]) -> Path:
        root = tmp_path_factory.mktemp("checkout")
        for name, text in {**FILES, **changed}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return root

    return make


@pytest.fixture(scope="session")
def checkout(make_checkout: MakeCheckout) -> Path:
    root = make_checkout({})
    (root / "target").mkdir()
    with duckdb.connect(str(root / "target" / "mini.duckdb")) as connection:
        connection.execute("create schema wms_raw")
        for table, age in {"fresh": "1 minute", "late": "3 hours", "stale": "5 days"}.items():
            read_at = f"(now() at time zone 'UTC') - interval '{age}'"
            connection.execute(f"create table wms_raw.{table} as select {read_at} as read_at")
        connection.execute("create table wms_raw.never as select timestamp '1970-01-01' as read_at")
    return root


@pytest.fixture(scope="session")
def settings_for() -> MakeSettings:
    def make(checkout: Path, **pipeline: float) -> Settings:
        return Settings(
            target=TargetSettings(duckdb_path=checkout / "target" / "mini.duckdb"),
            pipeline=PipelineSettings(work_dir=checkout / "target", **pipeline),
        )

    return make


@pytest.fixture(scope="session")
def settings(checkout: Path, settings_for: MakeSettings) -> Settings:
    return settings_for(checkout)
