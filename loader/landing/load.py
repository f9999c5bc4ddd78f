"""One load: everything due of the configured entities, from an open WMS into the target."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from loader.extract.backfill import read_backfill
from loader.extract.context import Observer, Outcome, RunContext
from loader.extract.window import Window
from loader.settings import Settings
from loader.wms.client import WmsClient
from loader.wms.scope_check import check_scope

if TYPE_CHECKING:
    from loader.landing.session import LandingSession


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load came to.

    Args:
        outcomes: by entity, in the order of starting.
        landed_rows: new versions by entity, counted by the target's ledger.
        described: by entity, the fields its describe named and the WMS's words for their types.
        target: the target for people.
        load_ids: of the load packages, in order.
    """

    outcomes: Mapping[str, Outcome]
    landed_rows: Mapping[str, int]
    described: Mapping[str, Mapping[str, str]]
    target: str
    load_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backfill:
    """A past period of one entity, to be read beside the incremental cursor."""

    entity: str
    period: Window


def load(
    settings: Settings,
    *,
    stop: threading.Event,
    observer: Observer,
    forced_passes: frozenset[str] = frozenset(),
    backfill: Backfill | None = None,
) -> LoadResult:
    """Reads what is due, or a backfill, and lands it.

    Args:
        settings: with the WMS to call.
        stop: set to end after the page in hand.
        forced_passes: catch-up passes to run whether due or not (wms-api 8.8).
        backfill: read this instead of what is due.

    Raises:
        ConfigError: no company or facility has a configured code.
        SourceError: the WMS cannot be reached, or refuses the credentials.
        TargetError: the target cannot be opened, or refuses a package.
    """
    entities = (backfill.entity,) if backfill else settings.pipeline.all_entities
    with WmsClient(settings.wms, stop=stop) as client, client.describing(entities):
        check_scope(client, settings)
        # dlt takes a second to import: the WMS answers meanwhile
        from loader.landing.session import open_landing

        with open_landing(settings) as session:
            context = RunContext(
                settings, client, session.landed, stop=stop, observer=observer, forced_passes=forced_passes
            )
            load_ids = _run(context, session, entities, backfill)
            landed_rows = session.landed.landed_rows(load_ids)
    return LoadResult(context.outcomes, landed_rows, _described(context), session.description, tuple(load_ids))


def _run(context: RunContext, session: LandingSession, entities: Sequence[str], backfill: Backfill | None) -> list[str]:
    from loader.landing.pipeline import build_pipeline, configure_dlt, run_packages, run_passes

    configure_dlt(context.settings.wms.concurrency)
    name, work_dir = context.settings.pipeline.name, context.settings.pipeline.work_dir
    if backfill:
        # a name of its own has a state of its own: the incremental cursor is left alone
        name = f"{name}_backfill_{backfill.entity}"
    pipeline = build_pipeline(name, session.destination, session.dataset, work_dir)
    if backfill:
        return run_packages(pipeline, context, entities, partial(read_backfill, period=backfill.period))
    return run_packages(pipeline, context, entities) + run_passes(pipeline, context, entities)


def _described(context: RunContext) -> Mapping[str, Mapping[str, str]]:
    """From the describes the run has read: no request is made for it."""
    read = [outcome.entity for outcome in context.outcomes.values() if outcome.status == "ok"]
    return {
        entity: {name: field.source_type for name, field in context.client.describe(entity).fields.items()}
        for entity in read
    }
