"""Looks at one entity: whether the user can read it, its size, the time of its pages, and its newest rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from loader.discovery.model import EntityFacts, FieldFacts, Readable
from loader.discovery.size import Size, measure, size_class
from loader.discovery.tenant import LimitReached, Tenant, Timed
from loader.errors import CONNECTION_CODES, LOGIN_CODES, NOT_READABLE_CODES, WmsEltError
from loader.wms import Description, Page

STOPPING = CONNECTION_CODES | LOGIN_CODES
"""Codes of errors that end the discovery. All others are about one entity."""

Parameters = Callable[[str], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found of an entity.

    Args:
        description: None if the user can't read the entity.
        page: its newest rows; None if they were not asked for.
    """

    facts: EntityFacts
    description: Description | None = None
    page: Page | None = None

    @property
    def documents(self) -> Sequence[msgspec.Raw]:
        """The documents of the newest rows."""
        return self.page.documents if self.page else ()


def unreadable(name: str, error: WmsEltError, *, is_listed: bool) -> Examined:
    """Return the result for an entity that the user can't read.

    Raises:
        WmsEltError: the error is not about the entity.
    """
    if error.code in STOPPING:
        raise error
    reason = f"{error.code} {error.message}"
    readable: Readable = "no" if error.code in NOT_READABLE_CODES else "no response"
    return Examined(EntityFacts(name=name, is_listed=is_listed, readable=readable, reason=reason))


def described(tenant: Tenant, name: str, *, is_listed: bool) -> Examined:
    """Return the fields of an entity.

    Raises:
        LimitReached: no request is left.
        SourceError: the WMS can't be reached.
    """
    try:
        description = tenant.describe(name)
    except WmsEltError as error:
        return unreadable(name, error, is_listed=is_listed)
    facts = EntityFacts(
        name=name,
        is_listed=is_listed,
        readable="yes",
        has_mod_ts=description.has_mod_ts,
        fields=_fields(description),
    )
    return Examined(facts, description)


def sampled(tenant: Tenant, found: Examined, parameters: Parameters, rows: int) -> Examined:
    """Add the newest rows of a described entity, its size and the time of its pages.

    If the limit of requests is reached in between, the result has what is known so far.

    Raises:
        LimitReached: no request is left for the rows.
        SourceError: the WMS can't be reached.
    """
    name = found.facts.name
    try:
        base = parameters(name)
        timed, orders = tenant.ordered_page(name, [*base, ("page_size", str(rows))], "-id")
    except WmsEltError as error:
        return unreadable(name, error, is_listed=found.facts.is_listed)
    page, a_row = timed.page, timed
    try:
        size = measure(tenant, name, page, base, asked=rows, orders=orders)
        if not size.is_counted or (size.rows or 0) > rows:
            a_row = tenant.page(name, [*base, ("page_size", "1")])
    except LimitReached:
        size = Size(None, is_counted=False)
    except WmsEltError as error:
        if error.code in STOPPING:
            raise
        size = Size(None, is_counted=False)
    facts = replace(
        found.facts,
        rows=size.rows,
        is_counted=size.is_counted,
        size=size_class(size.rows),
        orders=orders,
        sampled=page.row_count,
        page_seconds=round(min(timed.seconds, a_row.seconds), 4),
        row_seconds=_seconds_per_row(timed, a_row),
    )
    return replace(found, facts=facts, page=page)


def _seconds_per_row(many: Timed, few: Timed) -> float:
    """Return the time of a row from a request for many rows and one for few; 0 if it is too short to measure."""
    more = many.page.row_count - few.page.row_count
    return round(max(0.0, many.seconds - few.seconds) / more, 7) if more > 0 else 0.0


def _fields(description: Description) -> Mapping[str, FieldFacts]:
    return {
        name: FieldFacts(type=field.source_type, kind=field.kind, max_length=field.max_length)
        for name, field in description.fields.items()
    }
