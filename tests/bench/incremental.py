"""What a run costs that finds 1 % of the rows changed, beyond starting up."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.dataset import Feed
from tests.bench.harness import OURS, Workshop, run_ours
from tests.bench.landing import ENTITY
from tests.bench.measure import median, python_module, run_child
from tests.bench.results import Result, at_most


def incremental(workshop: Workshop, feed: Feed, label: str) -> Iterator[Result]:
    """An initial load, then the same incremental load again and again from copies of its target."""
    feed.reset()
    workshop.say(f"incremental {label}: initial load")
    base = workshop.empty("incremental-base")
    run_ours(feed, base, [ENTITY])
    changed = feed.advance(ENTITY, 0.01)
    loads, starts = [], []
    for turn in range(workshop.repeats):
        workshop.say(f"incremental {label}: {changed} rows changed, {turn + 1} of {workshop.repeats}")
        loads.append(run_ours(feed, workshop.copy(base, "incremental"), [ENTITY]))
        starts.append(run_child(python_module(OURS, "--imports-only"), {}, workshop.directory))
    load, start = median(loads), median(starts)
    yield Result(f"incremental_{label}_changed", changed, "rows")
    yield Result(f"incremental_{label}_cpu", load.cpu_s, "CPU s")
    yield Result(f"incremental_{label}_wall", load.wall_s, "s")
    yield Result(f"incremental_{label}_cpu_over_startup", load.cpu_s - start.cpu_s, "CPU s", at_most(1.5))
