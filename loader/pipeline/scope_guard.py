"""Which part of an entity a pipeline reads into a target: two that read different parts of one cannot share it.

Each would find the rows of the other vanished: it marks none as deleted while the WMS shows them to its user, but it
cannot tell any deletion from them, and where the users differ it would mark those of a small facility.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from loader.errors import ConfigError
from loader.extract.scope import TRANSACTIONS
from loader.settings import Settings
from loader.warehouse import SCOPE, Warehouse


def register_scope(target: Warehouse, settings: Settings, entities: Sequence[str], at: datetime) -> None:
    """Writes down what this pipeline reads of the entities; `at` is aware UTC. Its own earlier claims are replaced.

    Raises:
        ConfigError: ``WMS_CONF_012``, another pipeline has read one of them with other companies or facilities.
        TargetError: the target cannot be written.
    """
    mine, table = settings.pipeline.name, target.raw(SCOPE.name)
    parts = {entity: _part(settings, entity) for entity in entities}
    claims = [
        (str(pipeline), str(entity), str(read))
        for pipeline, entity, read in target.fetch(f"select pipeline_name, entity, read_scope from {table}")  # noqa: S608
        if entity in entities
    ]
    others = [claim for claim in claims if claim[0] != mine and claim[2] != parts[claim[1]]]
    if others:
        raise _refused(settings, parts[min(others)[1]], min(others))
    same = {entity for pipeline, entity, read in claims if pipeline == mine and read == parts[entity]}
    changed = [entity for entity in entities if entity not in same]
    with target.transaction():
        for entity in changed:
            target.execute(f"delete from {table} where pipeline_name = ? and entity = ?", (mine, entity))  # noqa: S608
        common = {"pipeline_name": mine, "claimed_at": at}
        target.insert(SCOPE, [{**common, "entity": entity, "read_scope": parts[entity]} for entity in changed])


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
        f"The pipeline {pipeline} reads {entity} into this target with another scope ({read}; this one: {part}).",
        hint=(
            "Give each scope a target of its own (docs/how-to/scale.md). "
            f"If that pipeline runs no more, remove its rows from {SCOPE.name}."
        ),
        context={"pipeline": settings.pipeline.name},
    )
