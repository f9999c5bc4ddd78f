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
from loader.site.convert import instant, instant_or_none, number, text
from loader.site.freshness import read_freshness
from loader.site.view_model import FreshnessRow
from loader.warehouse import NODE_RESULT, TEST_RESULT, TableSpec, Warehouse

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
class Outcome:
    """Last result of a test or node: ok, warn, failed or skipped; `amount` is the rows found or the seconds."""

    name: str
    status: str
    amount: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResults:
    """Last results by name; `as_of` has the instant up to which a mart has every loaded version, naive UTC."""

    tests: Mapping[str, Outcome] = field(default_factory=dict)
    builds: Mapping[str, Outcome] = field(default_factory=dict)
    reads: Mapping[str, LastResult] = field(default_factory=dict)
    freshness: Mapping[str, FreshnessRow] = field(default_factory=dict)
    as_of: Mapping[str, datetime | None] = field(default_factory=dict)


def read_last_results(target: Warehouse, pipeline: str, *projects: Path) -> LastResults:
    """Reads the results; a part that can't be read is empty."""
    reader = PartReader(target)
    return LastResults(
        tests=reader.part("tests", lambda target: _last(target, TEST_RESULT, "test_name", "failures"), {}),
        builds=reader.part("builds", lambda target: _last(target, NODE_RESULT, "node_name", "duration_s"), {}),
        reads=reader.part("reads", lambda target: {read.entity: read for read in last_results(target).of_any}, {}),
        freshness=reader.part(
            "freshness", lambda target: {row.source: row for row in read_freshness(target, None) or ()}, {}
        ),
        as_of=reader.part(
            "ages",
            lambda target: {
                mart.mart: instant_or_none(mart.as_of) for mart in mart_ages(read_state(target, pipeline), *projects)
            },
            {},
        ),
    )


def _last(target: Warehouse, spec: TableSpec, name: str, amount: str) -> Mapping[str, Outcome]:
    table = target.raw(spec.name)
    if not target.exists(table):
        return {}
    rows = target.fetch(_LAST.format(table=table, name=name, amount=amount))
    found = (
        Outcome(name=text(name), status=text(status), amount=number(amount) or 0.0, at=instant(at))
        for name, status, amount, at in rows
    )
    return {outcome.name: outcome for outcome in found}
