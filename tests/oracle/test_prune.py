"""Prune removes superseded versions on the Oracle double."""

from __future__ import annotations

from loader.runs import prune
from loader.settings import Settings
from loader.warehouse import open_warehouse
from tests.oracle.conftest import OracleLoads


def land(oracle_loads: OracleLoads, versions: int) -> None:
    for number in range(versions):
        oracle_loads.wms.put("item", 1, oracle_loads.wms.now, color=str(number))
        oracle_loads.run(passes=frozenset({"full"}))


def stage(settings: Settings, read_order: int) -> None:
    with open_warehouse(settings) as target:
        target.execute(f"create table {target.model('stg_wms__item')} (item_id number(19), read_order number(19))")
        target.execute(f"insert into {target.model('stg_wms__item')} values (1, {read_order})")
        # the fake WMS's clock is in the past, but within the retention of versions
        target.execute(f"update {target.raw('item')} set read_at = timestamp '2001-01-01 00:00:00'")


def test_prune_removes_superseded_and_keeps_current_version(oracle_loads: OracleLoads) -> None:
    land(oracle_loads, 3)
    settings = oracle_loads.settings()
    orders = [order for (order,) in oracle_loads.query("select read_order from wms_raw.item order by read_order")]
    assert len(orders) == 3
    stage(settings, orders[1])
    [counted] = prune(settings)
    assert (counted.entity, counted.versions, counted.superseded) == ("item", 3, 1)
    prune(settings, apply=True)
    left = [order for (order,) in oracle_loads.query("select read_order from wms_raw.item order by read_order")]
    assert left == orders[1:]
