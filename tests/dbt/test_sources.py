"""Freshness reports the last read of an entity, and distinguishes a missing raw table from a wrong schema."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.harness import DbtProject, RawDatabase


def freshness(project: DbtProject) -> dict[str, str]:
    outcome = project.invoke("source freshness")
    return {result.node.name: str(result.status) for result in outcome.result.results}


def test_freshness_is_age_of_last_successful_read(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put_run("allocation", "ok", timedelta(hours=1))
    raw_db.put_run("order_hdr", "ok", timedelta(hours=30))
    raw_db.put_run("order_dtl", "ok", timedelta(hours=30))
    raw_db.put_run("item", "ok", timedelta(days=6))
    raw_db.put_run("location", "ok", timedelta(days=8))
    found = freshness(dbt_project)
    assert found["allocation"] == "pass"
    assert found["order_hdr"] == "warn"
    assert found["order_dtl"] == "error"
    assert found["item"] == "pass"
    assert found["location"] == "warn"


def test_failed_read_does_not_refresh(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put_run("allocation", "ok", timedelta(hours=3))
    raw_db.put_run("allocation", "failed", timedelta(0))
    raw_db.put_run("order_hdr", "failed", timedelta(0))
    found = freshness(dbt_project)
    assert (found["allocation"], found["order_hdr"]) == ("warn", "error")


def test_never_loaded_entity_is_not_stale(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    assert set(freshness(dbt_project).values()) == {"pass"}


def test_entity_without_raw_table_gives_empty_model(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    dbt_project.run("build", "--indirect-selection", "buildable", "--select", "stg_wms__wave")
    assert raw_db.rows("select count(*) from wms.stg_wms__wave") == [(0,)]
    raw_db.put("wave", {"id": 1, "run_nbr": "W1"})
    dbt_project.run("build", "--indirect-selection", "buildable", "--select", "stg_wms__wave")
    assert raw_db.rows("select wave_id, run_nbr from wms.stg_wms__wave") == [(1, "W1")]


@pytest.mark.exhaustive
def test_schema_without_raw_tables_is_named_in_warning(
    raw_db: RawDatabase, dbt_work_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # another schema makes dbt parse everything again, so don't use the shared parse of the other tests
    dbt_project = DbtProject(dbt_work_dir / "elsewhere")
    monkeypatch.setenv("WMS_ELT_RAW_SCHEMA", "elsewhere")
    said: list[str] = []
    outcome = dbt_project.invoke("test", "--select", "assert_something_is_landed", on_message=said.append)
    assert outcome.success
    assert [str(result.status) for result in outcome.result.results] == ["warn"]
    (warning,) = [text for text in said if "No raw tables" in text]
    assert "in schema 'elsewhere'" in warning
    assert "WMS_ELT_RAW_SCHEMA" in warning


def test_schema_with_raw_tables_gives_no_warning(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    outcome = dbt_project.run("test", "--select", "assert_something_is_landed")
    assert [str(result.status) for result in outcome.result.results] == ["pass"]
