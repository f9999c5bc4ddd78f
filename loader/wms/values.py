"""Requests values of rows with `values_list`, or with `fields` if the tenant rejects `values_list` (wms-api 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from loader.wms.page import Page
from loader.wms.response import BadRequestError

if TYPE_CHECKING:
    from loader.wms.client import WmsClient

VALUES: Final = "values_list"


def values_page(client: WmsClient, entity: str, params: Sequence[tuple[str, str]]) -> Page:
    """Return one page of a query. If the tenant rejects `values_list`, request the fields that its paths start with.

    Rows of the second kind lack values behind a relation: for ``facility_id__code`` they contain the relation
    ``facility_id``. These rows are never stored as documents.

    Raises:
        SourceError: see `WmsClient.page`; BadRequestError if the query is also rejected without `values_list`.
    """
    asked = dict(params).get(VALUES)
    if asked is None:
        return client.page(entity, params)
    fields = dict.fromkeys(path.partition("__")[0] for path in asked.split(","))
    without = [*((name, value) for name, value in params if name != VALUES), ("fields", ",".join(fields))]
    if entity not in client.without_values:
        try:
            return client.page(entity, params)
        except BadRequestError:
            page = client.page(entity, without, partial_rows=True)
            # the same query works without values_list, so values_list was the reason
            client.without_values.add(entity)
            return page
    return client.page(entity, without, partial_rows=True)
