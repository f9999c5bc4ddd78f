from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loader.dbt import BuildResult, FreshnessResult, NodeResult, SourceFreshness
from loader.report import EntityResult, ErrorEntry, Quality, RejectedRows, RunReport
from loader.report.model import CappedRule

STARTED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def entity() -> EntityResult:
    return EntityResult(
        entity="order_hdr",
        status="ok",
        mode="incremental",
        window_from=STARTED - timedelta(hours=2),
        window_to=STARTED - timedelta(minutes=2),
        read_to=STARTED - timedelta(minutes=2),
        rows_read=1204,
        pages=2,
        new_versions=33,
        deleted_rows=1,
        started_at=STARTED,
        finished_at=STARTED + timedelta(seconds=1.5),
        duration_s=1.5,
    )


@pytest.fixture
def report(entity: EntityResult) -> RunReport:
    """Report of a run with an example of each result."""
    company = EntityResult(
        entity="company",
        status="ok",
        mode="snapshot",
        rows_read=1,
        pages=1,
        started_at=STARTED,
        finished_at=STARTED,
        duration_s=0.1,
    )
    nodes = (
        NodeResult(
            name="orders", kind="model", status="ok", seconds=0.5, group="warehouse_analytics", started_at=STARTED
        ),
        NodeResult(name="order_hdr_history", kind="snapshot", status="ok", seconds=0.2),
        NodeResult(name="unique_orders_order_id", kind="test", status="ok", seconds=0.1, severity="error"),
        NodeResult(
            name="few_rejected",
            kind="test",
            status="warn",
            seconds=0.1,
            failures=312,
            message="Got 312",
            severity="warn",
            group="data_quality",
        ),
    )
    item = SourceFreshness(
        source="wms.item",
        status="ok",
        loaded_at=STARTED,
        age_seconds=60.0,
        warn_after_seconds=604_800.0,
        error_after_seconds=1_209_600.0,
    )
    return RunReport(
        run_id="20261123T120000Z-1a2b",
        status="warned",
        exit_code=0,
        started_at=STARTED,
        finished_at=STARTED + timedelta(seconds=41.25),
        duration_s=41.25,
        source="WMS simulator (seed 7, 20,000 order lines)",
        target="DuckDB target/warehouse.duckdb",
        command="elt",
        host="etl-1",
        release="0.1.0",
        uses_simulator=True,
        entities=(entity, company),
        build=BuildResult(nodes=nodes, seconds=12.3),
        freshness=FreshnessResult(sources=(item,), seconds=0.4),
        quality=Quality(
            checked_rows=65_120,
            rejected_rows=312,
            score=0.995209,
            rules=(RejectedRows(entity="allocation", rule="quantity_above_zero", rows=312),),
            capped=(CappedRule(rule="order_hdr.company_known", share=0.031),),
            refused_share=0.004,
            refused_before=0.003,
        ),
        warnings=("tests warned: few_rejected",),
    )


@pytest.fixture
def error() -> ErrorEntry:
    return ErrorEntry(code="WMS_CONN_001", message="cannot connect", hint="check the network", exit_code=20)
