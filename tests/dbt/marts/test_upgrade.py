"""Histories from an earlier release continue."""

from __future__ import annotations

import pytest

from tests.dbt.marts.warehouse import Warehouse, order


def test_history_without_deletion_marks_continues(warehouse: Warehouse) -> None:
    warehouse.raw.put("order_hdr", order(1, status_id=0))
    warehouse.dbt.run("build", "--select", "+order_hdr_history", "--exclude-resource-type", "test")
    warehouse.raw.execute("alter table wms.order_hdr_history drop column dbt_is_deleted")

    warehouse.raw.put("order_hdr", order(1, status_id=20))
    warehouse.dbt.run("build", "--select", "+order_hdr_history", "--exclude-resource-type", "test")

    states = warehouse.raw.rows("select status_id, dbt_is_deleted from wms.order_hdr_history order by dbt_valid_from")
    assert states == [(0, "False"), (20, "False")]


@pytest.mark.exhaustive
def test_renamed_history_column_keeps_values(warehouse: Warehouse) -> None:
    build = ("build", "--select", "+rejection_history", "--exclude-resource-type", "test")
    warehouse.raw.put("order_hdr", order(1, facility=None))
    warehouse.dbt.run(*build)
    warehouse.raw.execute("alter table wms.rejection_history rename column offending_value to shown_value")
    before = warehouse.raw.rows("select rejection_id, shown_value from wms.rejection_history order by rejection_id")

    warehouse.dbt.run(*build)

    assert before == warehouse.raw.rows(
        "select rejection_id, offending_value from wms.rejection_history order by rejection_id"
    )
    assert "shown_value" not in warehouse.raw.records("select * from wms.rejection_history limit 1")[0]
