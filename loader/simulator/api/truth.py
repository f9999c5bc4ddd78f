"""True documents: the expected result of a complete extraction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from loader.simulator.api.entities import rendering_for
from loader.simulator.api.tenant import Tenant

_BATCH = 1000


def truth(tenant: Tenant, entity: str, at: datetime, base_url: str) -> Iterator[list[bytes]]:
    """Yield all documents of an entity at an instant, by id, in batches, as rendered for the first user.

    Ignores eligibility: a row that the user can't read still exists. Raises KeyError for an unknown entity.

    Args:
        base_url: absolute prefix of links in documents, up to and including ``/entity``.
    """
    table = tenant.catalog.tables[entity]
    user = tenant.users[tenant.config.users[0].username]
    rendering = rendering_for(tenant, user, base_url, table)
    with tenant.lock:
        ids = tenant.world.ids(entity, at).tolist()
    for start in range(0, len(ids), _BATCH):
        with tenant.lock:
            batch = tenant.documents.page(tenant.catalog, table, rendering, ids[start : start + _BATCH], at)
        yield batch
