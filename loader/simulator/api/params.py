"""The parameters of a list request, apart from its filters (wms-api 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from loader.simulator.api.catalog import Catalog, Path, Table
from loader.simulator.api.config import Behaviour, UserProfile
from loader.simulator.api.errors import not_found, validation_error
from loader.simulator.api.values import Column, parse_values_list

PAGE_SIZE_CAP = 1250
EMPTY_STATUS_SINCE = "26A"
DISTINCT_NEEDS_ORDERING_SINCE = "25D"

# the guide uses `limit` in one example; it has no effect here, so the loader can't depend on it
_RESERVED = frozenset(
    {"page", "page_size", "page_mode", "cursor", "ordering", "fields", "values_list", "distinct", "limit", "format"}
)

# mandatory filters of inventory_history
_ALWAYS = frozenset({"company_id__code", "facility_id__code"})
_ALTERNATIVES = (
    frozenset({"group_nbr"}),
    frozenset({"history_activity_id", "status_id"}),
    frozenset({"history_activity_id", "item_code"}),
    frozenset({"history_activity_id", "item_alternate_code"}),
    frozenset({"history_activity_id", "container_nbr"}),
)

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Order:
    """One part of ``ordering``."""

    path: Path
    descending: bool = False

    @property
    def is_id(self) -> bool:
        """Return whether the field is the table's own id."""
        return not self.path.hops and self.path.field.name == "id"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A validated list request.

    Args:
        page: as sent; paged mode returns 404 if it is not a page.
        fields: field names of ``fields=``; None = all.
        columns: columns of ``values_list=``; None = whole documents.
        empty_status: status for "no rows".
        filters: all other parameters.
    """

    mode: Literal["paged", "sequenced"]
    page: str
    page_size: int
    cursor: str | None
    ordering: tuple[Order, ...]
    fields: frozenset[str] | None
    columns: tuple[Column, ...] | None
    distinct: bool
    empty_status: int
    filters: Params


def parse_query(raw: bytes) -> dict[str, str]:
    """Decode a query string. A repeated key has its last value, and a raw ``+`` is a space (wms-api 1)."""
    return dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True))


def resized(raw: bytes, page_size: int) -> bytes:
    """Return the query string with another page_size."""
    return urlencode({**parse_query(raw), "page_size": str(page_size)}).encode("latin-1")


def link(url: str, params: Params, **changes: str | None) -> str:
    """Return an absolute URL with the query, in which some parameters are replaced (None = removed)."""
    merged = {**params, **changes}
    kept = sorted((name, value) for name, value in merged.items() if value is not None)
    return f"{url}?{urlencode(kept)}" if kept else url


def read_list(params: Params, catalog: Catalog, table: Table, profile: UserProfile, behaviour: Behaviour) -> ListQuery:
    """Read the parameters of a list request.

    Raises:
        ApiError: 400 naming the parameter; 404 for a format other than JSON.
    """
    if params.get("format", "json") != "json":
        raise not_found()
    mode = params.get("page_mode", "paged")
    if mode not in ("paged", "sequenced"):
        raise validation_error({"page_mode": f"'{mode}' is not paged or sequenced."})
    reserved = set(_RESERVED)
    if behaviour.release >= EMPTY_STATUS_SINCE:
        reserved.add("empty_response_http_code")
    ordering = read_ordering(params.get("ordering", ""), catalog, table, behaviour)
    columns = parse_values_list(params.get("values_list", ""), catalog, table)
    return ListQuery(
        mode="sequenced" if mode == "sequenced" else "paged",
        page=params.get("page", "1"),
        page_size=_page_size(params.get("page_size", ""), profile),
        cursor=params.get("cursor") or None,
        ordering=ordering,
        fields=read_fields(params.get("fields", ""), table),
        columns=columns,
        distinct=_distinct(params.get("distinct", ""), columns, ordering, behaviour),
        empty_status=_empty_status(params, behaviour),
        filters={name: value for name, value in params.items() if name not in reserved},
    )


def read_fields(text: str, table: Table) -> frozenset[str] | None:
    """Return the names of ``fields=``; None if it wasn't sent. Raises ApiError 400 for an unknown name."""
    if not text:
        return None
    names = frozenset(text.split(","))
    unknown = sorted(names - table.fields.keys() - {"url"})
    if unknown:
        raise validation_error({"fields": f"Unknown fields: {', '.join(unknown)}."})
    return names


def read_ordering(text: str, catalog: Catalog, table: Table, behaviour: Behaviour) -> tuple[Order, ...]:
    """Return the parts of ``ordering=``. Raises ApiError 400 if one is unknown or the entity refuses ordering."""
    orders = []
    for part in text.split(",") if text else ():
        name = part.removeprefix("-")
        path = catalog.scalar(table, name)
        if path is None or table.name in behaviour.ordering_refused:
            raise validation_error({"ordering": f"Cannot order by '{name}'."})
        orders.append(Order(path, part.startswith("-")))
    return tuple(orders)


def _page_size(text: str, profile: UserProfile) -> int:
    """Return the page size: the user's default if invalid or zero, at most the cap."""
    wanted = int(text[:9]) if text.isascii() and text.isdigit() else 0
    return min(wanted or profile.rows_per_page, PAGE_SIZE_CAP)


def _empty_status(params: Params, behaviour: Behaviour) -> int:
    text = params.get("empty_response_http_code")
    if text is None or behaviour.release < EMPTY_STATUS_SINCE:
        return 404
    if text not in ("200", "204", "404"):
        raise validation_error({"empty_response_http_code": f"'{text}' is not 200, 204 or 404."})
    return int(text)


def _distinct(text: str, columns: tuple[Column, ...] | None, ordering: tuple[Order, ...], behaviour: Behaviour) -> bool:
    """Return whether to remove duplicates; from 25D only with an ordering on the same fields (wms-api 2)."""
    if text.lower() not in ("1", "true") or columns is None:
        return False
    if behaviour.release < DISTINCT_NEEDS_ORDERING_SINCE:
        return True
    listed = {column.path for column in columns}
    return bool(ordering) and all(order.path in listed for order in ordering)


def check_combination(filters: Params) -> None:
    """Check for a mandatory combination of filters of inventory_history. Raises ApiError 400 if there is none."""
    names = {name.removesuffix("__exact") for name, value in filters.items() if value}
    missing = sorted(_ALWAYS - names)
    if missing:
        raise validation_error([f"Mandatory filters are missing: {', '.join(missing)}."])
    if not any(alternative <= names for alternative in _ALTERNATIVES):
        options = " or ".join("+".join(sorted(alternative)) for alternative in _ALTERNATIVES)
        raise validation_error([f"One combination of filters is mandatory: {options}."])
