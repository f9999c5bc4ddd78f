"""Computes when each catch-up pass is due, from dlt's state in the target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from loader.extract.passes import PASSES
from loader.extract.state import EntityState, pass_done_at
from loader.settings import PipelineSettings
from loader.warehouse import Warehouse

_STATE = "dlt_pipeline_state"


def next_passes(target: Warehouse, pipeline: PipelineSettings) -> Mapping[str, datetime]:
    """Returns by pass when the first entity is due, aware UTC. Passes that are never scheduled are left out.

    A pass that an entity has never had is due from its initial load, which includes other passes.
    """
    states = entity_states(target, pipeline.name)
    following: dict[str, datetime] = {}
    for name in PASSES:
        hours = pipeline.pass_hours[name]
        due = [at for state in states.values() if (at := _due_at(state, name, timedelta(hours=hours)))]
        if hours > 0 and due:
            following[name] = min(due)
    return following


def _due_at(state: EntityState, name: str, interval: timedelta) -> datetime | None:
    done = pass_done_at(state, name)
    if done is not None:
        return done + interval
    others = [at for other in PASSES if (at := pass_done_at(state, other))]
    return min(others, default=None)


def entity_states(target: Warehouse, pipeline: str) -> Mapping[str, EntityState]:
    """Returns the state of each entity after the last complete load; empty before the first load."""
    table, loads = target.raw(_STATE), target.raw("dlt_loads")
    if not (target.exists(table) and target.exists(loads)):
        return {}
    sql = f"""
        select state from {table} kept
        where pipeline_name = ? and exists (
            select 1 from {loads} done where done.load_id = kept.dlt_load_id and done.status = 0
        )
        order by version desc, created_at desc
    """  # noqa: S608
    rows = target.fetch(sql, (pipeline,))
    if not rows:
        return {}
    # imported late: importing takes a second
    from dlt.common.versioned_state import decompress_state

    state: Mapping[str, Any] = decompress_state(str(rows[0][0]))
    resources = state.get("sources", {}).get("wms", {}).get("resources", {})
    return {str(entity): cast(EntityState, kept) for entity, kept in resources.items()}
