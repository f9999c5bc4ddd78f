"""Benefit of concurrent requests if every response takes 200 ms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from tests.bench.dataset import Feed
from tests.bench.harness import Harness, run_wms_elt
from tests.bench.landing import ENTITY
from tests.bench.measure import median
from tests.bench.results import Result, at_least, at_most

PAGE_MS: Final = 200.0
EIGHT: Final = (
    "inventory",
    "container",
    "order_hdr",
    "order_dtl",
    "allocation",
    "ib_shipment",
    "ib_shipment_dtl",
    "task",
)

MOST: Final = MappingProxyType({"GRUPONOS_WMS__CONCURRENCY": "8"})
"""The most requests in flight that wms-elt sends; the default is 4."""


def initial_load(harness: Harness, feed: Feed, label: str) -> Iterator[Result]:
    """Compare one worker with four, each with its own id range."""
    feed.reset()
    wall = {}
    with _slow(feed):
        for workers in (4, 1):
            harness.log(f"latency: initial load of {label} rows, {workers} at a time")
            settings = {"GRUPONOS_WMS__CONCURRENCY": str(workers)}
            wall[workers] = run_wms_elt(feed, harness.empty("latency"), [ENTITY], settings).wall_s
    yield Result(f"latency_initial_{label}_1_worker_wall", wall[1], "s")
    yield Result(f"latency_initial_{label}_4_workers_wall", wall[4], "s")
    yield Result(f"latency_initial_{label}_speedup", wall[1] / wall[4], "x", at_least(2.5))


def eight_entities(harness: Harness, feed: Feed) -> Iterator[Result]:
    """Compare eight entities, incrementally, with the one that has most to read.

    Each entity needs several requests, one after the other. So eight take as long as one only with eight in flight.
    """
    feed.reset()
    harness.log("latency: eight entities, initial load")
    base = harness.empty("eight-base")
    run_wms_elt(feed, base, EIGHT)
    # the passes that an initial load leaves to the next run
    run_wms_elt(feed, base, EIGHT)
    feed.advance(ENTITY, 0.01)
    slowest = max(EIGHT, key=feed.changed)
    eight, one, four = [], [], []
    with _slow(feed):
        for _ in range(harness.repeats):
            harness.log(f"latency: incremental, eight entities and {slowest} alone")
            one.append(run_wms_elt(feed, harness.copy(base, "one"), [slowest], MOST))
            eight.append(run_wms_elt(feed, harness.copy(base, "eight"), EIGHT, MOST))
            four.append(run_wms_elt(feed, harness.copy(base, "eight"), EIGHT))
    yield Result("latency_incremental_slowest_wall", median(one).wall_s, "s")
    yield Result("latency_incremental_eight_wall", median(four).wall_s, "s")
    ratio = median(four).wall_s / median(one).wall_s
    yield Result("latency_incremental_eight_over_slowest", ratio, "x", at_most(1.2))
    ratio = median(eight).wall_s / median(one).wall_s
    yield Result("latency_incremental_eight_over_slowest_8_workers", ratio, "x")


@contextmanager
def _slow(feed: Feed) -> Iterator[None]:
    feed.behave(page_latency_ms=PAGE_MS)
    try:
        yield
    finally:
        feed.behave(page_latency_ms=0.0)
