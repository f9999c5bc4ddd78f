"""Memory of a load of all entities."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.dataset import Feed
from tests.bench.harness import Harness, run_wms_elt
from tests.bench.landing import promised
from tests.bench.results import Result, at_most


def memory(harness: Harness, feed: Feed, label: str, rows: int) -> Iterator[Result]:
    """Measure the loader's process, without dbt; the simulator is another one.

    Args:
        rows: order lines; the other entities have four times as many rows.
    """
    feed.reset()
    harness.log(f"memory: initial load of all entities, {label} order lines")
    cost = run_wms_elt(feed, harness.empty("memory"))
    yield Result(f"load_{label}_all_entities_cpu", cost.cpu_s, "CPU s")
    goal = at_most(500) if promised(rows) else None
    yield Result(f"load_{label}_all_entities_peak_memory", cost.peak_mb, "MB", goal)
