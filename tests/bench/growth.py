"""Cost of a build after the same documents changed, in a small and in a large target."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from loader.report import RunReport
from loader.report.store import LATEST, from_json
from tests.bench.dataset import TUESDAY, Feed, open_feed
from tests.bench.harness import Harness, load_environment
from tests.bench.landing import promised
from tests.bench.measure import Cost, median, python_module, run_child
from tests.bench.project import checkout
from tests.bench.results import Goal, Result, at_most
from tests.bench.whole import computed_whole, large

CHANGED: Final[Mapping[str, int]] = MappingProxyType(
    {"order_dtl": 1000, "order_hdr": 490, "allocation": 470, "inventory": 610, "container": 340, "task": 40}
)
"""Documents to change: 1,000 order lines, and what changes in the simulator at the same time with 200,000 lines."""
COMPARED: Final = frozenset({"model", "snapshot"})


@dataclass(frozen=True, slots=True)
class Build:
    """A build after the changes.

    Args:
        cost: of the whole process: start-up, a load without changes, build and report.
        nodes_s: sum of the execution times of models and snapshots, in seconds.
        landed: versions that the measured process landed itself; more than 0 would be other changes.
        whole: rows of marts and snapshots that it computed as a whole, if more than SMALL.
    """

    cost: Cost
    nodes_s: float
    landed: int
    whole: Mapping[str, int]


def growth(harness: Harness, sizes: Mapping[str, int]) -> Iterator[Result]:
    """Build the same changes in targets of several sizes in turn, and compare each with the first.

    Args:
        sizes: order lines by name of the size, ascending.
    """
    with ExitStack() as opened:
        feeds = {
            label: opened.enter_context(open_feed(rows, harness.empty(f"growth-feed-{label}"), TUESDAY))
            for label, rows in sizes.items()
        }
        bases = {label: _base(harness, feed, label) for label, feed in feeds.items()}
        builds: dict[str, list[Build]] = {label: [] for label in sizes}
        for turn in range(harness.repeats):
            for label, feed in feeds.items():
                harness.log(
                    f"growth {label}: build of {sum(CHANGED.values())} changes, {turn + 1} of {harness.repeats}"
                )
                builds[label].append(_build(feed, harness.copy(bases[label], _directory(label))))
    first, *_ = sizes
    for label, rows in sizes.items():
        cost, nodes_s = _medians(builds[label])
        yield Result(f"build_changes_{label}_cpu", cost.cpu_s, "CPU s")
        yield Result(f"build_changes_{label}_wall", cost.wall_s, "s")
        yield Result(f"build_changes_{label}_nodes", nodes_s, "s")
        landed = max(build.landed for build in builds[label])
        yield Result(f"build_changes_{label}_other_versions", landed, "rows", at_most(0))
        whole = builds[label][0].whole
        harness.log(f"growth {label}: marts computed as a whole: {', '.join(whole) or 'none'}")
        yield Result(f"build_changes_{label}_marts_computed_whole", len(whole), "marts", at_most(0))
        if label != first:
            few, few_nodes_s = _medians(builds[first])
            cpu, nodes = goals(rows)
            yield Result(f"build_changes_{label}_over_{first}_cpu", cost.cpu_s / few.cpu_s, "x", cpu)
            yield Result(f"build_changes_{label}_over_{first}_nodes", nodes_s / few_nodes_s, "x", nodes)


def _base(harness: Harness, feed: Feed, label: str) -> Path:
    """Build everything, then land the changes without a build. Return a copy of the directory.

    Each build runs in the directory of the first: elsewhere, dbt would parse the project again.
    """
    base = checkout(harness, _directory(label))
    harness.log(f"growth {label}: first load and build")
    _elt(feed, base)
    harness.log(f"growth {label}: the passes that an initial load leaves to the next run")
    _elt(feed, base)
    wanted = [f"{entity}={number}" for entity, number in CHANGED.items()]
    run_child(python_module("tests.bench.baselines.change", *wanted), load_environment(feed, base), base)
    return harness.copy(base, f"{_directory(label)}-base")


def _directory(label: str) -> str:
    return f"growth-{label}"


def _build(feed: Feed, directory: Path) -> Build:
    cost = _elt(feed, directory)
    report = from_json((directory / "work" / "runs" / LATEST).read_bytes())
    return Build(cost, node_seconds(report), report.new_versions, _computed_whole(report, directory))


def _computed_whole(report: RunReport, directory: Path) -> dict[str, int]:
    with duckdb.connect(str(directory / "warehouse.duckdb"), read_only=True) as connection:

        def count(name: str) -> int:
            [(rows,)] = connection.execute(f"select count(*) from wms.{name}").fetchall()
            return int(rows)

        found = computed_whole(report, directory, count)
    return {name: found[name] for name in large(found)}


def _medians(builds: Sequence[Build]) -> tuple[Cost, float]:
    return median([build.cost for build in builds]), statistics.median(build.nodes_s for build in builds)


def goals(rows: int) -> tuple[Goal | None, Goal | None]:
    """Return the goals for the ratios of CPU and of node times to those of 20,000 order lines."""
    if not promised(rows):
        return None, None
    return at_most(1.3 if rows > 750_000 else 1.1), at_most(1.2)


def node_seconds(report: RunReport) -> float:
    """Return the sum of the execution times of models and snapshots; 0 without a build."""
    return sum(node.seconds for node in report.build.nodes if node.kind in COMPARED) if report.build else 0.0


def _elt(feed: Feed, directory: Path) -> Cost:
    return run_child(python_module("tests.bench.baselines.elt"), load_environment(feed, directory), directory)
