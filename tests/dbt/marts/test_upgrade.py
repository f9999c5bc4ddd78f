"""Histories begun by an earlier release go on."""

from __future__ import annotations

from tests.dbt.marts.warehouse import Warehouse, order


def test_a_history_begun_without_marks_of_deletion_goes_on(warehouse: Warehouse) -> None:
    warehouse.raw.put("order_hdr", order(1, status_id=0))
    warehouse.dbt.run("build", "--select", "+order_hdr_history", "--exclude-resource-type", "test")
    warehouse.raw.execute("alter table wms.order_hdr_history drop column dbt_is_deleted")

    warehouse.raw.put("order_hdr", order(1, status_id=20))
    warehouse.dbt.run("build", "--select", "+order_hdr_history", "--exclude-resource-type", "test")

    states = warehouse.raw.rows("select status_id, dbt_is_deleted from wms.order_hdr_history order by dbt_valid_from")
    assert states == [(0, "False"), (20, "False")]
