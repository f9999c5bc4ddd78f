"""A parent entity that isn't loaded gives one warning and null labels, and no child breaks a rule (case D5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from loader.simulator.world import WarehouseWorld, WorldSpec
from loader.simulator.world.reference import FACILITIES
from tests.dbt.marts.kpi_truth import ZONES
from tests.dbt.marts.simulated import ENTITIES, Landing
from tests.dbt.marts.warehouse import Warehouse
from tests.support.harness import DbtProject, RawDatabase
from tests.support.sampling import parameters

AT = datetime(2026, 5, 6, 12, tzinfo=UTC)
BUILT = (
    "+rejected_records",
    "+business_rules",
    "+path:models/marts/fulfilment",
    "+path:models/marts/kpi",
    "+dim_item",
    "+dim_location",
)
MARTS = {
    "order_hdr": "orders",
    "order_dtl": "order_lines",
    "allocation": "allocation_performance",
}
ORDERS = ("order_hdr", "order_dtl", "allocation")
LOOKUPS = ("facility", "company", "item", "location", "order_hdr", "order_dtl", "ib_shipment")


@pytest.fixture(scope="module")
def world() -> WarehouseWorld:
    return WarehouseWorld(WorldSpec(origin=AT, scale=400, days=2))


def build(world: WarehouseWorld, raw: RawDatabase, dbt: DbtProject, entities: Collection[str]) -> Warehouse:
    """Build with only these entities loaded."""
    Landing(world, raw, tuple(entities)).land(AT)
    warehouse = Warehouse(raw, dbt)
    warehouse.build(select=BUILT)
    return warehouse


def score(warehouse: Warehouse) -> float:
    """The quality gate of a run: records without errors divided by checked records."""
    [(wrong,)] = warehouse.raw.rows(
        "select count(distinct (entity, entity_id)) from wms.rejected_records where severity in ('error', 'hide')"
    )
    [(checked,)] = warehouse.raw.rows(
        "select sum(n) from (select entity, max(checked_rows) as n from wms.business_rules group by entity)"
    )
    return 1 - wrong / float(checked)


def test_orders_alone_are_shown_without_labels(
    world: WarehouseWorld, raw_db: RawDatabase, dbt_project: DbtProject
) -> None:
    warehouse = build(world, raw_db, dbt_project, ORDERS)
    for mart in ("orders", "order_lines", "allocation_performance", "wms_allocations", "order_backlog", "kpi_daily"):
        assert raw_db.rows(f"select count(*) > 0 from wms.{mart}") == [(True,)], mart
    assert score(warehouse) >= 0.95
    assert {rule for _, _, rule in warehouse.findings()} & {"facility_known", "company_known", "item_known"} == set()
    assert raw_db.rows("select count(company_code) from wms.orders") == [(0,)]
    codes = dict(
        raw_db.rows("select distinct facility_id, facility_code from wms.orders where facility_id is not null")
    )
    assert {key: codes[key] for key in codes.keys() & ZONES.keys()} == {place.id: place.code for place in FACILITIES}
    assert raw_db.rows("select count(item_code) from wms.wms_allocations") == [(0,)]
    outcome = warehouse.dbt.invoke("test", "--select", "assert_parents_are_read")
    assert [(str(result.status), result.failures) for result in outcome.result.results] == [("warn", 3)]
    marts = ("orders", "order_lines", "allocation_performance", "wms_allocations")
    warehouse.dbt.run("test", "--indirect-selection", "cautious", "--select", *marts)


@pytest.mark.exhaustive
@pytest.mark.parametrize("missing", parameters(LOOKUPS, ["facility"]))
def test_one_missing_entity_hides_and_flags_nothing(
    world: WarehouseWorld, raw_db: RawDatabase, dbt_project: DbtProject, missing: str
) -> None:
    warehouse = build(world, raw_db, dbt_project, [entity for entity in ENTITIES if entity != missing])
    assert score(warehouse) >= 0.95
    asked = raw_db.rows(
        "select distinct rejected.rule from wms.rejected_records rejected "
        "join wms.business_rules rules using (entity, rule) where rules.parent_entity = ?",
        [missing],
    )
    assert asked == []
    for entity, mart in MARTS.items():
        if entity != missing:
            [(landed, shown)] = raw_db.rows(
                f"select (select count(*) from wms.stg_wms__{entity}), (select count(*) from wms.{mart})"
            )
            assert landed == shown > 0, mart
