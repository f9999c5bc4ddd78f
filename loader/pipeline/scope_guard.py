"""Registers the scope that a pipeline reads of each entity. Pipelines with different scopes can't share a target.

Each pipeline would treat the other's rows as missing. It could then detect no deletions. With different WMS users, it
could even mark rows of a small facility as deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from loader.errors import ConfigError
from loader.extract.scope import TRANSACTIONS
from loader.settings import Settings
from loader.warehouse import SCOPE, Warehouse

Claims = list[tuple[str, str, str]]
"""Registered scopes: pipeline, entity and scope."""


def registered(target: Warehouse) -> Claims:
    """Return the scopes of all pipelines. Raises TargetError: the target can't be read."""
    sql = f"select pipeline_name, entity, read_scope from {target.raw(SCOPE.name)}"  # noqa: S608
    return [(str(pipeline), str(entity), str(read)) for pipeline, entity, read in target.fetch(sql)]


def register_scope(
    target: Warehouse, settings: Settings, entities: Sequence[str], at: datetime, known: Claims | None = None
) -> None:
    """Register the scope that this pipeline reads of the entities, replacing its earlier entries; `at` is aware UTC.

    Args:
        known: what `registered` has returned under the lock of the run.

    Raises:
        ConfigError: ``WMS_CONF_012``, another pipeline reads one of the entities with another scope.
        TargetError: the target can't be written.
    """
    mine, table = settings.pipeline.name, target.raw(SCOPE.name)
    parts = {entity: _part(settings, entity) for entity in entities}
    claims = [claim for claim in (registered(target) if known is None else known) if claim[1] in entities]
    others = [claim for claim in claims if claim[0] != mine and claim[2] != parts[claim[1]]]
    if others:
        raise _refused(settings, parts[min(others)[1]], min(others))
    same = {entity for pipeline, entity, read in claims if pipeline == mine and read == parts[entity]}
    changed = [entity for entity in entities if entity not in same]
    if not changed:
        return
    with target.transaction():
        for entity in changed:
            target.execute(f"delete from {table} where pipeline_name = ? and entity = ?", (mine, entity))  # noqa: S608
        common = {"pipeline_name": mine, "claimed_at": at}
        target.insert(SCOPE, [{**common, "entity": entity, "read_scope": parts[entity]} for entity in changed])


def release_scope(
    target: Warehouse, pipeline: str, entities: Collection[str], *, workers: bool = False, known: Claims | None = None
) -> None:
    """Remove the scopes of a pipeline for entities that it is no longer configured to read.

    Args:
        workers: also those of the pipelines ``<pipeline>_<entity>``, with which an orchestrator reads each entity.
        known: as in `register_scope`.

    Raises:
        TargetError: the target can't be written.
    """
    table = target.raw(SCOPE.name)
    released = [
        (name, entity)
        for name, entity, _ in (registered(target) if known is None else known)
        if entity not in entities and (name == pipeline or (workers and name == f"{pipeline}_{entity}"))
    ]
    if not released:
        return
    with target.transaction():
        for claim in released:
            target.execute(f"delete from {table} where pipeline_name = ? and entity = ?", claim)  # noqa: S608


def _part(settings: Settings, entity: str) -> str:
    wms, start = settings.wms, settings.pipeline.start_date
    company = f"company {wms.company_code}" if wms.company_code else "all companies"
    facilities = f"facilities {','.join(sorted(wms.facility_codes))}" if wms.facility_codes else "all facilities"
    created = f", created from {start} on" if start and entity in TRANSACTIONS else ""
    return f"{company}, {facilities}{created}"


def _refused(settings: Settings, part: str, claim: tuple[str, str, str]) -> ConfigError:
    pipeline, entity, read = claim
    return ConfigError(
        "WMS_CONF_012",
        f"Can't read {entity} into this target: the pipeline {pipeline} reads it with another scope ({read}; this "
        f"pipeline: {part}).",
        hint=(
            "Use a separate target for each scope (docs/how-to/scale.md). "
            f"If that pipeline is no longer used, remove its rows from {SCOPE.name}."
        ),
        context={"pipeline": settings.pipeline.name},
    )
