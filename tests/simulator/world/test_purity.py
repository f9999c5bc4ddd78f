"""Queries are pure: earlier queries don't change results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.simulator.contract import Window
from loader.simulator.world import WarehouseWorld, WorldSpec
from tests.support.sampling import examples

ORIGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ENTITIES = (
    *("order_hdr", "order_dtl", "allocation", "wave", "task", "inventory", "container", "iblpn", "oblpn"),
    *("ib_shipment", "ib_shipment_dtl", "inventory_history", "item", "location", "facility", "company", "order_status"),
    *("load", "ob_stop", "ob_stop_dtl", "appointment", "purchase_order_hdr", "purchase_order_dtl", "carrier_lpn"),
    *("cc_adjustment_hdr", "cc_adjustment_dtl", "movement_request_hdr", "movement_request_dtl", "batch_number"),
    *("container_lock_xref", "serial_nbr", "serial_nbr_inventory", "wms_activity", "wms_activity_dtl", "track_record"),
    *("item_metrics", "item_facility", "item_hierarchy_defn", "order_instruction", "user", "uom"),
)
offsets = st.floats(min_value=-29.9, max_value=12).map(lambda days: timedelta(days=days))


def answer(world: WarehouseWorld, entity: str, at: datetime) -> list[object]:
    ids = world.ids(entity, at)
    return [world.rows(entity, ids, at), world.versions(entity, ids, at).tolist(), world.heap(entity, at).tolist()]


@settings(max_examples=examples(0.25), deadline=None)
@given(moments=st.lists(offsets, min_size=2, max_size=4), entity=st.sampled_from(ENTITIES))
def test_query_order_does_not_change_results(origin: datetime, moments: list[timedelta], entity: str) -> None:
    spec = WorldSpec(origin=origin, scale=400)
    forwards, backwards = WarehouseWorld(spec), WarehouseWorld(spec)
    first = [answer(forwards, entity, origin + moment) for moment in moments]
    second = [answer(backwards, entity, origin + moment) for moment in reversed(moments)]
    assert first == second[::-1]


@pytest.mark.parametrize("entity", ENTITIES)
def test_far_future_query_first_changes_nothing(origin: datetime, small: WarehouseWorld, entity: str) -> None:
    travelled = WarehouseWorld(small.spec)
    travelled.ids("order_hdr", origin + timedelta(days=40))
    assert answer(travelled, entity, origin) == answer(small, entity, origin)


def test_violations_do_not_depend_on_the_horizon(origin: datetime, small: WarehouseWorld) -> None:
    travelled = WarehouseWorld(small.spec)
    travelled.ids("order_hdr", origin + timedelta(days=40))
    assert travelled.violations(origin) == small.violations(origin)


def test_another_seed_gives_another_warehouse(origin: datetime, small: WarehouseWorld) -> None:
    other = WarehouseWorld(WorldSpec(origin=origin, scale=1000, seed=8))
    assert not np.array_equal(other.ids("order_hdr", origin)[-20:], small.ids("order_hdr", origin)[-20:])


@st.composite
def windows(draw: st.DrawFn, origin: datetime = ORIGIN) -> Window:
    def bounds(values: st.SearchStrategy[Any]) -> tuple[Any, Any]:
        pair = draw(st.one_of(st.none(), st.tuples(values, values).map(sorted)))
        return (None, None) if pair is None else tuple(pair)

    ids = bounds(st.integers(-50, 4000))
    mod = bounds(offsets.map(lambda offset: origin + offset))
    create = bounds(offsets.map(lambda offset: origin + offset))
    return Window(*ids, *mod, *create)


@settings(max_examples=examples(0.8), deadline=None)
@given(
    entity=st.sampled_from(("order_hdr", "order_dtl", "allocation", "inventory", "container", "item")),
    window=windows(),
    limit=st.one_of(st.none(), st.integers(1, 300)),
)
def test_window_equals_scan_of_all_rows(small: WarehouseWorld, entity: str, window: Window, limit: int | None) -> None:
    ids = small.ids(entity, ORIGIN)
    # window ids are drawn relative to the first id of the entity
    window = replace(
        window,
        id_from=None if window.id_from is None else window.id_from + int(ids[0]),
        id_to=None if window.id_to is None else window.id_to + int(ids[0]),
    )
    rows = small.rows(entity, ids, ORIGIN, ("id", "mod_ts", "create_ts"))
    expected = [row["id"] for row in rows if lies_in(row, window)]
    assert small.ids(entity, ORIGIN, window, limit).tolist() == expected[:limit]


@pytest.mark.parametrize("entity", ["order_dtl", "inventory", "container"])
@pytest.mark.parametrize("hours", [(-2, 0), (-50, -48), (-300, -200), (-2000, -150), (-1, 5), (3, 9)])
def test_windows_over_many_chunks(world: WarehouseWorld, entity: str, hours: tuple[int, int]) -> None:
    window = Window(mod_from=ORIGIN + timedelta(hours=hours[0]), mod_to=ORIGIN + timedelta(hours=hours[1]))
    rows = world.rows(entity, world.ids(entity, ORIGIN), ORIGIN, ("id", "mod_ts", "create_ts"))
    expected = [row["id"] for row in rows if lies_in(row, window)]
    assert world.ids(entity, ORIGIN, window).tolist() == expected
    assert world.ids(entity, ORIGIN, window, 70).tolist() == expected[:70]


@pytest.mark.parametrize("entity", ENTITIES)
def test_ids_ascend_and_heap_follows_changes(small: WarehouseWorld, entity: str) -> None:
    ids = small.ids(entity, ORIGIN).tolist()
    assert ids == sorted(set(ids))
    rows = small.rows(entity, ids, ORIGIN, ("id", "mod_ts"))
    if rows and "mod_ts" in rows[0]:
        assert small.heap(entity, ORIGIN).tolist() == [
            row["id"] for row in sorted(rows, key=lambda row: (row["mod_ts"], row["id"]))
        ]
    else:
        assert small.heap(entity, ORIGIN).tolist() == ids


def lies_in(row: Mapping[str, Any], window: Window) -> bool:
    bounds = (
        (row["id"], window.id_from, window.id_to),
        (row["mod_ts"], window.mod_from, window.mod_to),
        (row["create_ts"], window.create_from, window.create_to),
    )
    return all((low is None or value >= low) and (high is None or value < high) for value, low, high in bounds)


@pytest.mark.parametrize("entity", ENTITIES)
def test_row_equals_rows(small: WarehouseWorld, origin: datetime, entity: str) -> None:
    ids = small.ids(entity, origin)[-40:]
    many = small.rows(entity, ids, origin)
    assert [small.row(entity, int(row_id), origin) for row_id in ids] == many
    assert [small.version(entity, int(row_id), origin) for row_id in ids] == small.versions(
        entity, ids, origin
    ).tolist()
    names = ("id", "status_id")
    assert small.rows(entity, ids, origin, names) == [{k: v for k, v in row.items() if k in names} for row in many]


def test_unknown_rows_and_entities_raise(small: WarehouseWorld, origin: datetime) -> None:
    newest = int(small.ids("order_hdr", origin)[-1])
    for question in (
        lambda: small.row("order_hdr", 1, origin),
        lambda: small.row("order_hdr", newest, origin - timedelta(days=3)),
        lambda: small.version("inventory", 1, origin),
        lambda: small.key("order_hdr", 1),
        lambda: small.key("time_zone", 99),
        lambda: small.ids("no_such_entity", origin),
    ):
        with pytest.raises(KeyError):
            question()


@pytest.mark.parametrize("entity", ["order_hdr", "allocation", "inventory", "location"])
def test_version_changes_exactly_when_row_changes(small: WarehouseWorld, origin: datetime, entity: str) -> None:
    ids = small.ids(entity, origin)[-60:].tolist()
    previous: dict[int, tuple[int, object]] = {}
    changes = 0
    for step in range(48):
        at = origin + timedelta(minutes=20 * step)
        for row_id in ids:
            now = (small.version(entity, row_id, at), small.row(entity, row_id, at))
            before = previous.get(row_id, now)
            assert (before[0] == now[0]) == (before[1] == now[1])
            changes += before != now
            previous[row_id] = now
    assert changes > 10 or entity == "location"
