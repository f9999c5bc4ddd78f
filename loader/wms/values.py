"""Single values of rows: by a `values_list`, or by rows cut to the fields needed where that is refused (wms-api 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from loader.wms.page import Page
from loader.wms.response import BadRequestError

if TYPE_CHECKING:
    from loader.wms.client import WmsClient

VALUES: Final = "values_list"


def values_page(client: WmsClient, entity: str, params: Sequence[tuple[str, str]]) -> Page:
    """One answer to a query. A `values_list` in it that the tenant refuses is replaced by the fields it starts from.

    Such rows hold no value that lies behind a relation: of ``facility_id__code`` they hold the relation
    ``facility_id``. Nothing of them is kept as a document.

    Raises:
        SourceError: what the client raises; BadRequestError when the query is refused without the `values_list` too.
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
            # the refusal was about the values_list: the same query without it is answered
            client.without_values.add(entity)
            return page
    return client.page(entity, without, partial_rows=True)
