"""Freshness from the loader's rows has the verdicts of ``dbt source freshness``, whose thresholds it reads."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loader.dbt import DbtProject, FreshnessResult
from loader.report.source_freshness import source_freshness
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.warehouse import ENTITY_RUN, open_warehouse
from tests.support.harness import REPOSITORY
from tests.support.small_project import small_project

MINUTE = 60.0
# seconds since each read, with its status; the thresholds are 2 hours and 1 day
READS = {
    "just_read": {"ok": 0.0},
    "almost_late": {"ok": 119 * MINUTE},
    "late": {"ok": 121 * MINUTE},
    "almost_stale": {"ok": 1439 * MINUTE},
    "stale": {"ok": 1441 * MINUTE},
    "failed_since": {"ok": 180 * MINUTE, "failed": 1.0},
    "skipped_since": {"ok": 30.0, "skipped": 1.0},
    "only_failed": {"failed": 1.0},
    "never_asked": {},
    "daily": {"ok": 1441 * MINUTE},
    "warned_only": {"ok": 1441 * MINUTE},
    "unchecked": {"ok": 9999 * MINUTE},
}
TABLES = """
      - {name: daily, config: {freshness: {warn_after: {count: 2, period: day}, error_after: {count: 3, period: day}}}}
      - {name: warned_only, config: {freshness: {error_after: {count: 30, period: day}}}}
      - {name: unchecked, config: {freshness: null}}
"""
SOURCES = f"""
sources:
  - name: wms
    schema: wms_raw
    config:
      loaded_at_query: "{{{{ last_successful_read(this) }}}}"
      freshness: {{warn_after: {{count: 2, period: hour}}, error_after: {{count: 1, period: day}}}}
    tables:
{"".join(f"      - name: {name}{chr(10)}" for name in READS if name not in TABLES)}{TABLES}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("freshness")
    small_project(root, {"models/sources.yml": SOURCES})
    shutil.copy(REPOSITORY / "profiles.yml.example", root)
    return root


@pytest.fixture(scope="module")
def verdicts(root: Path) -> tuple[FreshnessResult, FreshnessResult]:
    """Return the result of dbt and ours."""
    settings = Settings(
        target=TargetSettings(duckdb_path=root / "warehouse.duckdb"), pipeline=PipelineSettings(work_dir=root / "work")
    )
    project, now = DbtProject(settings, root=root), datetime.now(UTC)
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        rows = [
            {"run_id": status, "entity": entity, "status": status, "finished_at": now - timedelta(seconds=age)}
            for entity, reads in READS.items()
            for status, age in reads.items()
        ]
        target.insert(ENTITY_RUN, rows)
        ours = source_freshness(target, project.declarations().sources, frozenset(READS), now)
    return project.freshness(), ours


def test_freshness_equals_that_of_dbt(verdicts: tuple[FreshnessResult, FreshnessResult]) -> None:
    theirs, ours = ({line.source: line for line in found.sources} for found in verdicts)
    assert {name: line.status for name, line in ours.items()} == {name: line.status for name, line in theirs.items()}
    assert {line.status for line in ours.values()} == {"ok", "warn", "failed"}
    for name, line in ours.items():
        other = theirs[name]
        assert (line.warn_after_seconds, line.error_after_seconds, line.message) == (
            other.warn_after_seconds,
            other.error_after_seconds,
            other.message,
        )
        if line.age_seconds is None or other.age_seconds is None:
            assert line.age_seconds is other.age_seconds is None
        else:
            assert abs(line.age_seconds - other.age_seconds) < 30
        assert (line.loaded_at is None) == (other.loaded_at is None)


def test_freshness_leaves_out_entities_not_read(root: Path) -> None:
    settings = Settings(
        target=TargetSettings(duckdb_path=root / "other.duckdb"), pipeline=PipelineSettings(work_dir=root / "work")
    )
    declared = DbtProject(settings, root=root).declarations().sources
    with open_warehouse(settings) as target:
        assert source_freshness(target, declared, frozenset(), datetime.now(UTC)).sources == ()
        found = source_freshness(target, declared, frozenset({"late"}), datetime.now(UTC)).sources
    assert [(line.source, line.status) for line in found] == [("wms.late", "ok")]
