from __future__ import annotations

from pathlib import Path

import pytest

from loader.dbt.declarations import DeclaredSource, fingerprint, read_declarations
from tests.support.harness import REPOSITORY

SOURCES = """
sources:
  - name: wms
    config:
      freshness: {warn_after: {count: 7, period: day}, error_after: {count: 14, period: day}}
    tables:
      - name: item
      - name: wave
        config:
          freshness: {warn_after: {count: 30, period: minute}}
      - name: task
        freshness: {error_after: {count: 2, period: hour}}
      - {name: note, config: {freshness: null}}
  - name: elt
    tables: [{name: elt_run}]
"""
DAY = 86_400.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"dbt_project.yml": "name: p", "models/s.yml": SOURCES, "models/m.sql": "select 1"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_declared_sources_inherit_thresholds(project: Path) -> None:
    assert read_declarations(project).sources == (
        DeclaredSource(source="wms", table="item", warn_after=7 * DAY, error_after=14 * DAY),
        DeclaredSource(source="wms", table="wave", warn_after=1800.0, error_after=14 * DAY),
        DeclaredSource(source="wms", table="task", warn_after=7 * DAY, error_after=7200.0),
        DeclaredSource(source="wms", table="note"),
        DeclaredSource(source="elt", table="elt_run"),
    )


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("models: [{name: m, config: {meta: {due: hour}}}]", {"hour"}),
        ("models:\n  - name: m\n    config:\n      meta:\n        due: 'day'\n", {"day"}),
        ("{{ config(meta={'due': 'day'}) }}", {"day"}),
        ("the due: date", set()),
        ("overdue: hour", set()),
    ],
)
def test_declared_periods(project: Path, text: str, periods: set[str]) -> None:
    (project / "models" / "m.yml").write_text(f"# {text}" if text.startswith("the") else text)
    assert read_declarations(project).periods == periods


def test_digest_changes_with_names_and_contents(project: Path) -> None:
    def digest() -> str:
        return read_declarations(project).digest

    seen = [digest()]
    for name in ("target/manifest.json", "logs/dbt.log", ".sqlfluff"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("x")
    assert digest() == seen[0]
    (project / "models/m.sql").write_text("select 2")
    seen.append(digest())
    (project / "models/m.sql").rename(project / "models/n.sql")
    seen.append(digest())
    (project / "models/empty.sql").touch()
    seen.append(digest())
    assert len(set(seen)) == 4


def test_fingerprint_ignores_places_and_secrets() -> None:
    environment = {"WMS_ELT_DBT_SCHEMA": "wms", "DBT_ENV_SECRET_ORACLE_PASSWORD": "x", "WMS_ELT_DUCKDB_PATH": "/a"}
    first = fingerprint("d", {"quality_warn": 0.9}, environment, "dbt-duckdb")
    others = {"DBT_ENV_SECRET_ORACLE_PASSWORD": "y", "WMS_ELT_DUCKDB_PATH": "/b", "DBT_ORACLE_HOST": "h"}
    assert fingerprint("d", {"quality_warn": 0.9}, environment | others, "dbt-duckdb") == first
    assert fingerprint("d", {"quality_warn": 0.8}, environment, "dbt-duckdb") != first
    assert fingerprint("e", {"quality_warn": 0.9}, environment, "dbt-duckdb") != first
    assert fingerprint("d", {"quality_warn": 0.9}, environment, "dbt-oracle") != first
    assert fingerprint("d", {"quality_warn": 0.9}, environment | {"WMS_ELT_DBT_SCHEMA": "m"}, "dbt-duckdb") != first


def test_project_declares_its_sources() -> None:
    names = {source.name for source in read_declarations(REPOSITORY / "dbt_project").sources}
    assert {"wms.order_hdr", "elt.elt_reconciliation"} <= names
