"""Reads the last result of each test and model, and of each entity, from the run tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from loader.report.build_states import mart_ages, read_state
from loader.report.entity_runs import LastResult, last_results
from loader.report.evidence import PartReader
from loader.site.convert import instant, instant_or_none, number, text, whole
from loader.site.freshness import read_freshness
from loader.site.view_model import FreshnessRow
from loader.warehouse import NODE_RESULT, TEST_RESULT, Row, Warehouse

# a build covers what changed, so the last result of a node may be from an earlier run
_LAST: Final = """
    select name, status, amount, started_at from (
        select
            {name} as name, status, {amount} as amount, started_at,
            row_number() over (partition by {name} order by started_at desc, run_id desc) as nth
        from {table}
    ) results
    where nth = 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTestOutcome:
    """Last result of a test: ok, warn, failed or skipped, and the number of rows found."""

    status: str
    failures: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeBuild:
    """Last build of a model, snapshot or seed; seconds."""

    status: str
    seconds: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResults:
    """Last results by name; `as_of` has the instant up to which a mart has every loaded version, naive UTC."""

    tests: Mapping[str, DataTestOutcome] = field(default_factory=dict)
    builds: Mapping[str, NodeBuild] = field(default_factory=dict)
    reads: Mapping[str, LastResult] = field(default_factory=dict)
    freshness: Mapping[str, FreshnessRow] = field(default_factory=dict)
    as_of: Mapping[str, datetime | None] = field(default_factory=dict)


def read_last_results(target: Warehouse, pipeline: str, *projects: Path) -> LastResults:
    """Reads the results; a part that can't be read is empty."""
    reader = PartReader(target)
    return LastResults(
        tests=reader.part("tests", _tests, {}),
        builds=reader.part("builds", _builds, {}),
        reads=reader.part("reads", lambda target: {read.entity: read for read in last_results(target)}, {}),
        freshness=reader.part("freshness", _freshness, {}),
        as_of=reader.part(
            "ages",
            lambda target: {
                mart.mart: instant_or_none(mart.as_of) for mart in mart_ages(read_state(target, pipeline), *projects)
            },
            {},
        ),
    )


def _tests(target: Warehouse) -> Mapping[str, DataTestOutcome]:
    rows = _rows(target, target.raw(TEST_RESULT.name), "test_name", "failures")
    return {
        text(name): DataTestOutcome(status=text(status), failures=whole(failures), at=instant(at))
        for name, status, failures, at in rows
    }


def _builds(target: Warehouse) -> Mapping[str, NodeBuild]:
    rows = _rows(target, target.raw(NODE_RESULT.name), "node_name", "duration_s")
    return {
        text(name): NodeBuild(status=text(status), seconds=number(seconds) or 0.0, at=instant(at))
        for name, status, seconds, at in rows
    }


def _freshness(target: Warehouse) -> Mapping[str, FreshnessRow]:
    return {row.source: row for row in read_freshness(target, None) or ()}


def _rows(target: Warehouse, table: str, name: str, amount: str) -> list[Row]:
    return target.fetch(_LAST.format(table=table, name=name, amount=amount)) if target.exists(table) else []
