"""Start-up cost."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from tests.bench.harness import OURS, Harness
from tests.bench.measure import Cost, median, run_child
from tests.bench.results import Result

IMPORTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "python": "sys",
        "hand": "tests.bench.baselines.handwritten",
        "dlt": "dlt",
        "ours": OURS,
        "dbt": "dbt.cli.main, dbt.adapters.duckdb",
    }
)


def startup(harness: Harness) -> Iterator[Result]:
    """Measure the CPU of processes that only import."""
    costs: dict[str, list[Cost]] = {name: [] for name in IMPORTS}
    for _ in range(harness.repeats):
        for name, modules in IMPORTS.items():
            harness.log(f"start-up: {name}")
            costs[name].append(run_child([sys.executable, "-c", f"import {modules}"], {}, harness.directory))
    for name, taken in costs.items():
        yield Result(f"startup_{name}_cpu", median(taken).cpu_s, "CPU s")
