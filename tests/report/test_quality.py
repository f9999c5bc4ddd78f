from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.report import RejectedRows, measure
from loader.settings import Settings, TargetSettings
from loader.target import Target, open_target


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    """What dbt leaves: ten order headers (one deleted), four lines, and their rejections."""
    with open_target(Settings(target=TargetSettings(duckdb_path=tmp_path / "wms.duckdb"))) as opened:
        opened.execute("create schema wms.wms")
        for sql in (
            "create table {} as select range as order_hdr_id, (range = 9)::int as is_deleted from range(10)",
            "create table {} as select range as order_dtl_id, 0 as is_deleted from range(4)",
        ):
            opened.execute(sql.format(opened.model("stg_wms__order_hdr" if "hdr" in sql else "stg_wms__order_dtl")))
        opened.execute(
            f"""create table {opened.model("business_rules")} as select * from (values
            ('order_hdr', 'facility_known', 'error'), ('order_hdr', 'late', 'warn'),
            ('order_dtl', 'quantity_above_zero', 'error')) t (entity, rule, severity)"""
        )
        opened.execute(
            f"""create table {opened.model("rejected_records")} as select * from (values
            ('order_hdr', 1, 'facility_known', 'error', 0), ('order_hdr', 1, 'company_known', 'error', 0),
            ('order_hdr', 2, 'facility_known', 'error', 0), ('order_hdr', 3, 'late', 'warn', 0),
            ('order_hdr', 9, 'facility_known', 'error', 1), ('order_dtl', 1, 'quantity_above_zero', 'error', 0)
            ) t (entity, entity_id, rule, severity, is_deleted)"""
        )
        yield opened


def test_a_row_counts_once_and_warnings_and_deleted_rows_do_not(target: Target) -> None:
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
def test_nothing_is_measured_before_the_first_build(target: Target, absent: str) -> None:
    target.execute(f"drop table {target.model(absent)}")
    assert measure(target) is None


def test_without_rows_there_is_no_score(target: Target) -> None:
    for table in ("stg_wms__order_hdr", "stg_wms__order_dtl", "rejected_records"):
        target.execute(f"delete from {target.model(table)}")
    quality = measure(target)
    assert quality is not None
    assert (quality.score, quality.checked_rows, quality.rejected_rows) == (None, 0, 0)


def test_an_entity_that_is_not_staged_yet_is_left_out(target: Target) -> None:
    target.execute(f"drop table {target.model('stg_wms__order_dtl')}")
    quality = measure(target)
    assert quality is not None
    assert quality.checked_rows == 9
