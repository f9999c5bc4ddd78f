"""Checks that the WMS applies the filters of a scope; an ignored filter would load rows of other facilities."""

from __future__ import annotations

from typing import Final

from loader.errors import ProtocolError
from loader.extract.context import RunContext
from loader.extract.inventory_history import HISTORY, any_partition
from loader.extract.scan import Filters, Scan
from loader.extract.scope import entity_paths, entity_scope, filters_of
from loader.wms.catalog import Description
from loader.wms.response import BadRequestError
from loader.wms.values import values_page

NO_CODE: Final = "wms-elt-no-such-code"
"""A code that no company or facility has."""


def check_scope_filters(context: RunContext, description: Description) -> None:
    """Send one request per company or facility filter, with a code that does not exist. It must return no rows.

    The start date needs no request, because each row contains its creation time
    (`loader.extract.scan.check_created`).

    Raises:
        ProtocolError: WMS_PROTO_001, a filter is ignored. No row of the entity was loaded in this scope.
    """
    for name, filters in _probes(context, description):
        query = Scan(description.entity, filters, values=("id",)).parameters(None, None, 1)
        try:
            page = values_page(context.client, description.entity, query)
        except BadRequestError:
            # the WMS validates the value, so it does not ignore the filter
            continue
        if page.row_count:
            raise ProtocolError(
                "WMS_PROTO_001",
                f"Can't read {description.entity} in its scope: the WMS ignores the filter {name}.",
                hint="No row of this scope was stored. Report it to Oracle support with the entity's describe, or take "
                "the entity out of GRUPONOS_PIPELINE__ENTITIES.",
                context={"entity": description.entity, "scope": str(entity_scope(context.settings, description))},
            )


def _probes(context: RunContext, description: Description) -> list[tuple[str, Filters]]:
    scope, paths = entity_scope(context.settings, description), entity_paths(description)
    limited = [
        path
        for path, limit in ((paths.company, scope.company), (paths.facility, scope.facilities))
        if path is not None and limit is not None
    ]
    if not limited:
        return []
    # inventory_history requires all of its mandatory filters
    filters = any_partition(context) if description.entity == HISTORY else filters_of(scope, paths)
    return [
        (name, tuple((other, NO_CODE if other == name else value) for other, value in filters))
        for name, _ in filters
        if name.removesuffix("__in") in limited
    ]
