"""Results of `dbt source freshness`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from loader.dbt import DbtProject, FreshnessResult
from loader.dbt.project import _source
from loader.settings import Settings


@pytest.fixture(scope="module")
def freshness(settings: Settings, checkout: Path) -> FreshnessResult:
    return DbtProject(settings, root=checkout).freshness()


def test_freshness_returns_age_and_thresholds(freshness: FreshnessResult) -> None:
    sources = {source.source: source for source in freshness.sources}
    assert {name: source.status for name, source in sources.items()} == {
        "wms.fresh": "ok",
        "wms.late": "warn",
        "wms.stale": "failed",
        "wms.absent": "unknown",
        "wms.never": "failed",
    }
    late = sources["wms.late"]
    assert late.age_seconds == pytest.approx(3 * 3600, abs=300)
    assert (late.warn_after_seconds, late.error_after_seconds) == (7200, 172_800)
    assert late.loaded_at is not None
    assert late.loaded_at.utcoffset() is not None
    assert "absent" in sources["wms.absent"].message
    assert sources["wms.absent"].age_seconds is None
    assert (freshness.count("failed"), freshness.count("unknown")) == (2, 1)


def test_freshness_writes_sources_json(settings: Settings, checkout: Path) -> None:
    DbtProject(settings, root=checkout).freshness(["source:wms.late"])
    left = json.loads((settings.pipeline.work_dir / "dbt" / "target" / "sources.json").read_text())["results"]
    assert [(source["unique_id"], source["status"]) for source in left] == [("source.mini.wms.late", "warn")]


def test_source_never_loaded_has_no_age(freshness: FreshnessResult) -> None:
    [never] = (source for source in freshness.sources if source.source == "wms.never")
    assert (never.loaded_at, never.age_seconds, never.message) == (None, None, "never loaded")


@pytest.mark.parametrize("year", [1, 1970])
def test_source_whose_reads_all_failed_has_no_age(year: int) -> None:
    # dbt gives year 1 if the query returns null
    result = SimpleNamespace(
        node=SimpleNamespace(source_name="wms", name="item", freshness=None),
        status="error",
        max_loaded_at=datetime(year, 1, 1, tzinfo=UTC),
        age=63_931_622_400.0,
        message=None,
    )
    never = _source(result)
    assert (never.loaded_at, never.age_seconds, never.message) == (None, None, "never loaded")
