"""Faults that look like valid responses: empty, cut, refused, from another time, or with an unreadable document."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from loader.errors import ConfigError
from loader.simulator import Behaviour, Fault, Rule, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.api.faults import Kind

from .conftest import START, Caller, FakeWorld

LIST = "order_hdr?page_mode=sequenced&ordering=id&page_size=10"
ONCE = Rule(limit=1)


def inject(call: Caller, kind: Kind, rule: Rule = ONCE, **options: Any) -> None:
    call.simulator.faults.set([Fault(kind, rule, **options)])


@pytest.mark.parametrize(
    ("kind", "status", "members"),
    [
        ("no_rows", 200, {"next_page", "previous_page", "results"}),
        ("no_content", 204, set()),
        ("not_found", 404, {"reference", "code", "message"}),
        ("no_route", 404, {"message"}),
        ("withdrawn", 404, {"reference", "code", "message"}),
        ("forbidden", 403, {"reference", "code", "message"}),
    ],
)
def test_stray_response_has_no_rows(call: Caller, kind: Kind, status: int, members: set[str]) -> None:
    inject(call, kind)
    answer = call(LIST)
    assert answer.status_code == status
    assert set(answer.json() if answer.content else {}) == members
    assert call.ids(LIST) == list(range(100, 110))


def test_withdrawn_permission_lasts_and_returns(call: Caller) -> None:
    inject(call, "withdrawn", Rule("/entity/order_hdr", nth=(2,), lasting=2))
    asked = (LIST, "item", LIST, "order_hdr/describe/", "item", LIST, LIST)
    assert [call(path).status_code for path in asked] == [200, 200, 404, 404, 200, 404, 200]
    assert call.simulator.faults.armed[0].strikes == 1


def test_lasting_strikes_count_once_against_the_limit(call: Caller) -> None:
    inject(call, "conflict", Rule(path="item", limit=2, lasting=1))
    assert [call("item").status_code for _ in range(6)] == [409, 409, 409, 409, 200, 200]


@pytest.mark.parametrize("seconds", [6 * 3600, -6 * 3600, 365 * 86_400, -365 * 86_400])
def test_clock_jump_lasts_for_a_while(call: Caller, seconds: int) -> None:
    inject(call, "clock_jump", Rule(nth=(2,), lasting=1), seconds=seconds)
    dates = [parsedate_to_datetime(call(LIST).headers["date"]) - START for _ in range(4)]
    assert dates == [timedelta(), *[timedelta(seconds=seconds)] * 2, timedelta()]


def follow(call: Caller, path: str) -> list[int]:
    read: list[int] = []
    link: str | None = path
    while link:
        body = call(link).json()
        read += [row["id"] for row in body["results"]]
        link = body["next_page"]
    return read


@pytest.mark.parametrize("path", [LIST, "order_hdr?page_size=10&ordering=id", "order_hdr?page_mode=sequenced"])
def test_capped_page_links_to_remaining_rows(call: Caller, path: str) -> None:
    whole = follow(call, path)
    inject(call, "capped_page", Rule(nth=(1,)), share=0.2)
    first = call(path).json()
    assert 1 <= len(first["results"]) <= 5
    assert first["next_page"]
    inject(call, "capped_page", share=0.5)
    assert sorted(follow(call, path)) == sorted(whole)


def test_capped_page_may_have_no_link(call: Caller) -> None:
    inject(call, "capped_page_without_link", Rule(), share=0.3)
    body = call(LIST).json()
    assert (len(body["results"]), body["next_page"]) == (3, None)
    assert call.ids(LIST.replace("=10", "=1")) == [100]


def test_capped_page_without_an_order(world: FakeWorld) -> None:
    config = SimulatorConfig(behaviour=Behaviour(ordering_refused=frozenset({"order_hdr"})))
    with serve_in_thread(config, world=world) as simulator:
        call = Caller(simulator, requests.Session())
        inject(call, "capped_page", Rule(), share=0.4)
        assert call(LIST).status_code == 400
        assert len(call.rows(LIST.replace("ordering=id&", ""))) == 4


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("not_a_number", b'"unreadable_number":NaN}'),
        ("lone_surrogate", rb'"unreadable_text":"x \ud83d"}'),
        ("text_id", b'{"id":"105"'),
        ("huge_id", b'{"id":9223372036854775808,'),
        ("impossible_mod_ts", b'"mod_ts":"9999-12-31T23:59:59-03:00"'),
    ],
)
def test_unreadable_document_fault_damages_one_document(call: Caller, kind: Kind, shown: bytes) -> None:
    whole = call(LIST).json()["results"]
    inject(call, kind, share=0.5)
    body = call(LIST).content
    assert body.count(shown) == 1
    others = [row for row in json.loads(body)["results"] if row in whole]
    assert others == whole[:5] + whole[6:]
    assert call(LIST).json()["results"] == whole


def test_unreadable_document_fault_keeps_empty_page(call: Caller) -> None:
    whole = call(f"{LIST}&id__gt=9999")
    inject(call, "not_a_number")
    assert call(f"{LIST}&id__gt=9999").status_code == whole.status_code == 404


def test_second_tenant_has_other_rows(simulator: RunningSimulator) -> None:
    other = FakeWorld(simulator.tenant.world.entities)
    other.put("facility", 7, create_ts=START, mod_ts=START, code="X")
    with serve_in_thread(SimulatorConfig(seed=8), world=other) as second:
        assert Caller(second, requests.Session()).ids("facility") == [7]
        assert Caller(simulator, requests.Session()).ids("facility") != [7]


def test_invalid_fault_duration_is_config_error() -> None:
    with pytest.raises(ConfigError, match="lasting"):
        Fault("withdrawn", Rule(lasting=-1))
