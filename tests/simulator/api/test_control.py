"""The control routes (wms-api 9.21) and the observations behind them."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests

from loader.simulator import Behaviour, Clock, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.api.control import LoopbackOnly

from .conftest import ORDERS, START, Caller, FakeWorld


@pytest.fixture
def control(simulator: RunningSimulator) -> str:
    return simulator.url.removesuffix("/sim") + "/__sim__"


def put(url: str, content: object) -> requests.Response:
    return requests.put(url, data=json.dumps(content), timeout=5)


def test_clock(control: str, clock: Clock) -> None:
    shown = requests.get(f"{control}/clock", timeout=5).json()
    assert shown == {"now": "2025-06-01T12:00:00Z", "speed": 0.0, "skew_seconds": 0.0}
    changed = put(f"{control}/clock", {"now": "2026-01-01T00:00:00-03:00", "advance_seconds": 60, "skew_seconds": -600})
    assert changed.json() == {"now": "2026-01-01T03:01:00Z", "speed": 0.0, "skew_seconds": -600.0}
    assert clock.skew == timedelta(minutes=-10)
    put(f"{control}/clock", {"speed": 1000})
    assert clock.speed == 1000


@pytest.mark.parametrize(
    "content", [{"now": "yesterday"}, {"now": "2026-01-01T00:00:00"}, {"speed": -1}, {"zzz": 1}, []]
)
def test_bad_clock(control: str, content: object) -> None:
    assert put(f"{control}/clock", content).status_code == 400


def test_profile(control: str, call: Caller) -> None:
    url = f"{control}/profile/{call.simulator.username}"
    assert put(url, {"facilities": ["DC02"], "time_zone": "UTC"}).json()["facilities"] == ["DC02"]
    assert call("order_hdr").json()["result_count"] == ORDERS / 2
    assert requests.get(url, timeout=5).json()["rows_per_page"] == 25
    assert put(url, {"zzz": 1}).status_code == 400
    assert put(url, {"facilities": "DC02"}).status_code == 400
    assert put(f"{control}/profile/nobody", {}).status_code == 404


def test_behaviour(control: str, simulator: RunningSimulator) -> None:
    assert put(f"{control}/behaviour", {"release": "26A"}).json()["release"] == "26A"
    assert simulator.behaviour == Behaviour(release="26A")
    for wrong in ({"release": "new"}, {"fractions": "maybe"}, {"zzz": 1}):
        assert put(f"{control}/behaviour", wrong).status_code == 400
    assert simulator.behaviour == Behaviour(release="26A")


def test_stats_and_log(control: str, call: Caller) -> None:
    call("order_hdr?page_size=3&status_id=90")
    call("order_hdr?zzz=1")
    call("", auth=None)
    stats = requests.get(f"{control}/stats", timeout=5).json()
    assert (stats["requests"], stats["counts"], stats["rows_sent"], stats["in_flight"]) == (3, 1, 3, 0)
    log = requests.get(f"{control}/log", timeout=5).json()
    assert [(e["method"], e["status"], e["user"], e["rows"]) for e in log] == [
        ("GET", 200, "elt_reader", 3),
        ("GET", 400, "elt_reader", 0),
        ("GET", 401, None, 0),
    ]
    assert log[0]["query"] == "page_size=3&status_id=90"
    assert log[0]["path"] == "/sim/wms/lgfapi/v10/entity/order_hdr"
    assert [e["credentials"] for e in log] == [True, True, False]
    assert log[0]["at"] == START.isoformat()
    requests.delete(f"{control}/stats", timeout=5)
    requests.delete(f"{control}/log", timeout=5)
    assert call.simulator.stats.requests == len(call.simulator.log) == 0


def test_revoking_tokens(control: str, simulator: RunningSimulator) -> None:
    access, _ = simulator.tokens.issue("elt_reader", "elt-client", START + timedelta(hours=1), refreshable=False)
    assert requests.delete(f"{control}/tokens", timeout=5).status_code == 204
    assert simulator.tokens.username(access, START) is None


def test_concurrency_high_water_mark(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_behaviour(Behaviour(page_latency_ms=150))
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: call("order_hdr", auth=("elt_reader", simulator.password)), range(5)))
    assert simulator.stats.max_in_flight == 5
    simulator.stats.reset()
    call("order_hdr")
    assert simulator.stats.max_in_flight == 1


def test_latency_per_page_and_row(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_behaviour(Behaviour(page_latency_ms=50, row_latency_us=5000))
    assert call("order_hdr?page_size=20").elapsed >= timedelta(milliseconds=150)


def test_truth_equals_the_pages(control: str, call: Caller) -> None:
    answer = requests.get(f"{control}/truth/order_dtl", timeout=5)
    assert answer.headers["content-type"] == "application/x-ndjson"
    shown = [json.loads(line) for line in answer.content.splitlines()]
    assert shown == call.rows("order_dtl?page_mode=sequenced&ordering=id&page_size=1250")
    assert shown == call.simulator.truth("order_dtl")


def test_truth_at_an_instant(control: str, call: Caller, world: FakeWorld, clock: Clock) -> None:
    world.delete("order_hdr", 100, START + timedelta(minutes=1))
    world.put("order_hdr", 101, at=START + timedelta(minutes=2), facility_id=1, company_id=1, status_id=90)
    clock.advance(timedelta(minutes=5))

    def shown(at: str) -> dict[int, int]:
        lines = requests.get(f"{control}/truth/order_hdr?at={at}", timeout=5).content.splitlines()
        return {row["id"]: row["status_id"] for row in map(json.loads, lines)}

    before, after = shown("2025-06-01T12:00:00Z"), shown("2025-06-01T12:02:00%2B00:00")
    assert (len(before), len(after)) == (ORDERS, ORDERS - 1)
    assert (before[101], after[101]) == (20, 90)
    assert 100 not in after


def test_truth_does_not_depend_on_eligibility(call: Caller, control: str) -> None:
    put(f"{control}/profile/elt_reader", {"facilities": []})
    assert call("order_hdr").status_code == 404
    assert len(call.simulator.truth("order_hdr")) == ORDERS


def test_truth_with_invalid_request_fails(control: str) -> None:
    for path, status in (("zzz", 404), ("order_hdr?at=x", 400), ("order_hdr?at=2025-06-01T12:00:00", 400)):
        assert requests.get(f"{control}/truth/{path}", timeout=5).status_code == status


def test_control_routes_are_off_by_default(world: FakeWorld) -> None:
    with serve_in_thread(SimulatorConfig(control=False), world=world) as simulator:
        answer = requests.get(simulator.url.removesuffix("/sim") + "/__sim__/stats", timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("client", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 403), (None, 403)])
def test_control_routes_answer_to_loopback_only(client: str | None, status: int) -> None:
    sent: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    scope = {"type": "http", "client": (client, 1) if client else None}
    asyncio.run(LoopbackOnly(inner)(scope, receive, send))
    assert sent[0]["status"] == status
