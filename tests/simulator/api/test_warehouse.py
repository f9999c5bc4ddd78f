"""The API with the simulated warehouse: pages equal the true documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from loader.simulator import Clock, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.world import Hazards, Purge, WarehouseWorld, WorldSpec

from .conftest import Caller

ORIGIN = datetime(2025, 6, 2, 14, 0, tzinfo=UTC)
NOW = ORIGIN + timedelta(minutes=30)
HISTORY = "inventory_history"


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    world = WarehouseWorld(WorldSpec(origin=ORIGIN, scale=600, days=5))
    with serve_in_thread(SimulatorConfig(), world=world, clock=Clock(NOW, speed=0)) as simulator:
        yield simulator


@pytest.fixture
def ask(running: RunningSimulator) -> Caller:
    running.clock.set(NOW)
    return Caller(running, requests.Session())


def scan(ask: Caller, entity: str, query: str = "", size: int = 250) -> list[dict[str, Any]]:
    """The keyset scan of wms-api 8.4."""
    rows: list[dict[str, Any]] = []
    while True:
        last = rows[-1]["id"] if rows else -1  # statuses start at 0
        path = f"{entity}?page_mode=sequenced&ordering=id&page_size={size}&id__gt={last}&{query}"
        answer = ask(path)
        if answer.status_code == 404:
            return rows
        assert answer.status_code == 200, answer.text
        rows += answer.json()["results"]


def test_scanned_entity_equals_truth(ask: Caller) -> None:
    for entity in ask("").json():
        if entity != HISTORY:
            assert scan(ask, entity) == ask.simulator.truth(entity), entity


def test_describe_and_documents_agree(ask: Caller) -> None:
    for entity in ask("").json():
        fields = ask(f"{entity}/describe/").json()["fields"]
        for row in ask.simulator.truth(entity)[:20]:
            assert set(row) | {"image_data"} == set(fields) | {"url", "image_data"}, entity
            for name, described in fields.items():
                _check(described["type"], row.get(name), f"{entity}.{name}")


def _check(kind: str, value: Any, where: str) -> None:
    shapes: dict[str, tuple[type, ...]] = {
        "integer": (int,),
        "decimal": (str,),
        "string": (str,),
        "boolean": (bool,),
        "date": (str,),
        "datetime": (str,),
        "relation": (dict,),
        "set": (dict, list),
    }
    if value is None:
        assert kind not in ("string", "boolean") or where == "item.image_data", where
        return
    assert isinstance(value, shapes[kind]), where
    if kind == "relation":
        assert list(value) == ["id", "key", "url"]
    if kind == "datetime":
        assert datetime.fromisoformat(value).tzinfo is not None


def test_set_count_equals_its_rows(ask: Caller) -> None:
    orders = [row for row in ask.simulator.truth("order_hdr") if row["order_dtl_set"]]
    for row in orders[-5:]:
        children: Any = row["order_dtl_set"]
        assert ask(children["url"]).json()["result_count"] == children["result_count"]


def test_relation_url_returns_the_named_row(ask: Caller) -> None:
    for entity in ("order_hdr", "order_dtl", "allocation"):
        row = ask.simulator.truth(entity)[-1]
        for value in row.values():
            if isinstance(value, dict) and value.get("url") and "id" in value:
                assert ask(value["url"]).json()["id"] == value["id"]


@pytest.mark.parametrize("entity", ["order_hdr", "order_dtl", "allocation", "inventory"])
def test_window_equals_filtered_truth(ask: Caller, entity: str) -> None:
    low, high = NOW - timedelta(hours=6), NOW - timedelta(minutes=10)
    query = f"mod_ts__gte={low:%Y-%m-%dT%H:%M:%SZ}&mod_ts__lt={high:%Y-%m-%dT%H:%M:%SZ}"
    expected = [
        row
        for row in ask.simulator.truth(entity)
        if row["mod_ts"] and low <= datetime.fromisoformat(str(row["mod_ts"])) < high
    ]
    assert expected
    assert scan(ask, entity, query, size=40) == expected


def test_relation_filter_equals_filtered_truth(ask: Caller) -> None:
    orders = {row["id"]: row for row in ask.simulator.truth("order_hdr")}
    lines = ask.simulator.truth("order_dtl")
    code = ask.simulator.truth("facility")[0]["code"]
    expected = [
        line["id"]
        for line in lines
        if (order := orders.get(line["order_id"]["id"])) and (order["facility_id"] or {}).get("key") == code
    ]
    found = [row["id"] for row in scan(ask, "order_dtl", f"order_id__facility_id__code={code}")]
    assert found == expected
    assert 0 < len(found) < len(lines)


def test_same_instant_gives_same_response_later(ask: Caller) -> None:
    before = ask.simulator.documents("order_hdr", NOW)
    ask.simulator.clock.advance(timedelta(hours=3))
    later = ask.simulator.documents("order_hdr")
    assert ask.simulator.documents("order_hdr", NOW) == before
    assert later != before


def test_window_finds_changes_of_an_hour(ask: Caller) -> None:
    before = {row["id"]: row for row in ask.simulator.truth("order_dtl")}
    ask.simulator.clock.advance(timedelta(hours=1))
    changed = scan(ask, "order_dtl", f"mod_ts__gte={NOW:%Y-%m-%dT%H:%M:%SZ}")
    merged = {**before, **{row["id"]: row for row in changed}}
    assert list(merged.values()) != list(before.values())
    assert sorted(merged.values(), key=lambda row: row["id"]) == ask.simulator.truth("order_dtl")
    assert len(changed) < len(before)


def test_history_combinations_return_all_rows(ask: Caller) -> None:
    rows = ask.simulator.truth(HISTORY)
    wanted: Any = rows[0]
    query = (
        f"company_id__code={wanted['company_id']['key']}&facility_id__code={wanted['facility_id']['key']}"
        f"&history_activity_id={wanted['history_activity_id']['id']}&status_id={wanted['status_id']}"
    )
    names = ("company_id", "facility_id", "history_activity_id", "status_id")
    assert scan(ask, HISTORY, query) == [row for row in rows if all(row[name] == wanted[name] for name in names)]


def test_status_description_filters_and_lists(ask: Caller) -> None:
    shipped = [row["id"] for row in ask.simulator.truth("order_hdr") if row["status_id"] == 90]
    assert [row["id"] for row in scan(ask, "order_hdr", "status_id__description=Shipped")] == shipped
    path = "container?values_list=status_id,status_id__description&distinct=1&ordering=status_id&page_size=50"
    listed = {row["status_id"]: row["status_id__description"] for row in ask(path).json()["results"]}
    assert (listed[80], listed[91]) == ("Packed", "Shipped")
    stock = ask("inventory?container_id__type=O&container_id__status_id__description=Shipped&page_size=1").json()
    assert float(stock["results"][0]["curr_qty"]) > 0
    assert ask("allocation?is_picking_flg=false&page_size=1").json()["result_count"] > 0


def test_entities_without_rows_answer_as_empty(ask: Caller) -> None:
    assert len(ask("").json()) == 311
    assert ask("work_order_hdr").status_code == 404
    assert ask("work_order_hdr?empty_response_http_code=200").status_code == 400
    assert ask("work_order_hdr/describe/").json()["fields"]["status_id"]["default"] == 0


def test_paged_scan_without_ordering_has_every_row(ask: Caller) -> None:
    link: Any = "order_hdr?page_size=100"
    read: list[int] = []
    while link:
        body = ask(link).json()
        read += [row["id"] for row in body["results"]]
        link = body["next_page"]
    assert sorted(read) == [row["id"] for row in ask.simulator.truth("order_hdr")]
    assert read != sorted(read)


HAZARDS = Hazards(
    late_commits=0.2,
    backdated=0.1,
    null_mod_ts=0.1,
    future_mod_ts=0.05,
    close_updates=0.1,
    deletes=0.1,
    id_jumps=0.01,
    purges=(Purge("order_hdr", 3.0),),
)


@pytest.mark.parametrize("hours", [0, 5])
def test_pages_equal_truth_with_all_hazards(hours: int) -> None:
    world = WarehouseWorld(WorldSpec(origin=ORIGIN, scale=400, days=5, hazards=HAZARDS))
    clock = Clock(NOW + timedelta(hours=hours), speed=0)
    with serve_in_thread(SimulatorConfig(), world=world, clock=clock) as simulator:
        ask = Caller(simulator, requests.Session())
        for entity in ("order_hdr", "order_dtl", "allocation", "inventory", "container"):
            rows = simulator.truth(entity)
            assert scan(ask, entity) == rows
            assert scan(ask, entity, "mod_ts__isnull=true") == [row for row in rows if row["mod_ts"] is None]
            future = f"mod_ts__gte={clock.now():%Y-%m-%dT%H:%M:%SZ}"
            expected = [row for row in rows if row["mod_ts"] and moment(row) >= clock.now()]
            assert scan(ask, entity, future) == expected
        assert any(row["mod_ts"] is None for row in simulator.truth("order_dtl"))


def moment(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["mod_ts"])
