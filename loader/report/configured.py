"""Entities that the pipelines of a target are configured to read, and those that they no longer read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from loader.report.model import FormerEntity
from loader.warehouse import ENTITY_RUN, SCOPE, Warehouse
from loader.warehouse.schema import LEDGER

_CONFIGURED: Final = "select distinct entity from {scopes}"
# without registered entities it is unknown what was configured
_FORMER: Final = """
    select
        landed.entity,
        (select max(runs.finished_at) from {runs} runs where runs.entity = landed.entity and runs.status = 'ok')
    from (select distinct entity from {ledger} where rows_landed > 0) landed
    where landed.entity not in (select entity from {scopes} where entity is not null)
        and exists (select 1 from {scopes})
    order by landed.entity
"""


def configured_entities(target: Warehouse) -> frozenset[str]:
    """Returns the entities of all pipelines as of their last load; empty before the first load.

    Raises:
        TargetError: ``WMS_TGT_005``, the query failed.
    """
    scopes = target.raw(SCOPE.name)
    if not target.exists(scopes):
        return frozenset()
    return frozenset(str(entity) for (entity,) in target.fetch(_CONFIGURED.format(scopes=scopes)))


def former_entities(target: Warehouse) -> tuple[FormerEntity, ...]:
    """Returns the entities with documents that no pipeline reads any longer, by name.

    Raises:
        TargetError: ``WMS_TGT_005``, the query failed.
    """
    tables = {"scopes": target.raw(SCOPE.name), "ledger": target.raw(LEDGER), "runs": target.raw(ENTITY_RUN.name)}
    if not all(map(target.exists, tables.values())):
        return ()
    return tuple(
        FormerEntity(entity=str(entity), last_read_at=at.replace(tzinfo=UTC) if isinstance(at, datetime) else None)
        for entity, at in target.fetch(_FORMER.format(**tables))
    )
