from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.dbt.plan import BuildState
from loader.report import Quality, RunReport
from loader.report.kept_facts import KeptFacts
from loader.runs.build_stage import MartMeasures, measured
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.warehouse import Sessions

AT = datetime(2026, 11, 30, 10, 2, tzinfo=UTC)
STATE = BuildState(fingerprint="f", marks={}, built_at=AT, covered_at=AT)
REPORT = RunReport(
    run_id="1", status="ok", exit_code=0, started_at=AT, finished_at=AT, duration_s=0.0, source="", target=""
)


@pytest.mark.parametrize(("share", "before"), [(0.004, 0.004), (None, 0.003)])
def test_kept_measures_are_those_of_the_run_before(tmp_path: Path, share: float | None, before: float) -> None:
    """The share of the same marts is the former one too, so that an alert on a change closes."""
    settings = Settings(
        target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"), pipeline=PipelineSettings(work_dir=tmp_path)
    )
    kept = KeptFacts(tmp_path, REPORT, STATE)
    quality = Quality(checked_rows=9, rejected_rows=1, score=0.9, rules=(), refused_share=share, refused_before=0.003)
    kept.keep(MartMeasures(quality=quality, empty_marts=(), losses=("cut",)))
    report = measured(REPORT, Sessions(settings), kept)
    assert report.quality
    assert (report.quality.score, report.quality.refused_before, report.warnings) == (0.9, before, ("cut",))
    assert measured(REPORT, Sessions(settings)).quality is None
