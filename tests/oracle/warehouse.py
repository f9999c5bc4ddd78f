"""The simulated WMS, loaded into a target and built with dbt, step by step; and what stands in the models after it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol

from loader.settings import PipelineSettings
from loader.simulator.world import WarehouseWorld, WorldSpec
from loader.target import open_target
from tests.dbt.harness import DbtProject
from tests.dbt.marts.simulated import documents
from tests.extract.fake_wms import START, FakeWms
from tests.landing.conftest import Loads

ENTITIES = PipelineSettings().entities
SPEC = WorldSpec(origin=START, scale=150, days=2)
STEPS = (START - timedelta(hours=12), START - timedelta(hours=6), START)
"""An initial load, and two with what changed in half a shift."""

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
"""Columns that name the load, hold the clock of a build, or are hashed from it: compared is whether they are null."""

Row = tuple[Any, ...]
Contents = dict[str, tuple[tuple[str, ...], Counter[Row]]]


class Reader(Protocol):
    """Columns in lower case and rows of a model."""

    def __call__(self, model: str) -> tuple[list[str], list[Row]]: ...


@dataclass
class Warehouse:
    """One target; its project has been parsed."""

    loads: Loads
    project: DbtProject
    read: Reader

    def step(self, number: int, *arguments: str) -> None:
        """Load and build at one of the STEPS."""
        at = STEPS[number]
        fill(self.loads.wms, WarehouseWorld(SPEC), at)
        self.loads.run()
        with open_target(self.loads.settings()) as target:
            target.ensure_run_tables()
        self.project.run("build", *arguments)

    def contents(self) -> Contents:
        """Every model as column names and a multiset of rows, comparable between databases."""
        found: Contents = {}
        for model in models_of(self.project):
            names, rows = self.read(model)
            order = sorted(range(len(names)), key=names.__getitem__)
            compared = [_is_set if names[place] in BY_RUN else comparable for place in order]
            found[model] = (
                tuple(names[place] for place in order),
                Counter(
                    tuple(compare(row[place]) for compare, place in zip(compared, order, strict=True)) for row in rows
                ),
            )
        return found


def fill(wms: FakeWms, world: WarehouseWorld, at: datetime) -> None:
    """The WMS as it is at the instant."""
    wms.now = at
    for entity in ENTITIES:
        found = documents(world, entity, at) if entity in world.entities else {}
        wms.rows[entity] = {key: json.loads(json.dumps(document, default=str)) for key, document in found.items()}


def comparable(value: Any) -> Any:
    """Numbers to six decimals, a day as its midnight, the empty text as null: what the databases tell apart."""
    if isinstance(value, bool | int | float | Decimal):
        return round(Decimal(str(value)), 6).normalize() + 0
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return None if value == "" else value


def _is_set(value: Any) -> bool:
    return value is not None


def models_of(project: DbtProject) -> list[str]:
    """Aliases of the project's tables, views, seeds and snapshots."""
    assert project.manifest is not None
    kinds = {"model", "seed", "snapshot"}
    return sorted(
        node.alias.lower()
        for node in project.manifest.nodes.values()
        if node.resource_type in kinds and node.config.materialized != "ephemeral"
    )
