"""A tenant with other status ids and translated statuses gives the same marts, apart from ids and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loader.simulator.world import WarehouseWorld, WorldSpec
from loader.simulator.world.spec import Statuses
from tests.dbt.marts.simulated import ENTITIES, Landing
from tests.dbt.marts.warehouse import EVERYTHING, Warehouse
from tests.support.harness import REPOSITORY, DbtProject, RawDatabase

AT = datetime(2026, 5, 8, 1, 40, tzinfo=UTC)
READ_AT = (AT - timedelta(hours=28), AT - timedelta(hours=11), AT)
LOOKUPS = ("wave", "task", "wave_status", "task_status", "ib_shipment_status", "inventory_status")
LOCKS = ("container_lock_xref", "inventory_lock", "batch_number", "item_metrics", "item_characteristics")
# ids and labels of the tenant, keys made of them, and the time of the build
OTHER = {
    *("status_id", "previous_status_id", "from_status_id", "to_status_id"),
    *("status_description", "lpn_status_description", "type_label", "putaway_type"),
    *("status_change_id", "order_backlog_id", "lpn_ageing_id", "movement_id"),
    *("first_seen_at", "last_seen_at", "offending_value", "value"),
}
# what the loader did, not what the tenant has
NOT_OF_THE_TENANT = {"data_freshness", "source_reconciliation"}
Contents = Mapping[str, Counter[tuple[Any, ...]]]


def built(statuses: Statuses, raw: RawDatabase, dbt: DbtProject) -> Contents:
    """Return the rows of every mart of a tenant."""
    world = WarehouseWorld(WorldSpec(origin=AT, scale=500, days=4, statuses=statuses))
    landing = Landing(world, raw, (*ENTITIES, *LOOKUPS, *LOCKS))
    warehouse = Warehouse(raw, dbt)
    for at in READ_AT:
        landing.land(at)
    warehouse.build(select=EVERYTHING)
    marts = {path.stem for path in (REPOSITORY / "dbt_project" / "models" / "marts").glob("*/*.sql")}
    return {mart: rows(raw, mart) for mart in sorted(marts - NOT_OF_THE_TENANT)}


def rows(raw: RawDatabase, mart: str) -> Counter[tuple[Any, ...]]:
    found = raw.records(f"select * from wms.{mart}")
    return Counter(tuple(value for name, value in row.items() if name not in OTHER) for row in found)


@pytest.fixture(scope="module")
def tenants(dbt_work_dir: Any) -> tuple[Contents, Contents, RawDatabase]:
    """Return the marts of the standard tenant, those of the renumbered one, and the database of the latter."""
    path, contents = dbt_work_dir / "warehouse.duckdb", list[Contents]()
    for statuses in ("standard", "renumbered"):
        for file in (path, path.with_suffix(".duckdb.wal")):
            file.unlink(missing_ok=True)
        raw = RawDatabase(path)
        contents.append(built(statuses, raw, DbtProject(dbt_work_dir)))  # type: ignore[arg-type]
    return contents[0], contents[1], raw


OF_OTHER_ENTITIES = (
    *("cycle_counts", "dim_item_facility", "dock_appointments", "inventory_adjustments", "inventory_transactions"),
    *("labour_productivity", "loads", "lot_trace", "purchase_orders", "returns", "supplier_performance"),
    *("replenishment_performance", "shipments", "task_performance"),
)
"""Marts of entities that this tenant doesn't land."""


def test_renumbered_tenant_gives_equal_marts(tenants: tuple[Contents, Contents, RawDatabase]) -> None:
    standard, renumbered, _ = tenants
    assert standard.keys() == renumbered.keys()
    assert {mart: standard[mart] - renumbered[mart] for mart in standard if standard[mart] != renumbered[mart]} == {}
    empty = {mart for mart in standard if not standard[mart]}
    assert empty <= {"value_losses", "receipt_variances", *OF_OTHER_ENTITIES}


def test_renumbered_tenant_has_other_ids(tenants: tuple[Contents, Contents, RawDatabase]) -> None:
    _, _, raw = tenants
    shipped = raw.rows(
        "select status_id, status_description from wms.dim_status where entity = 'order' and is_shipped = 1"
    )
    assert len(shipped) == 1
    assert shipped != [(90, "Shipped")]
    assert raw.rows("select count(*) from wms.status_usage where status_meaning = 'unknown'") == [(0,)]
    assert raw.rows("select distinct meaning_source from wms.dim_status") == [("label",)]
    assert raw.rows("select count(*) > 50 from wms.orders where is_shipped = 1") == [(True,)]
