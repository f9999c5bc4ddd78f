"""The same rows into DuckDB in three ways: wms-elt, dlt's tutorial, and a minimal script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.bench.dataset import Feed
from tests.bench.harness import OURS, Harness, load_environment
from tests.bench.measure import Cost, median, python_module, run_child
from tests.bench.results import Goal, Result, at_least, at_most

ENTITY: Final = "order_dtl"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A way to load: its module, and the table it fills."""

    name: str
    module: str
    table: str
    key: str


BASELINES: Final = (
    Baseline("ours", OURS, f"wms_raw.{ENTITY}", "entity_id"),
    Baseline("rest_api", "tests.bench.baselines.rest_api", f"bench.{ENTITY}", "id"),
    Baseline("hand", "tests.bench.baselines.handwritten", f"bench.{ENTITY}", "id"),
)


def landing(harness: Harness, feed: Feed, label: str) -> Iterator[Result]:
    """Measure CPU, wall time and memory of a full load by each baseline in turn, and the ratios with goals.

    Args:
        label: name of the size, such as ``200k``.
    """
    feed.reset()
    rows = feed.count(ENTITY)
    costs: dict[str, list[Cost]] = {baseline.name: [] for baseline in BASELINES}
    for turn in range(harness.repeats):
        for baseline in BASELINES:
            harness.log(f"landing {rows} rows, {baseline.name}, {turn + 1} of {harness.repeats}")
            costs[baseline.name].append(_load(harness, feed, baseline, rows))
    medians = {name: median(taken) for name, taken in costs.items()}
    yield Result(f"landing_{label}_rows", rows, "rows")
    for name, cost in medians.items():
        yield Result(f"landing_{label}_{name}_cpu", cost.cpu_s, "CPU s")
        yield Result(f"landing_{label}_{name}_wall", cost.wall_s, "s")
        goal = at_most(500) if name == "ours" else None
        yield Result(f"landing_{label}_{name}_peak_memory", cost.peak_mb, "MB", goal)
    yield from _ratios(medians, label, rows)


def flatness(peaks: Mapping[int, float]) -> Iterator[Result]:
    """Return the growth of peak memory from the smallest to the largest size from 200k rows on.

    Args:
        peaks: MB by number of rows.
    """
    sizes = sorted(rows for rows in peaks if rows >= 200_000)
    if len(sizes) > 1:
        yield Result("landing_peak_memory_growth", peaks[sizes[-1]] / peaks[sizes[0]], "x", at_most(1.1))


def _load(harness: Harness, feed: Feed, baseline: Baseline, rows: int) -> Cost:
    directory = harness.empty(f"landing-{baseline.name}")
    environment = load_environment(feed, directory, [ENTITY])
    cost = run_child(python_module(baseline.module), environment, directory)
    count = [environment["GRUPONOS_TARGET__DUCKDB_PATH"], baseline.table, baseline.key, str(rows)]
    run_child(python_module("tests.bench.baselines.count", *count), {}, directory)
    return cost


def _ratios(medians: Mapping[str, Cost], label: str, rows: int) -> Iterator[Result]:
    ours, rest_api, hand = (medians[baseline.name].cpu_s for baseline in BASELINES)
    faster, slower = goals(rows)
    yield Result(f"landing_{label}_cpu_rest_api_over_ours", rest_api / ours, "x", faster)
    yield Result(f"landing_{label}_cpu_ours_over_hand", ours / hand, "x", slower)


def promised(rows: int) -> bool:
    """Whether goals apply at this size: with fewer rows, start-up costs more than the load."""
    return rows >= 150_000


def goals(rows: int) -> tuple[Goal | None, Goal | None]:
    """Return the ratios dlt / wms-elt and wms-elt / handwritten script."""
    if not promised(rows):
        return None, None
    return at_least(8), at_most(1.5 if rows > 750_000 else 1.1)
