"""The scope of a run: which company's, which facilities' and from when on rows are asked for (wms-api 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from loader.extract.context import RunContext
from loader.extract.excluded import asked_fields
from loader.extract.scan import Filters, Scan
from loader.extract.state import ScopeState
from loader.settings import Settings
from loader.wms.catalog import Description

TO_FACILITY: Final = MappingProxyType(
    {
        "facility": "",
        "order_dtl": "order_id__facility_id__",
        "allocation": "order_dtl_id__order_id__facility_id__",
        "ib_shipment_dtl": "ib_shipment_id__facility_id__",
        "inventory_history": "facility_id__",
    }
)
TO_COMPANY: Final = MappingProxyType(
    {
        "company": "",
        "order_dtl": "order_id__company_id__",
        "allocation": "order_dtl_id__order_id__company_id__",
        "ib_shipment_dtl": "ib_shipment_id__company_id__",
        "inventory": "item_id__company_id__",
        "inventory_history": "company_id__",
    }
)
TRANSACTIONS: Final = frozenset(
    {
        *("order_hdr", "order_dtl", "order_instruction", "allocation", "wave", "task", "inventory_history"),
        *("ib_shipment", "ib_shipment_dtl", "purchase_order_hdr", "purchase_order_dtl"),
        *("load", "ob_stop", "ob_stop_dtl", "appointment", "carrier_lpn", "parcel"),
        *("cc_adjustment_hdr", "cc_adjustment_dtl", "movement_request_hdr", "movement_request_dtl"),
        *("wms_activity", "wms_activity_dtl", "track_record"),
        *("work_order_hdr", "work_order_kit", "work_order_component"),
    }
)
"""Entities that the start date limits. Never master data, stock or lookups: an old item, location or LPN is as much in
use as a new one, and rows of other entities refer to it."""

CREATED: Final = "create_ts"
_CREATED_FROM: Final = f"{CREATED}__gte"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows of one entity are wanted; what the entity cannot be limited by is None.

    Args:
        company: code of the only company.
        facilities: codes of the only facilities, sorted.
        start: first day of creation, ISO, UTC.
    """

    company: str | None = None
    facilities: tuple[str, ...] | None = None
    start: str | None = None

    def __str__(self) -> str:
        company = f"company {self.company}" if self.company else "all companies"
        facilities = "all facilities" if self.facilities is None else f"facilities {','.join(self.facilities)}"
        return f"{company}, {facilities}" + (f", created from {self.start} on" if self.start else "")


@dataclass(frozen=True, slots=True)
class Paths:
    """How a filter reaches the company and the facility of an entity's rows, and when a row was created.

    None: there is no way, or it does not count for the entity.
    """

    company: str | None
    facility: str | None
    created: str | None


def entity_paths(description: Description) -> Paths:
    """By the entity and its fields."""
    entity = description.entity
    company = _path(TO_COMPANY.get(entity), "company_id", description)
    facility = _path(TO_FACILITY.get(entity), "facility_id", description)
    is_limited = entity in TRANSACTIONS and CREATED in description.fields
    return Paths(company, facility, CREATED if is_limited else None)


def entity_scope(settings: Settings, description: Description) -> Scope:
    """The configured scope, as far as the entity can be limited by it.

    An entity with no way to a facility (item, lookups) is not narrowed by it.
    """
    paths, wms, start = entity_paths(description), settings.wms, settings.pipeline.start_date
    return Scope(
        company=wms.company_code if paths.company is not None else None,
        facilities=tuple(sorted(wms.facility_codes)) if wms.facility_codes and paths.facility is not None else None,
        start=start.isoformat() if start and paths.created else None,
    )


def filters_of(scope: Scope, paths: Paths) -> Filters:
    """Query parameters for the rows of a scope."""
    filters: list[tuple[str, str]] = []
    if scope.company is not None and paths.company is not None:
        filters.append((paths.company, scope.company))
    if scope.facilities is not None and paths.facility is not None:
        filters.append((f"{paths.facility}__in", ",".join(scope.facilities)))
    if scope.start is not None:
        filters.append((_CREATED_FROM, start_instant(scope.start)))
    return tuple(filters)


def start_instant(day: str) -> str:
    """The first instant of the day."""
    return f"{day}T00:00:00Z"


def scoped_scan(context: RunContext, description: Description, *filters: tuple[str, str]) -> Scan:
    """A scan of the rows in scope that pass the filters, with the fields that configuration lets through.

    Every scan of an entity begins here, so that all of them mean the same rows. Use ``dataclasses.replace`` for windows
    and id bounds.
    """
    settings = context.settings
    fields = asked_fields(settings.pipeline, description)
    in_scope = filters_of(entity_scope(settings, description), entity_paths(description))
    return Scan(description.entity, _merged(in_scope, filters), fields=fields)


def to_state(scope: Scope) -> ScopeState:
    """As it is remembered."""
    facilities = None if scope.facilities is None else list(scope.facilities)
    return {"company": scope.company, "facilities": facilities, "start": scope.start}


def from_state(kept: ScopeState) -> Scope:
    """As `to_state` wrote it."""
    facilities = kept["facilities"]
    return Scope(kept["company"], None if facilities is None else tuple(facilities), kept["start"])


def _merged(in_scope: Filters, filters: Filters) -> Filters:
    """A key may be given once: of two lower bounds of creation the later one counts."""
    merged: dict[str, str] = dict(in_scope)
    for name, value in filters:
        merged[name] = max(value, merged[name]) if name == _CREATED_FROM and name in merged else value
    return tuple(merged.items())


def _path(known: str | None, relation: str, description: Description) -> str | None:
    if known is not None:
        return f"{known}code"
    return f"{relation}__code" if relation in description.fields else None
