"""Each hazard has its documented effect and nothing else; without hazards the source is ideal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from loader.errors import ConfigError
from loader.simulator.contract import Window
from loader.simulator.world import BulkUpdate, Hazards, Purge, WarehouseWorld, WorldSpec

ORIGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = ORIGIN + timedelta(hours=30)
DISTURBED = (
    *("order_hdr", "order_dtl", "allocation", "wave", "task", "inventory", "container"),
    *("ib_shipment", "ib_shipment_dtl", "inventory_history", "item", "location", "load", "cc_adjustment_hdr"),
)
SPARED = ("company", "facility", "order_status", "uom")
Rows = dict[int, Mapping[str, Any]]


def make(**hazards: Any) -> WarehouseWorld:
    return WarehouseWorld(WorldSpec(origin=ORIGIN, scale=1000, hazards=Hazards(**hazards)))


def read(world: WarehouseWorld, entity: str, at: datetime = LATER) -> Rows:
    return {row["id"]: row for row in world.rows(entity, world.ids(entity, at), at)}


def without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@pytest.fixture(scope="module")
def ideal() -> WarehouseWorld:
    return make()


def test_ideal_source_shows_versions_at_their_mod_ts(ideal: WarehouseWorld) -> None:
    for entity in DISTURBED:
        for row_id in ideal.ids(entity, LATER)[::37].tolist():
            versions = ideal.visible_versions(entity, row_id, LATER)
            assert len(versions) == ideal.version(entity, row_id, LATER)
            assert all(row is not None and row["mod_ts"] == seen for seen, row in versions)
            assert versions[-1][1] == ideal.row(entity, row_id, LATER)


def test_late_commits_delay_versions(ideal: WarehouseWorld) -> None:
    world = make(late_commits=0.3, late_seconds=30, late_max_seconds=7200)
    delays: list[float] = []
    for entity in ("order_hdr", "order_dtl", "allocation", "inventory", "task"):
        hidden, truth = read(world, entity, LATER + timedelta(hours=3)), read(ideal, entity, LATER + timedelta(hours=3))
        assert hidden.keys() <= truth.keys()
        for row_id in list(hidden)[::5]:
            for seen, row in world.visible_versions(entity, row_id, LATER):
                assert row is not None
                delays.append((seen - row["mod_ts"]).total_seconds())
    assert min(delays) == 0
    # a version may also wait for the late commit of its predecessor or parent
    assert max(delays) <= 7200
    late = sorted(delay for delay in delays if delay)
    assert 0.3 < len(late) / len(delays) < 0.75
    assert late[len(late) // 2] > 20
    assert late[-1] > 40 * late[len(late) // 2]


def test_late_version_is_invisible_until_commit() -> None:
    world = make(late_commits=1.0, late_seconds=600)
    checked = 0
    for row_id in world.ids("order_hdr", LATER)[-60:].tolist():
        for (first, before), (second, after) in _pairs(world.visible_versions("order_hdr", row_id, LATER)):
            assert first < second
            assert world.row("order_hdr", row_id, second - timedelta(microseconds=1)) == before
            assert world.row("order_hdr", row_id, second) == after
            checked += 1
    assert checked > 60


def _pairs(items: list[Any]) -> list[tuple[Any, Any]]:
    return list(pairwise(items))


def test_late_commits_end_in_ideal_state(ideal: WarehouseWorld) -> None:
    """After all late commits, the rows equal those of the ideal source."""
    hazards = Hazards(late_commits=0.9, late_seconds=3600)
    stopped = WarehouseWorld(WorldSpec(origin=ORIGIN, scale=1000, hazards=hazards, stop_at=ORIGIN))
    assert stopped.quiet_at is not None
    quiet = stopped.quiet_at
    assert quiet > ORIGIN
    for entity in DISTURBED:
        assert read(stopped, entity, quiet) == read(ideal, entity, ORIGIN)
        assert read(stopped, entity, quiet + timedelta(days=9)) == read(ideal, entity, ORIGIN)
    assert read(stopped, "order_hdr", ORIGIN) != read(ideal, "order_hdr", ORIGIN)


def test_child_is_never_visible_before_parent() -> None:
    world = make(late_commits=0.5, late_seconds=900)
    orphans = {(v.entity, v.row_id) for v in world.violations(LATER) if v.rule in {"orphan_line", "orphan_allocation"}}
    for hours in range(0, 30, 5):
        at = ORIGIN + timedelta(hours=hours)
        orders, lines = read(world, "order_hdr", at), read(world, "order_dtl", at)
        allocations = read(world, "allocation", at)
        assert {line["order_id"] for key, line in lines.items() if ("order_dtl", key) not in orphans} <= orders.keys()
        assert {
            row["order_dtl_id"] for key, row in allocations.items() if ("allocation", key) not in orphans
        } <= lines.keys()


def test_backdated_rows_have_older_mod_ts(ideal: WarehouseWorld) -> None:
    world = make(backdated=0.2)
    for entity in ("order_hdr", "inventory", "ib_shipment"):
        rows, truth = read(world, entity), read(ideal, entity)
        old = {row_id for row_id, row in rows.items() if row["mod_ts"] < row["create_ts"]}
        assert rows.keys() == truth.keys()
        assert all(rows[row_id] == truth[row_id] for row_id in rows.keys() - old)
        assert all(without(rows[row_id], "mod_ts") == without(truth[row_id], "mod_ts") for row_id in old)
        assert all(timedelta(0) < rows[i]["create_ts"] - rows[i]["mod_ts"] <= timedelta(days=3) for i in old)
        never_changed = {row_id for row_id, row in truth.items() if row["mod_ts"] == row["create_ts"]}
        assert old <= never_changed
        assert len(old) == pytest.approx(0.2 * len(never_changed), abs=4 + 0.1 * len(never_changed))


def test_null_mod_ts_lies_in_no_window(ideal: WarehouseWorld) -> None:
    world = make(null_mod_ts=0.1)
    for entity in DISTURBED:
        rows, truth = read(world, entity), read(ideal, entity)
        null = {row_id for row_id, row in rows.items() if row["mod_ts"] is None}
        assert null
        assert {i: without(row, "mod_ts") for i, row in rows.items()} == {
            i: without(row, "mod_ts") for i, row in truth.items()
        }
        assert all(rows[i] == truth[i] for i in rows.keys() - null)
        for window in (Window(mod_to=LATER + timedelta(days=99)), Window(mod_from=ORIGIN - timedelta(days=999))):
            assert null.isdisjoint(world.ids(entity, LATER, window).tolist())
        assert set(world.ids(entity, LATER).tolist()) == rows.keys()


def test_future_mod_ts(ideal: WarehouseWorld) -> None:
    world = make(future_mod_ts=0.1)
    rows, truth = read(world, "order_dtl"), read(ideal, "order_dtl")
    ahead = {i for i in rows if rows[i]["mod_ts"] != truth[i]["mod_ts"]}
    assert 0.05 < len(ahead) / len(rows) < 0.15
    assert all(timedelta(hours=1) <= rows[i]["mod_ts"] - truth[i]["mod_ts"] <= timedelta(days=20) for i in ahead)
    future = {i for i in ahead if rows[i]["mod_ts"] > LATER}
    assert future
    assert future == set(world.ids("order_dtl", LATER, Window(mod_from=LATER)).tolist())


def test_close_updates(ideal: WarehouseWorld) -> None:
    world = make(close_updates=0.2)
    gaps: list[timedelta] = []
    for row_id in world.ids("order_hdr", LATER).tolist():
        versions, truth = (source.visible_versions("order_hdr", row_id, LATER) for source in (world, ideal))
        if len(versions) > len(truth):
            gaps.append(versions[1][0] - versions[0][0])
            assert versions[1][1] != versions[0][1]
            del versions[1]
        assert versions == truth
    assert 0.1 < len(gaps) / len(world.ids("order_hdr", LATER)) < 0.3
    assert max(gaps) < timedelta(seconds=1)
    assert 0.3 < sum(gap == timedelta(microseconds=1) for gap in gaps) / len(gaps) < 0.7


@pytest.mark.parametrize("entity", ["order_dtl", "allocation", "inventory", "container", "item"])
def test_bulk_update_with_one_mod_ts(ideal: WarehouseWorld, entity: str) -> None:
    world = WarehouseWorld(
        WorldSpec(origin=ORIGIN, scale=4000, hazards=Hazards(bulk_updates=(BulkUpdate(entity, ORIGIN, 1200),)))
    )
    ties = Counter(row["mod_ts"] for row in read(world, entity, ORIGIN).values())
    expected = min(1200, len(world.ids("iblpn" if entity == "container" else entity, ORIGIN)))
    if entity == "inventory":
        expected = sum(row["create_user"] == "RF" for row in read(world, entity, ORIGIN).values())
    assert ties[ORIGIN] == min(expected, 1200)
    before = ORIGIN - timedelta(microseconds=1)
    same = WarehouseWorld(WorldSpec(origin=ORIGIN, scale=4000))
    assert read(world, entity, before) == read(same, entity, before)
    touched = {row["id"] for row in read(world, entity, ORIGIN).values() if row["mod_ts"] == ORIGIN}
    assert {world.row(entity, row_id, ORIGIN)["mod_user"] for row_id in touched} == {"SQL0"}


def test_bulk_update_can_keep_mod_ts(ideal: WarehouseWorld) -> None:
    update = BulkUpdate("order_hdr", ORIGIN, 200, touches_mod_ts=False)
    world = make(
        bulk_updates=(update, BulkUpdate("order_hdr", ORIGIN + timedelta(minutes=1), 50, touches_mod_ts=False))
    )
    rows, truth = read(world, "order_hdr", ORIGIN), read(ideal, "order_hdr", ORIGIN)
    changed = {i for i in rows if rows[i] != truth[i]}
    assert len(changed) == 200
    assert changed == set(sorted(rows)[-200:])
    assert all(without(rows[i], "mod_user") == without(truth[i], "mod_user") for i in changed)
    assert all(world.version("order_hdr", i, ORIGIN) == ideal.version("order_hdr", i, ORIGIN) + 1 for i in changed)
    assert {row["mod_user"] for i, row in rows.items() if i in changed} == {"SQL0"}
    later = read(world, "order_hdr", ORIGIN + timedelta(minutes=1))
    assert Counter(row["mod_user"] for row in later.values())["SQL1"] == 50
    # the next ordinary change hides the bulk update
    day_after = ORIGIN + timedelta(days=3)
    moved = {i for i, row in read(ideal, "order_hdr", day_after).items() if i in changed and row["mod_ts"] > ORIGIN}
    assert moved
    assert all(world.row("order_hdr", i, day_after) == ideal.row("order_hdr", i, day_after) for i in moved)


def test_deletes_include_children(ideal: WarehouseWorld) -> None:
    world = make(deletes=0.1)
    for entity in DISTURBED:
        rows, truth = read(world, entity), read(ideal, entity)
        assert rows.keys() < truth.keys()
        assert all(truth[i] == row for i, row in rows.items())
    orphans = {v.row_id for v in world.violations(LATER) if v.rule == "orphan_line"}
    orders, lines = read(world, "order_hdr"), read(world, "order_dtl")
    assert {line["order_id"] for line in lines.values() if line["id"] not in orphans} <= orders.keys()
    lost = {v.row_id for v in world.violations(LATER) if v.rule == "orphan_allocation"}
    allocations = read(world, "allocation")
    assert {row["order_dtl_id"] for key, row in allocations.items() if key not in lost} <= lines.keys()
    deleted = sorted(read(ideal, "order_hdr").keys() - orders.keys())
    versions = world.visible_versions("order_hdr", deleted[0], LATER)
    assert versions[-1][1] is None
    assert all(row is not None for _, row in versions[:-1])
    with pytest.raises(KeyError):
        world.row("order_hdr", deleted[0], LATER)
    assert world.key("order_hdr", deleted[0]).startswith("PV")


def test_purge_by_age(ideal: WarehouseWorld) -> None:
    world = make(purges=(Purge("order_hdr", 5), Purge("inventory_history", 2.5)))
    for entity, days in (("order_hdr", 5.0), ("inventory_history", 2.5)):
        expected = [i for i, row in read(ideal, entity).items() if row["create_ts"] > LATER - timedelta(days=days)]
        assert world.ids(entity, LATER).tolist() == expected
    orders = read(world, "order_hdr")
    orphans = {v.row_id for v in world.violations(LATER) if v.rule == "orphan_line"}
    assert {row["order_id"] for row in read(world, "order_dtl").values() if row["id"] not in orphans} == orders.keys()
    assert read(world, "task") == read(ideal, "task")


def test_ids_jump_by_millions(ideal: WarehouseWorld) -> None:
    world = make(id_jumps=0.05)
    ids, plain = world.ids("order_hdr", LATER), ideal.ids("order_hdr", LATER)
    assert len(ids) == len(plain)
    assert (ids[1:] > ids[:-1]).all()
    assert (ids[1:] - ids[:-1]).max() > 1_000_000
    names = ("order_nbr", "status_id", "mod_ts")
    assert world.rows("order_hdr", ids, LATER, names) == ideal.rows("order_hdr", plain, LATER, names)


def test_mixed_hazards_are_pure_and_keep_reference_data(ideal: WarehouseWorld) -> None:
    mixture: dict[str, Any] = {
        "late_commits": 0.2,
        "backdated": 0.05,
        "null_mod_ts": 0.02,
        "future_mod_ts": 0.02,
        "close_updates": 0.1,
        "deletes": 0.02,
        "bulk_updates": (
            BulkUpdate("order_dtl", ORIGIN, 500),
            BulkUpdate("inventory", ORIGIN, 90, touches_mod_ts=False),
        ),
        "purges": (Purge("order_hdr", 20),),
    }
    one, two = make(**mixture), make(**mixture)
    two.ids("order_hdr", ORIGIN + timedelta(days=30))
    for at in (LATER, ORIGIN, ORIGIN - timedelta(days=4)):
        for entity in (*DISTURBED, *SPARED):
            assert read(one, entity, at) == read(two, entity, at)
            assert one.heap(entity, at).tolist() == two.heap(entity, at).tolist()
        assert one.violations(at) == two.violations(at)
    for entity in SPARED:
        assert read(one, entity) == read(ideal, entity)


def test_window_equals_scan_with_any_hazards() -> None:
    world = make(late_commits=0.3, backdated=0.2, null_mod_ts=0.2, future_mod_ts=0.2, close_updates=0.2, deletes=0.1)
    for entity in DISTURBED:
        rows = read(world, entity)
        for days in (-40, -6, 0, 1, 4, 18):
            low, high = ORIGIN + timedelta(days=days), ORIGIN + timedelta(days=days + 2)
            found = world.ids(entity, LATER, Window(mod_from=low, mod_to=high)).tolist()
            assert found == [i for i, row in rows.items() if row["mod_ts"] and low <= row["mod_ts"] < high]


def test_the_last_visible_version_is_the_row() -> None:
    world = make(late_commits=0.3, null_mod_ts=0.1, close_updates=0.3, deletes=0.1, backdated=0.1)
    for entity in DISTURBED:
        for row_id in world.ids(entity, LATER)[::29].tolist():
            versions = world.visible_versions(entity, row_id, LATER)
            assert versions[-1][1] == world.row(entity, row_id, LATER)
            assert [seen for seen, _ in versions] == sorted(seen for seen, _ in versions)
            assert all(before != after for (_, before), (_, after) in _pairs(versions))


@pytest.mark.parametrize(
    "wrong",
    [{"deletes": 1.5}, {"late_commits": -0.1}, {"bulk_updates": (BulkUpdate("item", datetime(2026, 1, 1), 5),)}],  # noqa: DTZ001
)
def test_invalid_hazards_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as refusal:
        Hazards(**wrong)
    assert refusal.value.code == "WMS_SIM_011"
