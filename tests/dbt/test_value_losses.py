"""Values that staging can't store exactly are counted by column, and the build continues (field cases J5 and J6)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.harness import DbtProject, RawDatabase

LOSSES = "select entity, column_name, kind, record_count, example_entity_id from wms.value_losses order by 1, 2, 3"


def build(project: DbtProject) -> None:
    project.run("run", "--select", "+value_losses")


def test_lost_values_are_counted_by_column(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    long, huge = "é" * 2001, "9999999999999.9999999"
    raw_db.put("order_hdr", {"id": 1, "gift_msg": long, "total_orig_ord_qty": huge, "order_nbr": "A"})
    raw_db.put("order_hdr", {"id": 2, "gift_msg": long, "create_ts": "yesterday"})
    raw_db.put("order_hdr", {"id": 3, "gift_msg": "short", "total_orig_ord_qty": "1e-05"})
    raw_db.put("item", {"id": 4, "unit_cost": huge})
    raw_db.put("item", {"id": 5, "unit_cost": huge})
    raw_db.put("item", {"id": 5, "unit_cost": huge}, is_deleted=1)
    build(dbt_project)
    assert raw_db.rows(LOSSES) == [
        ("item", "unit_cost", "out_of_range", 1, 4),
        ("order_hdr", "created_at", "unreadable", 1, 2),
        ("order_hdr", "gift_msg", "cut", 2, 1),
        ("order_hdr", "total_orig_ord_qty", "out_of_range", 1, 1),
    ]
    orders = (
        "select gift_msg, total_orig_ord_qty, order_nbr, lost_values from wms.stg_wms__order_hdr order by order_hdr_id"
    )
    assert raw_db.rows(orders) == [
        ("é" * 500, None, "A", "c:gift_msg r:total_orig_ord_qty"),
        ("é" * 500, None, None, "c:gift_msg u:created_at"),
        ("short", Decimal("0.000010"), None, None),
    ]


@pytest.mark.exhaustive
def test_corrected_value_is_not_counted(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put("item", {"id": 4, "unit_cost": "1e13"})
    build(dbt_project)
    raw_db.put("item", {"id": 4, "unit_cost": "1e12"})
    build(dbt_project)
    assert raw_db.rows(LOSSES) == []
