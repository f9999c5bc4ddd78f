from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from loader.dbt import BuildResult, FreshnessResult, NodeResult, SourceFreshness
from loader.report import EntityResult, ErrorEntry, Quality, RejectedRows, RunReport
from loader.report.entity_runs import save_entities
from loader.report.store import save_run, write
from loader.settings import PipelineSettings, Settings, TargetSettings
from loader.warehouse import open_warehouse

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
MARTS = """
create schema wms;
create table wms.dim_facility (facility_id bigint, facility_code varchar);
insert into wms.dim_facility values (11, 'DC01'), (12, 'DC02');
create table wms.rejected_records (
    entity varchar, entity_id bigint, rule varchar, severity varchar, reason varchar, value varchar,
    remediation varchar, facility_id bigint, is_deleted integer, first_seen_at timestamp, is_root_cause integer
);
create table wms.kpi_definitions (
    kpi varchar, title varchar, formula varchar, unit varchar, target decimal(19, 4), better_is varchar
);
insert into wms.kpi_definitions values
    ('fill', 'Line fill rate', 'Lines filled / lines', 'share', 0.97, 'higher'),
    ('wait', 'Waiting', 'Minutes / picks', 'minutes', null, 'lower'),
    ('unmeasured', 'Not measured', 'x', 'x', null, 'lower');
create table wms.kpi_daily (facility_code varchar, kpi varchar, business_date date, kpi_value decimal(19, 4));
insert into wms.kpi_daily values
    ('DC01', 'fill', '2026-11-24', 0.9), ('DC01', 'fill', '2026-11-20', 0.95), ('DC02', 'fill', '2026-11-24', 0.99),
    ('DC01', 'fill', '2026-10-01', 0.1), ('DC01', 'wait', '2026-11-23', 12.5);
create table wms.kpi_current (
    facility_code varchar, kpi varchar, latest_date date, latest_value decimal(19, 4), value_7_days decimal(19, 4),
    value_7_days_before decimal(19, 4), value_30_days decimal(19, 4), coverage_7_days decimal(9, 4), state varchar
);
insert into wms.kpi_current values
    ('DC02', 'fill', '2026-11-24', 0.99, 0.985, 0.975, 0.98, 1, 'on_target'),
    ('DC01', 'fill', '2026-11-24', 0.9, 0.925, null, 0.93, 0.5, 'off_target'),
    ('DC01', 'wait', '2026-11-23', 12.5, 1234.5, null, null, null, 'no_target');
"""

RECONCILIATION = """
create table wms.source_reconciliation as select * from (values
    ('item', 10, 10, 0, 1, 2, 8, 1, timestamp '2026-11-23 04:00:00', 1, 2, 0),
    ('wave', 3, 2, -1, 0, 0, 2, 0, null, null, null, null)
) t(
    entity, landed_count, staged_count, staged_difference, deleted_count, rejected_count, accepted_count, is_agreeing,
    compared_at, missing_count, stale_count, vanished_count
)
"""

MakeReport = Callable[..., RunReport]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb", duckdb_wait_seconds=0),
        pipeline=PipelineSettings(work_dir=tmp_path / "work", entities=("order_hdr", "item")),
    )


@pytest.fixture
def make_report() -> MakeReport:
    """Makes the report of a good run with the given changes."""

    def make(number: int = 1, **changes: Any) -> RunReport:
        started = NOW - timedelta(hours=2 * (9 - number))
        entities = tuple(
            EntityResult(
                entity=entity,
                status="ok",
                mode="incremental",
                rows_read=rows,
                new_versions=rows // 2,
                started_at=started,
                finished_at=started + timedelta(seconds=seconds),
                duration_s=seconds,
            )
            for entity, rows, seconds in (("order_hdr", 1200, 1.5), ("item", 10, 0.2))
        )
        nodes = [
            NodeResult(name=f"model_{place}", kind="model", status="ok", seconds=place / 10) for place in range(12)
        ]
        nodes.append(NodeResult(name="unique_id", kind="test", status="ok", seconds=99))
        fresh = SourceFreshness(
            source="wms.order_hdr",
            status="ok",
            loaded_at=started,
            age_seconds=3600,
            warn_after_seconds=7200,
            error_after_seconds=14_400,
        )
        values: dict[str, Any] = {
            "run_id": f"run-{number}",
            "status": "ok",
            "exit_code": 0,
            "started_at": started,
            "finished_at": started + timedelta(seconds=80),
            "duration_s": 80.0,
            "source": "a WMS",
            "target": "a database",
            "entities": entities,
            "build": BuildResult(nodes=tuple(nodes), seconds=12.0),
            "freshness": FreshnessResult(sources=(fresh,), seconds=1.0),
            "quality": Quality(
                checked_rows=1000,
                rejected_rows=10,
                score=0.99,
                rules=(RejectedRows(entity="order_hdr", rule="facility_present", rows=10),),
            ),
        }
        return RunReport(**{**values, **changes})

    return make


@pytest.fixture
def failure() -> ErrorEntry:
    return ErrorEntry(code="WMS_DBT_002", message="Can't build with dbt: orders.", hint="Fix it.", exit_code=30)


class Warehouse:
    """Tables that the page reads, in a DuckDB file."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.execute(MARTS)

    def execute(self, sql: str, *rows: tuple[object, ...]) -> None:
        with duckdb.connect(str(self.settings.target.duckdb_path)) as connection:
            connection.executemany(sql, rows) if rows else connection.execute(sql)

    def reject(self, *rows: tuple[object, ...]) -> None:
        self.execute("insert into wms.rejected_records values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *rows)

    def ended(self, report: RunReport) -> RunReport:
        """Stores a report as a run does."""
        with open_warehouse(self.settings) as target:
            save_entities(report, target)
            save_run(report, target)
        write(report, self.settings.pipeline.work_dir)
        return report


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings)


def rejected(entity_id: int, rule: str = "quantity_above_zero", **changes: object) -> tuple[object, ...]:
    row: dict[str, object] = {
        "entity": "order_dtl",
        "entity_id": entity_id,
        "rule": rule,
        "severity": "error",
        "reason": "Not above zero.",
        "value": "-1",
        "remediation": "Correct it.",
        "facility_id": 11,
        "is_deleted": 0,
        "first_seen_at": datetime.fromisoformat("2026-11-20") + timedelta(minutes=entity_id),
        "is_root_cause": 1,
    }
    return tuple({**row, **changes}.values())
