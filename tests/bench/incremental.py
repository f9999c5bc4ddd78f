"""Cost of a run after 1 % of the rows changed, without start-up."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.dataset import Feed
from tests.bench.harness import OURS, Harness, run_wms_elt
from tests.bench.landing import ENTITY
from tests.bench.measure import median, python_module, run_child
from tests.bench.results import Result, at_most


def incremental(harness: Harness, feed: Feed, label: str) -> Iterator[Result]:
    """Load once, then repeat the same incremental load from copies of the target."""
    feed.reset()
    harness.log(f"incremental {label}: initial load")
    base = harness.empty("incremental-base")
    run_wms_elt(feed, base, [ENTITY])
    changed = feed.advance(ENTITY, 0.01)
    loads, starts = [], []
    for turn in range(harness.repeats):
        harness.log(f"incremental {label}: {changed} rows changed, {turn + 1} of {harness.repeats}")
        loads.append(run_wms_elt(feed, harness.copy(base, "incremental"), [ENTITY]))
        starts.append(run_child(python_module(OURS, "--imports-only"), {}, harness.directory))
    load, start = median(loads), median(starts)
    yield Result(f"incremental_{label}_changed", changed, "rows")
    yield Result(f"incremental_{label}_cpu", load.cpu_s, "CPU s")
    yield Result(f"incremental_{label}_wall", load.wall_s, "s")
    yield Result(f"incremental_{label}_cpu_over_startup", load.cpu_s - start.cpu_s, "CPU s", at_most(1.5))
