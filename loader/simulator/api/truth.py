"""The ground truth: what an extractor that misses nothing would hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from loader.simulator.api.entities import rendering_for
from loader.simulator.api.tenant import Tenant

_BATCH = 1000


def truth(tenant: Tenant, entity: str, at: datetime, base_url: str) -> Iterator[list[bytes]]:
    """All documents of an entity at an instant, by id, in batches, as the first user would get them.

    Eligibility is left out: a row that became invisible to the user still exists. Raises KeyError: no such entity.

    Args:
        base_url: absolute, up to and including ``/entity``: what the links in the documents start with.
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
