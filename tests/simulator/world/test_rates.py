"""The warehouse has the requested size, follows São Paulo hours, and changes constantly."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loader.errors import ConfigError
from loader.simulator.contract import Window
from loader.simulator.world import WarehouseWorld, WorldSpec

MOVING = ("order_hdr", "order_dtl", "allocation", "inventory", "container", "task")


@pytest.mark.parametrize("scale", [1000, 20_000, 100_000])
def test_scale_is_number_of_order_lines_at_origin(origin: datetime, scale: int) -> None:
    world = WarehouseWorld(WorldSpec(origin=origin, scale=scale))
    lines, orders = len(world.ids("order_dtl", origin)), len(world.ids("order_hdr", origin))
    assert lines == pytest.approx(scale, rel=0.05)
    assert lines / orders == pytest.approx(2.2, rel=0.06)


def test_every_90_seconds_have_a_change(world: WarehouseWorld, origin: datetime) -> None:
    for step in range(-200, 200):
        start = origin + timedelta(seconds=431 * step)
        end = start + timedelta(seconds=90)
        # near origin the rate is full; a day earlier it is a fifth lower
        if step > -40:
            assert len(world.ids("order_hdr", end, Window(create_from=start))) >= 1
        changed = sum(len(world.ids(entity, end, Window(mod_from=start))) for entity in MOVING)
        assert changed >= 3


def test_rate_at_origin_continues(world: WarehouseWorld, origin: datetime) -> None:
    days = [
        len(world.ids("order_dtl", origin + timedelta(days=day + 1), Window(create_from=origin + timedelta(days=day))))
        for day in (0, 1, 5)
    ]
    assert all(4_000 < day < 4_900 for day in days)
    first = len(world.ids("order_dtl", origin - timedelta(days=20)))
    assert first < 0.02 * 20_000


def test_arrival_rate_follows_hours_of_day(world: WarehouseWorld, origin: datetime) -> None:
    at = origin + timedelta(days=4)
    rows = world.rows("order_hdr", world.ids("order_hdr", at, Window(create_from=origin)), at, ("create_ts",))
    hours = Counter(row["create_ts"].astimezone(ZoneInfo("America/Sao_Paulo")).hour for row in rows)
    mean = sum(hours.values()) / 24
    assert {hours.most_common(2)[0][0], hours.most_common(2)[1][0]} <= {9, 10, 14, 15}
    assert 0.5 < min(hours.values()) / mean < 0.75


def test_facilities_companies_and_customers_get_their_share(world: WarehouseWorld, origin: datetime) -> None:
    strange = {v.row_id for v in world.violations(origin) if v.rule in {"unknown_facility", "unknown_company"}}
    every = world.rows("order_hdr", world.ids("order_hdr", origin), origin)
    rows = [row for row in every if row["id"] not in strange and row["company_id"]]
    facilities = Counter(world.key("facility", row["facility_id"]) for row in rows if row["facility_id"])
    assert facilities.keys() == {"DC01", "DC02", "DC03", "DC04"}
    assert facilities.most_common(1)[0][0] == "DC01"
    assert Counter(world.key("company", row["company_id"]) for row in rows).most_common(1)[0][0] == "GNOS"
    assert len({row["cust_nbr"] for row in rows}) > 500


def test_rest_after_stop_at(origin: datetime) -> None:
    stop = origin + timedelta(hours=2)
    world = WarehouseWorld(WorldSpec(origin=origin, scale=1000, stop_at=stop))
    free = WarehouseWorld(WorldSpec(origin=origin, scale=1000))
    later = stop + timedelta(days=3)
    assert world.quiet_at == stop
    assert free.quiet_at is None
    for entity in (*MOVING, "item", "inventory_history"):
        ids = world.ids(entity, later)
        assert ids.tolist() == free.ids(entity, stop).tolist()
        assert world.rows(entity, ids, later) == free.rows(entity, ids, stop)
    assert world.violations(later) == free.violations(stop)


def test_start_up_time(origin: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.perf_counter()
    world = WarehouseWorld(WorldSpec(origin=origin))
    for entity in world.entities:
        world.ids(entity, origin, limit=1)
    with capsys.disabled():
        print(f"\nall entities at the default scale: {time.perf_counter() - began:.2f} s")


@pytest.mark.parametrize(
    "wrong",
    [{"scale": 10}, {"days": 1}, {"origin": datetime(2026, 1, 1)}, {"stop_at": datetime(2026, 1, 1)}],  # noqa: DTZ001
)
def test_invalid_world_spec_is_refused(origin: datetime, wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as refusal:
        WorldSpec(**{"origin": origin, **wrong})  # type: ignore[arg-type]
    assert refusal.value.code == "WMS_SIM_010"
