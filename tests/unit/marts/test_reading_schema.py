from __future__ import annotations

import pytest

from loader.errors import ConfigError
from loader.marts.declared import Mart, Relation
from loader.marts.reading_schema import statements

MARTS = (
    Mart(
        name="order_lines",
        description="It's a line.\n\nGrain: one row per line.",
        columns={"order_dtl_id": "Id.", "order_id": ""},
        key=("order_dtl_id",),
        relations=(Relation("order_id", "orders", "order_id"),),
    ),
    Mart(name="orders", description="", columns={}, key=("order_id",)),
    Mart(name="kpi_daily", description="", columns={}, key=("facility_id", "kpi")),
)


def test_each_mart_is_a_view_with_comments_and_grants() -> None:
    found = list(statements(MARTS, "wms_elt", "wms_read", ["analyst"]))
    assert found[1:6] == [
        "grant select on wms_elt.order_lines to wms_read with grant option;",
        "create view wms_read.order_lines as select * from wms_elt.order_lines;",
        "comment on table wms_read.order_lines is 'It''s a line. Grain: one row per line.';",
        "comment on column wms_read.order_lines.order_dtl_id is 'Id.';",
        "grant select on wms_read.order_lines to analyst;",
    ]


def test_keys_come_before_relations_and_none_is_checked() -> None:
    found = [line for line in statements(MARTS, "wms_elt", "wms_read") if line.startswith("alter view")]
    assert found == [
        "alter view wms_read.order_lines add constraint order_lines_pk primary key (order_dtl_id)"
        " rely disable novalidate;",
        "alter view wms_read.orders add constraint orders_pk primary key (order_id) rely disable novalidate;",
        "alter view wms_read.kpi_daily add constraint kpi_daily_pk primary key (facility_id, kpi)"
        " rely disable novalidate;",
        "alter view wms_read.order_lines add constraint order_lines_order_id_fk foreign key (order_id) references"
        " wms_read.orders (order_id) rely disable novalidate;",
    ]


def test_former_views_are_dropped_first_and_no_table_is() -> None:
    first, *rest = statements(MARTS, "wms_elt", "wms_read")
    assert "view_name in ('ORDER_LINES', 'ORDERS', 'KPI_DAILY')" in first
    assert "drop view wms_read.' || found.view_name || ' cascade constraints" in first
    assert not [line for line in rest if "drop" in line]


@pytest.mark.parametrize("name", ["WMS_ELT", "read; drop user x", "", "1x", '"Read"'])
def test_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        list(statements(MARTS, "wms_elt", name))
    assert caught.value.code == "WMS_CONF_085"
