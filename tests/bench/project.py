"""Waiting times of a user at the default scale: ``dbt build`` and ``make elt``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from loader.errors import ConfigError
from tests.bench.dataset import Feed
from tests.bench.harness import Harness, load_environment, run_wms_elt
from tests.bench.landing import ENTITY
from tests.bench.measure import Cost, median, python_module, run_child
from tests.bench.results import Result, at_most

FEW_ROWS: Final = "company"
NO_TESTS: Final = ("--exclude-resource-type", "test")
MODELS: Final = ("--resource-type", "model")
PROJECT: Final = ("dbt_project", "profiles.yml.example")


def dbt_build(harness: Harness, feed: Feed) -> Iterator[Result]:
    """Measure the first build, one without changes and one after 1 % of the order lines changed, on the same target."""
    feed.reset()
    directory = checkout(harness, "dbt")
    harness.log("dbt build: initial load")
    run_wms_elt(feed, directory)
    yield from _build(harness, feed, directory, "first")
    yield from _build(harness, feed, directory, "no_change")
    harness.log("dbt build without tests, no change")
    yield Result("dbt_build_without_tests_no_change_cpu", _dbt(feed, directory, *NO_TESTS).cpu_s, "CPU s")
    harness.log("dbt build, models alone, no change")
    models = median([_dbt(feed, directory, *MODELS) for _ in range(harness.repeats)]).cpu_s
    yield Result("dbt_models_no_change_cpu", models, "CPU s", at_most(10))
    feed.advance(ENTITY, 0.01)
    harness.log("dbt build: incremental load")
    run_wms_elt(feed, directory)
    yield from _build(harness, feed, directory, "1_percent_changed")


def staging(harness: Harness, feed: Feed, label: str) -> Iterator[Result]:
    """Measure staging of unchanged order lines, compared with an entity of a few rows: no document is parsed."""
    feed.reset()
    directory = checkout(harness, "staging")
    harness.log(f"staging of {label} rows: initial load")
    run_wms_elt(feed, directory, [ENTITY, FEW_ROWS])
    big, small = (["--select", f"stg_wms__{entity}", *NO_TESTS] for entity in (ENTITY, FEW_ROWS))
    _dbt(feed, directory, *small)
    harness.log(f"staging of {label} rows: first build, then one of no change")
    first = _dbt(feed, directory, *big).cpu_s
    unchanged = median([_dbt(feed, directory, *big) for _ in range(harness.repeats)]).cpu_s
    bare = median([_dbt(feed, directory, *small) for _ in range(harness.repeats)]).cpu_s
    yield Result(f"staging_{label}_first_cpu", first, "CPU s")
    yield Result(f"staging_{label}_unchanged_cpu", unchanged, "CPU s")
    yield Result(f"staging_{label}_unchanged_over_few_rows", unchanged / bare, "x", at_most(1.2))


def elt_warm(harness: Harness, feed: Feed) -> Iterator[Result]:
    """Measure ``make elt`` without changes since the last one.

    Args:
        feed: its clock must be close to the present, or the sources are stale.
    """
    directory = checkout(harness, "elt-warm")
    environment = load_environment(feed, directory)
    harness.log("make elt, to have something that does not change")
    _elt(directory, environment)
    # the passes that an initial load leaves to the next run
    _elt(directory, environment)
    costs = []
    for turn in range(harness.repeats):
        harness.log(f"make elt, nothing changed, {turn + 1} of {harness.repeats}")
        costs.append(_elt(directory, environment))
    yield Result("elt_no_change_cpu", median(costs).cpu_s, "CPU s", at_most(4))
    yield Result("elt_no_change_wall", median(costs).wall_s, "s")


def elt_in_fresh_checkout(harness: Harness, scale: int) -> Iterator[Result]:
    """Measure the first two ``make elt`` in a fresh checkout without configuration, simulator included."""
    directory = checkout(harness, "elt-newcomer")
    environment = {"GRUPONOS_WMS__SIMULATOR_SCALE": str(scale)}
    for name, wall, cpu in (("first", at_most(30), None), ("second", None, at_most(10))):
        harness.log(f"make elt, the {name} of a fresh checkout")
        cost = _elt(directory, environment)
        yield Result(f"elt_{name}_wall", cost.wall_s, "s", wall)
        yield Result(f"elt_{name}_cpu", cost.cpu_s, "CPU s", cpu)


def _build(harness: Harness, feed: Feed, directory: Path, name: str) -> Iterator[Result]:
    harness.log(f"dbt build, {name.replace('_', ' ')}")
    cost = _dbt(feed, directory)
    yield Result(f"dbt_build_{name}_cpu", cost.cpu_s, "CPU s")
    yield Result(f"dbt_build_{name}_wall", cost.wall_s, "s")


def _dbt(feed: Feed, directory: Path, *arguments: str) -> Cost:
    command = python_module("tests.bench.baselines.dbt_build", *arguments)
    return run_child(command, load_environment(feed, directory), directory)


def _elt(directory: Path, environment: Mapping[str, str]) -> Cost:
    return run_child([str(Path(sys.executable).with_name("wms-elt")), "elt"], environment, directory)


def checkout(harness: Harness, name: str) -> Path:
    """Return a directory with the dbt project as after cloning: nothing parsed, nothing built.

    Raises:
        ConfigError: WMS_BENCH_004, the benchmark doesn't run in a checkout.
    """
    directory = harness.empty(name)
    for part in map(Path, PROJECT):
        if part.is_dir():
            shutil.copytree(part, directory / part, ignore=shutil.ignore_patterns("target", "logs"))
        elif part.is_file():
            shutil.copy(part, directory)
        else:
            hint = "run make bench in the directory that holds the Makefile"
            raise ConfigError("WMS_BENCH_004", f"there is no {part} here", hint=hint, context={"path": Path.cwd()})
    return directory
