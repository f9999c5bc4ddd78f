"""Loads the simulated WMS into a target, builds it with dbt step by step, and reads the models after each step."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pytest

from loader.settings import PipelineSettings
from loader.simulator.world import WarehouseWorld, WorldSpec
from loader.warehouse import open_warehouse
from tests.dbt.marts.simulated import documents
from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START, FakeWms
from tests.support.harness import DbtProject

ENTITIES = PipelineSettings().all_entities
SPEC = WorldSpec(origin=START, scale=150, days=2)
STEPS = (START - timedelta(hours=12), START - timedelta(hours=6), START)
"""An initial load, and two with the changes of half a shift."""
REFUSED: tuple[tuple[str, int, frozenset[int], Mapping[str, Any]], ...] = (
    ("order_hdr", 0, frozenset({1}), {"facility_id": None}),
    ("order_hdr", 1, frozenset({0, 2}), {"facility_id": None}),
    ("order_dtl", 9, frozenset({1}), {"ord_qty": "0"}),
)
"""Rows that a rule rejects for a while: entity, position by id, the steps, and the invalid values."""

BY_RUN = frozenset(
    {
        "load_id",
        "first_seen_at",
        "last_seen_at",
        "checked_at",
        "dbt_scd_id",
        "dbt_updated_at",
        "dbt_valid_from",
        "dbt_valid_to",
    }
)
"""Columns with load ids, build timestamps or hashes of them: only compared for null."""

Row = tuple[Any, ...]
Contents = dict[str, tuple[tuple[str, ...], Counter[Row]]]


class Reader(Protocol):
    """Column names in lower case, and the rows of a model."""

    def __call__(self, model: str) -> tuple[list[str], list[Row]]: ...


@dataclass
class Warehouse:
    """A target whose project is parsed."""

    loads: Loads
    project: DbtProject
    read: Reader
    built: set[str] = field(default_factory=set)
    """Names of tables, views, seeds and snapshots."""

    def step(self, number: int, *arguments: str) -> None:
        """Load and build one of the STEPS."""
        fill(self.loads.wms, WarehouseWorld(SPEC), number)
        self.loads.run()
        with open_warehouse(self.loads.settings()) as target:
            target.ensure_run_tables()
        nodes = [result.node for result in self.project.run("build", *arguments).result]
        self.built |= {node.alias.lower() for node in nodes if node.resource_type in {"model", "seed", "snapshot"}}

    def contents(self) -> Contents:
        """Return every built model."""
        return contents_of(self.built, self.read)


def contents_of(models: Iterable[str], read: Reader) -> Contents:
    """Return models as column names and a multiset of rows, comparable between databases."""
    found: Contents = {}
    for model in sorted(models):
        names, rows = read(model)
        order = sorted(range(len(names)), key=names.__getitem__)
        compared = [_is_set if names[place] in BY_RUN else comparable for place in order]
        found[model] = (
            tuple(names[place] for place in order),
            Counter(tuple(compare(row[place]) for compare, place in zip(compared, order, strict=True)) for row in rows),
        )
    return found


def on_duckdb_after(directory: Path, steps: int, *arguments: str) -> list[Contents]:
    """Return all models of a DuckDB file in the directory after each of the first steps."""
    loads, project = Loads(directory), DbtProject(directory / "dbt")

    def read(model: str) -> tuple[list[str], list[Row]]:
        with duckdb.connect(str(loads.database), read_only=True) as connection:
            result = connection.execute("set timezone = 'UTC'").execute(f"select * from wms.{model}")
            return [column[0].lower() for column in result.description or ()], result.fetchall()

    with pytest.MonkeyPatch.context() as patch:
        for name, value in loads.settings().dbt_environment().items():
            patch.setenv(name, value)
        project.parse()
        warehouse, after = Warehouse(loads, project, read), []
        for number in range(steps):
            warehouse.step(number, *arguments)
            after.append(warehouse.contents())
        return after


def fill(wms: FakeWms, world: WarehouseWorld, step: int) -> None:
    """Return the WMS as of a step."""
    at = wms.now = STEPS[step]
    for entity in ENTITIES:
        found = documents(world, entity, at) if entity in world.entities else {}
        wms.rows[entity] = {key: json.loads(json.dumps(document, default=str)) for key, document in found.items()}
    for entity, place, steps, values in REFUSED:
        row = wms.rows[entity][sorted(wms.rows[entity])[place]]
        row["mod_ts"] = (at - timedelta(minutes=10)).isoformat()
        row |= values if step in steps else {}


def comparable(value: Any) -> Any:
    """Normalize values: numbers to six decimals, a day to its midnight, empty text to null."""
    if isinstance(value, str | int | None):
        return None if value == "" else value
    if isinstance(value, float | Decimal):
        return round(Decimal(str(value)), 6).normalize() + 0
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def _is_set(value: Any) -> bool:
    return value is not None
