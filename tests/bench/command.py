"""The benchmark's command line: what to measure, in which order."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rich.console import Console

from loader.errors import InternalError, WmsEltError
from tests.bench.dataset import TUESDAY, open_feed
from tests.bench.growth import growth
from tests.bench.harness import Harness
from tests.bench.incremental import incremental
from tests.bench.landing import ENTITY, flatness, landing
from tests.bench.latency import eight_entities, initial_load
from tests.bench.memory import memory
from tests.bench.oracle import oracle_client
from tests.bench.oracle_run import oracle_run
from tests.bench.project import dbt_build, elt_in_fresh_checkout, elt_warm, staging
from tests.bench.reconciliation import reconciliation
from tests.bench.request_count import requests_per_run
from tests.bench.results import Result, at_least, write_json
from tests.bench.screen import show
from tests.bench.startup import startup

SCENARIOS: Final = (
    "startup",
    "landing",
    "incremental",
    "oracle",
    "latency",
    "memory",
    "staging",
    "growth",
    "reconcile",
    "dbt",
    "elt",
    "oracle-run",
)
LABELS: Final = MappingProxyType({20_000: "20k", 200_000: "200k", 1_000_000: "1m"})
DEFAULT_SCALE: Final = 20_000
QUICK_SCALE: Final = 2_000
ORACLE_SCALE: Final = 3_000
"""Order lines of the scenario oracle-run; the emulator is slow."""

Step = tuple[str, Iterator[Result]]


def run(argv: Sequence[str] | None = None) -> int:
    """Measure what the arguments select. Return 0, or 70 if a measurement failed."""
    options = _parser().parse_args(argv)
    notes, results, broken = Console(stderr=True, log_path=False), list[Result](), False
    with tempfile.TemporaryDirectory(prefix="wms-elt-bench-") as scratch:
        harness = Harness(Path(scratch), options.repeats or (1 if options.quick else 3), notes.log)
        for name, scenario in _steps(options, harness):
            try:
                results += scenario
            except WmsEltError as error:
                broken = True
                results.append(Result(f"{name}_completed", 0, "runs", at_least(1)))
                notes.print(str(error), highlight=False, markup=False, soft_wrap=True)
    results += flatness(_peaks(results, _sizes(options)))
    show(results, Console())
    write_json(results, options.output)
    if options.quick:
        notes.print(
            "--quick only shows that everything can be measured: at these sizes the goals mean nothing", soft_wrap=True
        )
    return InternalError.exit_code if broken else 0


def _steps(options: argparse.Namespace, harness: Harness) -> Iterator[Step]:
    """Yield the scenarios in order. The feed of a scenario is open while it is consumed."""
    chosen = set(options.only or SCENARIOS)
    if "startup" in chosen:
        yield "startup", startup(harness)
    if chosen & {"landing", "incremental", "oracle", "latency", "memory", "staging"}:
        for rows in _sizes(options):
            yield from _of_size(harness, chosen, rows, smallest=rows == min(_sizes(options)))
    if "growth" in chosen:
        sizes = sorted({QUICK_SCALE if options.quick else DEFAULT_SCALE, *_sizes(options)})
        yield "growth", growth(harness, {_label(rows): rows for rows in sizes})
    yield from _at_default_scale(harness, chosen, QUICK_SCALE if options.quick else DEFAULT_SCALE)


def _of_size(harness: Harness, chosen: set[str], rows: int, *, smallest: bool) -> Iterator[Step]:
    label = _label(rows)
    with open_feed(rows, harness.directory, TUESDAY) as feed:
        harness.log(f"rendering {label} documents, so that this is not measured")
        feed.warm(ENTITY)
        if "landing" in chosen:
            yield f"landing_{label}", landing(harness, feed, label)
        if "incremental" in chosen:
            yield f"incremental_{label}", incremental(harness, feed, label)
        if "oracle" in chosen and smallest:
            yield "oracle_client", oracle_client(harness, feed, label)
        if "latency" in chosen and smallest:
            yield "latency_initial", initial_load(harness, feed, label)
        if "memory" in chosen:
            yield f"memory_{label}", memory(harness, feed, label, rows)
        if "staging" in chosen:
            yield f"staging_{label}", staging(harness, feed, label)


def _at_default_scale(harness: Harness, chosen: set[str], scale: int) -> Iterator[Step]:
    if chosen & {"latency", "reconcile", "dbt"}:
        with open_feed(scale, harness.directory, TUESDAY) as feed:
            if "latency" in chosen:
                yield "latency_incremental", eight_entities(harness, feed)
                yield "requests", requests_per_run(harness, feed)
            if "reconcile" in chosen:
                yield "reconcile", reconciliation(harness, feed)
            if "dbt" in chosen:
                yield "dbt_build", dbt_build(harness, feed)
    if "elt" in chosen:
        with open_feed(scale, harness.directory, datetime.now(UTC).replace(microsecond=0)) as feed:
            yield "elt_warm", elt_warm(harness, feed)
        yield "elt_newcomer", elt_in_fresh_checkout(harness, scale)
    if "oracle-run" in chosen:
        with open_feed(min(scale, ORACLE_SCALE), harness.directory, TUESDAY) as feed:
            yield "oracle_run", oracle_run(harness, feed)


def _sizes(options: argparse.Namespace) -> list[int]:
    return sorted(set(options.rows or [QUICK_SCALE if options.quick else 200_000]))


def _label(rows: int) -> str:
    return LABELS.get(rows, str(rows))


def _peaks(results: Sequence[Result], sizes: Sequence[int]) -> dict[int, float]:
    values = {result.name: result.value for result in results}
    names = {rows: f"landing_{_label(rows)}_ours_peak_memory" for rows in sizes}
    return {rows: values[name] for rows, name in names.items() if name in values}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure against the goals, in one run, on the same bytes."
    )
    parser.add_argument(
        "--rows",
        type=_positive,
        action="append",
        help="order lines to land, such as 20000, 200000 or 1000000; repeatable",
    )
    parser.add_argument("--repeats", type=_positive, help="measurements of each, whose median counts (default: 3)")
    parser.add_argument("--only", choices=SCENARIOS, action="append", help="measure only this; repeatable")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, once each: shows that the bench works")
    parser.add_argument(
        "--output", type=Path, default=Path("target/bench.json"), help="the results (default: %(default)s)"
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
