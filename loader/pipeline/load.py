"""Runs one load: reads everything due of the configured entities into the target."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from loader.extract.backfill import read_backfill
from loader.extract.context import Observer, Outcome, RunContext
from loader.extract.excluded import check_excluded_fields
from loader.extract.window import Window
from loader.pipeline.name_conflicts import refused_entities
from loader.settings import Settings
from loader.warehouse import Sessions
from loader.wms.client import WmsClient
from loader.wms.scope_check import check_scope

if TYPE_CHECKING:
    from loader.pipeline.session import LandingSession


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Result of a load.

    Args:
        outcomes: by entity, in start order.
        landed_rows: new versions by entity, from the target's ledger.
        described: by entity, described fields with the type names of the WMS.
        target: description of the target for messages.
        load_ids: ids of the load packages, in order.
        set_aside: number of documents in the quarantine, by entity.
        notes: repairs on this machine, for the report.
    """

    outcomes: Mapping[str, Outcome]
    landed_rows: Mapping[str, int]
    described: Mapping[str, Mapping[str, str]]
    target: str
    load_ids: tuple[str, ...] = ()
    set_aside: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backfill:
    """A past period of one entity, read without moving its watermark."""

    entity: str
    period: Window


def load(
    settings: Settings,
    *,
    stop: threading.Event,
    observer: Observer,
    forced_passes: frozenset[str] = frozenset(),
    backfill: Backfill | None = None,
    sessions: Sessions | None = None,
) -> LoadResult:
    """Read what is due, or a backfill, into the target.

    Args:
        settings: with the URL of the WMS.
        stop: ends the load after the current page.
        forced_passes: catch-up passes to run even if they are not due (wms-api 8.8).
        backfill: read this period instead of what is due.
        sessions: database sessions of the run.

    Raises:
        ConfigError: ``WMS_CONF_034``, no company or facility has a configured code; ``WMS_CONF_041``, EXCLUDE_FIELDS
            names a field that the WMS does not have. Nothing was read.
        SourceError: the WMS can't be reached or rejects the credentials.
        TargetError: the target can't be opened or rejects a package.
    """
    wanted = (backfill.entity,) if backfill else settings.pipeline.all_entities
    refused = refused_entities(settings.target, wanted)
    entities = tuple(entity for entity in wanted if entity not in refused)
    with WmsClient(settings.wms, stop=stop) as client, client.describing(entities):
        check_scope(client, settings)
        check_excluded_fields(settings.pipeline, client, entities)
        # importing dlt takes a second, while the WMS sends descriptions
        from loader.pipeline.session import open_landing

        with open_landing(settings, sessions) as session:
            context = RunContext(
                settings, client, session.raw_store, stop=stop, observer=observer, forced_passes=forced_passes
            )
            for entity, error in refused.items():
                context.update(entity, status="failed", error=error, finished_at=datetime.now(UTC))
            notes: list[str] = []
            load_ids = _run(context, session, entities, backfill, notes.append)
            landed_rows = session.raw_store.landed_rows(load_ids)
            set_aside = session.raw_store.counts_set_aside()
    return LoadResult(
        context.outcomes,
        landed_rows,
        _described(context),
        session.description,
        tuple(load_ids),
        set_aside,
        tuple(notes),
    )


def _run(
    context: RunContext,
    session: LandingSession,
    entities: Sequence[str],
    backfill: Backfill | None,
    note: Callable[[str], None],
) -> list[str]:
    from loader.pipeline.packages import build_pipeline, run_packages, run_passes

    name, work_dir = context.settings.pipeline.name, context.settings.pipeline.work_dir
    if backfill:
        # a separate pipeline has a separate state, so the watermark is not moved
        name = f"{name}_backfill_{backfill.entity}"
    pipeline = build_pipeline(name, session.destination, session.dataset, work_dir, note)
    if backfill:
        return run_packages(pipeline, context, entities, partial(read_backfill, period=backfill.period), note=note)
    return run_packages(pipeline, context, entities, note=note) + run_passes(pipeline, context, entities)


def _described(context: RunContext) -> Mapping[str, Mapping[str, str]]:
    """Return the described fields of entities that were read. The client has these descriptions already."""
    read = [outcome.entity for outcome in context.outcomes.values() if outcome.status == "ok"]
    return {
        entity: {name: field.source_type for name, field in context.client.describe(entity).fields.items()}
        for entity in read
    }
