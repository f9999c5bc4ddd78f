from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.wms.rate_limit import GROW_AFTER, TRIP_AFTER, AdaptiveLimiter
from tests.unit.wms.conftest import Bench
from tests.unit.wms.scripted import Seen, error, rows


class Crowd:
    """Counts concurrent requests."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.lock = threading.Lock()

    def pass_through(self, seconds: float) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(seconds)
        with self.lock:
            self.inside -= 1


def crowded(bench: Bench, cap: int) -> Crowd:
    """Lets twelve threads request three pages each, and returns the maximum number of concurrent requests."""
    crowd = Crowd()

    def step(connection: socket.socket, seen: Seen) -> None:
        crowd.pass_through(0.01)
        rows(1)(connection, seen)

    bench.server.answers(step)
    client = bench.client(concurrency=cap)
    client.describe("order_hdr")
    with ThreadPoolExecutor(12) as threads:
        pages = list(threads.map(lambda _: client.page("order_hdr", [("page_size", "1")]), range(36)))
    assert len(pages) == 36
    return crowd


@pytest.mark.parametrize("cap", [1, 3])
def test_limiter_requests_reach_cap_and_never_exceed_it(bench: Bench, cap: int) -> None:
    assert crowded(bench, cap).most == cap


def test_limiter_overload_drops_limit_to_one(bench: Bench) -> None:
    bench.server.answers(*[error(429)] * TRIP_AFTER, rows(1))
    client = bench.client(concurrency=4, retries=5)
    client.page("order_hdr", [])
    assert client._limiter.limit == 1
    crowd = Crowd()

    def step(connection: socket.socket, seen: Seen) -> None:
        crowd.pass_through(0.005)
        rows(1)(connection, seen)

    bench.server.answers(step)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: client.page("order_hdr", []), range(GROW_AFTER - 1)))
        assert crowd.most == 1
        list(threads.map(lambda _: client.page("order_hdr", []), range(GROW_AFTER * 3)))
    assert client._limiter.limit == 4


def test_limiter_other_failures_keep_limit(bench: Bench) -> None:
    bench.server.answers(*[error(500)] * TRIP_AFTER, rows(1))
    client = bench.client(retries=5)
    client.page("order_hdr", [("page_size", "1")])
    assert client._limiter.limit == 4


def test_limiter_success_resets_overload_count() -> None:
    gate = AdaptiveLimiter(4)
    for _ in range(5):
        for _ in range(TRIP_AFTER - 1):
            gate.overloaded()
        gate.succeeded()
    assert gate.limit == 4


def test_limiter_slot_is_released_after_error() -> None:
    gate = AdaptiveLimiter(1)
    for _ in range(3):
        with pytest.raises(KeyError), gate.slot():
            raise KeyError


@given(st.integers(1, 8), st.lists(st.booleans(), max_size=200))
def test_limiter_limit_stays_between_one_and_cap(cap: int, answers: list[bool]) -> None:
    gate = AdaptiveLimiter(cap)
    for good in answers:
        before = gate.limit
        gate.succeeded() if good else gate.overloaded()
        assert 1 <= gate.limit <= cap
        assert gate.limit <= before + 1
