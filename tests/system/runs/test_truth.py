"""Raw tables and staging equal the simulator's ground truth, row for row, after each run (over real HTTP)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loader.dbt import DbtProject
from loader.warehouse.schema import content_hash
from tests.support.sampling import sampled
from tests.system.runs.conftest import Tenant

ROOT = Path(__file__).parents[3]

HOURS = (0, 1, 30)


def test_raw_equals_simulator_bytes_after_each_run(tenant: Tenant) -> None:
    for hours in sampled(HOURS, 2):
        tenant.advance(hours=hours)
        result = tenant.load()
        assert {outcome.status for outcome in result.outcomes.values()} == {"ok"}
        for entity in tenant.settings().pipeline.all_entities:
            assert tenant.current(entity) == tenant.documents(entity), entity


def test_second_run_reads_only_changes(tenant: Tenant) -> None:
    first = tenant.load()
    tenant.advance(minutes=20)
    second = tenant.load()
    assert 0 < second.outcomes["order_dtl"].rows_read < first.outcomes["order_dtl"].rows_read / 5
    assert second.outcomes["order_dtl"].mode == "incremental"
    assert second.landed_rows["order_dtl"] > 0


@pytest.mark.exhaustive
def test_staging_equals_simulator_rows_after_each_run(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    project = DbtProject(tenant.settings(), root=ROOT)
    for hours in (0, 30):
        tenant.advance(hours=hours)
        tenant.load()
        built = project.build(["path:models/staging/wms"], extra=["--exclude-resource-type", "test", "unit_test"])
        assert built.built("failed") == built.built("skipped") == 0
        for entity in tenant.settings().pipeline.all_entities:
            truth = {
                json.loads(document)["id"]: content_hash(document.encode()) for document in tenant.documents(entity)
            }
            sql = f"select {entity}_id, content_hash from wms.stg_wms__{entity} where is_deleted = 0"
            assert dict(tenant.query(sql)) == truth, entity
        assert_allocations_are_parsed(tenant)


def assert_allocations_are_parsed(tenant: Tenant) -> None:
    truth = [json.loads(document) for document in tenant.documents("allocation")]
    rows = tenant.query(
        """select allocation_id, order_dtl_id, status_id, cast(alloc_qty as double), pick_locn_str,
            strftime(modified_at, '%Y-%m-%dT%H:%M:%S.%f') from wms.stg_wms__allocation order by allocation_id"""
    )
    assert [row[:5] for row in rows] == [
        (
            document["id"],
            document["order_dtl_id"]["id"],
            document["status_id"],
            float(document["alloc_qty"]),
            document["pick_locn_str"] or None,
        )
        for document in truth
    ]
