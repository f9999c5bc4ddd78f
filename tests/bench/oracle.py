"""Client cost of landing in Oracle, compared with dlt's own job (oracle A.2). Needs no server."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.dataset import Feed
from tests.bench.harness import Harness, run_wms_elt
from tests.bench.landing import ENTITY, promised
from tests.bench.measure import last_words, python_module, run_child
from tests.bench.results import Result, at_least

CLIENT: Final = "tests.bench.baselines.oracle_client"
WAYS: Final = ("arrow", "stock")


def oracle_client(harness: Harness, feed: Feed, label: str) -> Iterator[Result]:
    """Measure rows per CPU second from landing file to bound rows: as Arrow, and as dicts through SQLAlchemy."""
    feed.reset()
    harness.log(f"oracle client {label}: a landing file")
    directory = harness.empty("oracle")
    run_wms_elt(feed, directory, [ENTITY])
    file = directory / "rows.parquet"
    export = [str(directory / "warehouse.duckdb"), f"wms_raw.{ENTITY}", str(file)]
    run_child(python_module("tests.bench.baselines.export", *export), {}, directory)
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    for turn in range(harness.repeats):
        for way in WAYS:
            harness.log(f"oracle client {label}: {way}, {turn + 1} of {harness.repeats}")
            rates[way].append(_rate(way, file))
    arrow, stock = (statistics.median(rates[way]) for way in WAYS)
    yield Result(f"oracle_client_{label}_ours_rate", arrow, "rows/CPU s")
    yield Result(f"oracle_client_{label}_stock_rate", stock, "rows/CPU s")
    goal = at_least(6) if promised(feed.count(ENTITY)) else None
    yield Result(f"oracle_client_{label}_ours_over_stock", arrow / stock, "x", goal)


def _rate(way: str, file: Path) -> float:
    run_child(python_module(CLIENT, way, str(file)), {}, file.parent)
    rows, seconds = last_words(file.parent).split()
    return int(rows) / float(seconds)
