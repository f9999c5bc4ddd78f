"""Which catch-up passes are due, from what the state remembers of each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from loader.errors import WmsEltError
from loader.extract.context import RunContext
from loader.extract.passes.compare import read_full, read_null_mod_ts, read_recheck, read_reconcile
from loader.extract.state import EntityState, mark_pass, pass_done_at
from loader.wms.catalog import Description

Pass = Callable[[RunContext, Description], Generator[pa.Table, None, bool]]

PASSES: Final[Mapping[str, Pass]] = MappingProxyType(
    {"null_mod_ts": read_null_mod_ts, "recheck": read_recheck, "reconcile": read_reconcile, "full": read_full}
)


def passes_due(context: RunContext, state: EntityState) -> list[str]:
    """Names of the passes whose interval has gone by since they last ended; an interval of 0 hours is never due.

    An entity whose initial load has not ended has nothing to catch up, nor has one that is only appended to.
    """
    if "hw" not in state or "passes" not in state:
        return []
    hours = context.settings.pipeline.pass_hours
    return [name for name in PASSES if name in context.forced_passes or _is_due(context, state, name, hours[name])]


def _is_due(context: RunContext, state: EntityState, name: str, hours: float) -> bool:
    done = pass_done_at(state, name)
    return hours > 0 and (done is None or context.server_now - done >= timedelta(hours=hours))


def mark_all_passes(context: RunContext, state: EntityState) -> None:
    """After an initial load there is nothing to catch up: every pass counts as done."""
    for name in PASSES:
        mark_pass(state, name, context.server_now)


def read_passes(context: RunContext, entity: str, state: EntityState) -> Iterator[pa.Table]:
    """Runs the entity's due passes; an error ends them for this entity, and they stay due."""
    try:
        for name in passes_due(context, state):
            description = context.client.describe(entity)
            if name == "full":
                context.update(entity, mode="full")
            if not (yield from PASSES[name](context, description)):
                return
            mark_pass(state, name, context.server_now)
            if name == "full":
                mark_all_passes(context, state)
                return
    except WmsEltError as error:
        context.update(entity, status="failed", error=error, finished_at=datetime.now(UTC))
