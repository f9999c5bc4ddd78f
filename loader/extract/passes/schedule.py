"""Schedules the catch-up passes from the times in the entity state."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from loader.errors import Interrupted, ProtocolError, SourceError
from loader.extract.context import RunContext
from loader.extract.defects import as_entity_error
from loader.extract.passes.reconcile import read_full, read_null_mod_ts, read_recheck, read_reconcile
from loader.extract.state import EntityState, mark_pass, pass_done_at
from loader.wms.catalog import Description
from loader.wms.times import CLOCK_TOLERANCE

Pass = Callable[[RunContext, Description], Generator[pa.Table, None, bool]]

PASSES: Final[Mapping[str, Pass]] = MappingProxyType(
    {"null_mod_ts": read_null_mod_ts, "recheck": read_recheck, "reconcile": read_reconcile, "full": read_full}
)


OF_INITIAL_LOAD: Final = ("null_mod_ts", "full")
"""Passes that an initial load includes, because it reads every document, even without mod_ts. It compares nothing with
the target, so `recheck` and `reconcile` run in the next run."""


def passes_due(context: RunContext, entity: str, state: EntityState) -> list[str]:
    """Return the passes whose interval has passed since their last completion. An interval of 0 hours is never due.

    An entity has no passes before its initial load is complete, or if it is append-only. If the initial load was
    completed in this run, passes start in the next run.
    """
    if "hw" not in state or "passes" not in state:
        return []
    hours = context.settings.pipeline.pass_hours
    may_be_due = entity not in context.initially_loaded
    return [
        name
        for name in PASSES
        if name in context.forced_passes or (may_be_due and _is_due(context, state, name, hours[name]))
    ]


def _is_due(context: RunContext, state: EntityState, name: str, hours: float) -> bool:
    """A pass that ended in the future, by the clock of today, is due: one of the two clocks was wrong."""
    done = pass_done_at(state, name)
    age = None if done is None else context.server_now - done
    return hours > 0 and (age is None or age >= timedelta(hours=hours) or age < -CLOCK_TOLERANCE)


def mark_initial_load(context: RunContext, entity: str, state: EntityState) -> None:
    """Store the passes that an initial load includes as completed."""
    context.initially_loaded.add(entity)
    for name in OF_INITIAL_LOAD:
        mark_pass(state, name, context.server_now)


def read_passes(context: RunContext, entity: str, state: EntityState) -> Iterator[pa.Table]:
    """Run the entity's due passes. A failed pass stays due. The other passes still run, unless the WMS failed."""
    for name in passes_due(context, entity, state):
        try:
            description = context.client.describe(entity)
            if name == "full":
                context.update(entity, mode="full")
            is_done = yield from PASSES[name](context, description)
            if context.stop.is_set():
                return
            if not is_done:
                continue
            for done in PASSES if name == "full" else (name,):
                mark_pass(state, done, context.server_now)
        except Exception as error:
            failure = as_entity_error(error, entity)
            context.update(entity, status="failed", error=failure, finished_at=datetime.now(UTC))
            if isinstance(failure, SourceError | Interrupted) and not isinstance(failure, ProtocolError):
                return
