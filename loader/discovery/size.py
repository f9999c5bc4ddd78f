"""How many rows an entity has, without counting a large table (docs/reference/wms-api.md, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from loader.discovery.model import SizeClass
from loader.discovery.tenant import Tenant
from loader.wms import Page

COUNTED_SPAN: Final = 20_000
"""Width of the range of ids up to which the WMS is asked to count. A count costs time in proportion to the table."""
_CLASSES: Final[tuple[tuple[int, SizeClass], ...]] = (
    (0, "empty"),
    (1_000, "up to 1 thousand"),
    (100_000, "up to 100 thousand"),
    (10_000_000, "up to 10 million"),
)

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Size:
    """Rows of an entity: exact if `is_counted`; `rows` is None if they can't be estimated."""

    rows: int | None
    is_counted: bool


def size_class(rows: int | None) -> SizeClass:
    """Return the class of a number of rows."""
    if rows is None:
        return "unknown"
    return next((name for limit, name in _CLASSES if rows <= limit), "more")


def density(ids: Sequence[int]) -> float:
    """Return rows per id in a run of ids; 1 if it has no gap."""
    span = max(ids) - min(ids)
    return (len(ids) - 1) / span if span else 1.0


def measure(tenant: Tenant, entity: str, newest: Page, base: Params, *, asked: int, orders: bool) -> Size:
    """Estimate the rows of an entity from its newest page and at most two more requests.

    Args:
        newest: the first page in descending order of id, or in any order if the tenant refuses to order.
        base: parameters of the request without size and order.
        asked: rows asked for.

    Raises:
        SourceError: a request failed.
        LimitReached: no request is left.
    """
    rows = newest.row_count
    if rows < asked and newest.next_page is None:
        return Size(rows, is_counted=True)
    ids = [key.id for key in newest.keys]
    if not orders or len(ids) < 2:
        return Size(None, is_counted=False)
    first, _ = tenant.ordered_page(entity, [*base, ("page_size", "1")], "id")
    lowest, highest = min((key.id for key in first.page.keys), default=min(ids)), max(ids)
    if highest - lowest < COUNTED_SPAN:
        counted = tenant.page(entity, [("page_mode", "paged"), *_without_mode(base), ("page_size", "1")]).page
        if counted.result_count is not None:
            return Size(counted.result_count, is_counted=True)
    middle = (lowest + highest) // 2
    probe, _ = tenant.ordered_page(entity, [*base, ("id__gt", str(middle)), ("page_size", str(asked))], "id")
    found = [middle, *(key.id for key in probe.page.keys)]
    share = (density(ids) + density(found)) / 2
    return Size(min(highest - lowest + 1, round((highest - lowest) * share) + 1), is_counted=False)


def _without_mode(base: Params) -> Params:
    return [(name, value) for name, value in base if name != "page_mode"]
