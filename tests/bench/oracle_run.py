"""What a run sends to Oracle, counted on the emulator. Plans and times need a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from tests.bench.dataset import Feed
from tests.bench.harness import Harness, load_environment
from tests.bench.measure import output_lines, python_module, run_child
from tests.bench.project import checkout
from tests.bench.results import Goal, Result, at_most

RUN: Final = "tests.bench.baselines.oracle_run"
TARGET: Final[Mapping[str, str]] = {
    "GRUPONOS_TARGET__KIND": "oracle",
    "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
    "GRUPONOS_TARGET__ORACLE_PASSWORD": "s3cret",
    "GRUPONOS_TARGET__ORACLE_HOST": "db.example.com",
    "GRUPONOS_TARGET__ORACLE_SERVICE": "ORCLPDB1",
    "GRUPONOS_TARGET__ORACLE_DB_NAME": "WMSDB",
}
GOALS: Final[Mapping[str, Mapping[str, Goal]]] = {
    "changes": {
        "statements": at_most(600),
        "logons": at_most(12),
        "comments": at_most(0),
        "definitions": at_most(60),
        "look_ups_with_function": at_most(0),
        "marts_computed_whole": at_most(0),
    },
    "nothing": {"statements": at_most(40)},
}
"""Limits by run and class of statements."""


def oracle_run(harness: Harness, feed: Feed) -> Iterator[Result]:
    """Count statements by class in four ``wms-elt elt``.

    The first creates everything, the second the temporary tables of incremental builds. Then one after two hours of
    changes, and one without changes.
    """
    feed.reset()
    directory = checkout(harness, "oracle-run")
    harness.log("oracle run: four runs into the emulator, which take some minutes")
    environment = load_environment(feed, directory) | TARGET
    run_child(python_module(RUN, feed.control), environment, directory)
    for line in output_lines(directory):
        if " computed as a whole: " in line:
            harness.log(f"oracle run {line}")
        if line.startswith('{"run":'):
            counts = msgspec.json.decode(line)
            run = counts.pop("run")
            for kind, number in counts.items():
                yield Result(f"oracle_run_{run}_{kind}", number, "times", GOALS.get(run, {}).get(kind))
