from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.report import RejectedRows, measure
from loader.settings import Settings, TargetSettings
from loader.warehouse import Warehouse, open_warehouse


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Warehouse]:
    """Marts as dbt builds them: nine current order headers and four lines are checked, with findings."""
    with open_warehouse(Settings(target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"))) as opened:
        opened.execute("create schema wms")
        opened.execute(
            f"""create table {opened.model("business_rules")} as select * from (values
            ('order_hdr', 'facility_known', 'error', 'error', 9), ('order_hdr', 'late', 'warn', 'warn', 9),
            ('order_dtl', 'quantity_above_zero', 'error', 'hide', 4), ('item', 'owner_known', 'warn', 'warn', 7)
            ) t (entity, rule, default_severity, severity, checked_rows)"""
        )
        opened.execute(
            f"""create table {opened.model("rejected_records")} as select * from (values
            ('order_hdr', 1, 'facility_known', 'error', 0, 1), ('order_hdr', 1, 'company_known', 'error', 0, 1),
            ('order_hdr', 2, 'facility_known', 'error', 0, 1), ('order_hdr', 3, 'late', 'warn', 0, 1),
            ('order_hdr', 9, 'facility_known', 'error', 1, 1), ('order_hdr', 8, 'facility_known', 'error', 0, 0),
            ('order_dtl', 1, 'quantity_above_zero', 'hide', 0, 1)
            ) t (entity, entity_id, rule, severity, is_deleted, is_in_scope)"""
        )
        yield opened


def test_row_counts_once_and_only_for_current_errors(target: Warehouse) -> None:
    quality = measure(target)
    assert quality is not None
    assert (quality.checked_rows, quality.rejected_rows) == (9 + 4, 3)
    assert quality.score == pytest.approx(1 - 3 / 13, abs=1e-6)
    assert quality.rules == (
        RejectedRows(entity="order_hdr", rule="facility_known", rows=2),
        RejectedRows(entity="order_dtl", rule="quantity_above_zero", rows=1),
        RejectedRows(entity="order_hdr", rule="company_known", rows=1),
    )


@pytest.mark.parametrize("absent", ["rejected_records", "business_rules"])
def test_quality_before_first_build_is_none(target: Warehouse, absent: str) -> None:
    target.execute(f"drop table {target.model(absent)}")
    assert measure(target) is None


def test_quality_of_old_release_tables_is_none(target: Warehouse) -> None:
    target.execute(f"alter table {target.model('rejected_records')} drop column is_in_scope")
    assert measure(target) is None


def test_quality_without_rows_has_no_score(target: Warehouse) -> None:
    target.execute(f"update {target.model('business_rules')} set checked_rows = 0")
    target.execute(f"delete from {target.model('rejected_records')}")
    quality = measure(target)
    assert quality is not None
    assert (quality.score, quality.checked_rows, quality.rejected_rows) == (None, 0, 0)
