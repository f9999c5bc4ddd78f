"""`dbt build --full-refresh` through dbt-oracle rebuilds every kind of node over the existing one."""

from __future__ import annotations

import pytest

from tests.oracle.minimal_warehouse import READER, SmallWarehouse

NODES = (
    "status_ids",
    "stg_wms__facility",
    "stg_wms__order_hdr",
    "stg_wms__order_hdr_versions",
    "int_order_hdr__rule_violations",
    "order_hdr_history",
    "dim_facility",
    "orders",
)
"""A seed, merging and appending staging models, a view, a snapshot, a swapped mart and an unchanged one."""


def contents(warehouse: SmallWarehouse) -> dict[str, list[tuple[object, ...]]]:
    keys = {"stg_wms__order_hdr": "order_hdr_id", "stg_wms__order_hdr_versions": "read_order", "orders": "order_id"}
    keys |= {"status_ids": "meaning", "dim_facility": "facility_id", "order_hdr_history": "dbt_scd_id"}
    return {name: warehouse.rows(f"select {key} from {{user}}.{name} order by 1") for name, key in keys.items()}


@pytest.mark.exhaustive
def test_full_refresh_keeps_rows_indexes_and_grants(small: SmallWarehouse) -> None:
    small.server.add_user(READER)
    small.put("facility", 1, code="DC01")
    small.put("company", 1, code="C1")
    relation = {"id": 1, "key": "", "url": ""}
    for key in (1, 2):
        small.put(
            "order_hdr",
            key,
            order_nbr=f"O{key}",
            status_id=10,
            facility_id=relation,
            company_id=relation,
            create_ts="2026-05-04T10:00:00Z",
        )
    assert small.build(*(f"+{node}" for node in NODES)).success
    catalogue = small.server.catalogue
    before = contents(small), set(catalogue.relations), set(catalogue.indexes), set(catalogue.grants)
    assert all(before[0].values())
    assert small.build(*NODES, "--full-refresh").success
    assert (contents(small), set(catalogue.relations), set(catalogue.indexes), set(catalogue.grants)) == before
