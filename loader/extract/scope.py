"""The scope of a run: the company, facilities and start date that limit its rows (wms-api 1 and 2)."""

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
"""Entities that the start date limits. Master data, stock and lookups are never limited: old items, locations and LPNs
are still in use, and rows of other entities refer to them."""

CREATED: Final = "create_ts"
_CREATED_FROM: Final = f"{CREATED}__gte"


@dataclass(frozen=True, slots=True)
class Scope:
    """Scope of one entity. None for limits that are not set or don't apply to the entity.

    Args:
        company: company code.
        facilities: facility codes, sorted.
        start: first day of creation, as an ISO date in UTC.
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
    """Filter paths from an entity to its company, its facility and its creation time; None if not available."""

    company: str | None
    facility: str | None
    created: str | None


def entity_paths(description: Description) -> Paths:
    """Return the filter paths of an entity."""
    entity = description.entity
    company = _path(TO_COMPANY.get(entity), "company_id", description)
    facility = _path(TO_FACILITY.get(entity), "facility_id", description)
    is_limited = entity in TRANSACTIONS and CREATED in description.fields
    return Paths(company, facility, CREATED if is_limited else None)


def entity_scope(settings: Settings, description: Description) -> Scope:
    """Return the configured scope as far as it applies to the entity.

    Entities without a path to a facility (item, lookups) are not limited by facility.
    """
    paths, wms, start = entity_paths(description), settings.wms, settings.pipeline.start_date
    return Scope(
        company=wms.company_code if paths.company is not None else None,
        facilities=tuple(sorted(wms.facility_codes)) if wms.facility_codes and paths.facility is not None else None,
        start=start.isoformat() if start and paths.created else None,
    )


def filters_of(scope: Scope, paths: Paths) -> Filters:
    """Return the query parameters that select the rows of a scope."""
    filters: list[tuple[str, str]] = []
    if scope.company is not None and paths.company is not None:
        filters.append((paths.company, scope.company))
    if scope.facilities is not None and paths.facility is not None:
        filters.append((f"{paths.facility}__in", ",".join(scope.facilities)))
    if scope.start is not None:
        filters.append((_CREATED_FROM, start_instant(scope.start)))
    return tuple(filters)


def start_instant(day: str) -> str:
    """Return the first instant of an ISO day, UTC, as filter text."""
    return f"{day}T00:00:00Z"


def scoped_scan(context: RunContext, description: Description, *filters: tuple[str, str]) -> Scan:
    """Return a scan of the rows in scope that pass the filters, without excluded fields.

    All scans of an entity are built from it, so that they cover the same rows. Use ``dataclasses.replace`` to add a
    window or id bounds.
    """
    settings = context.settings
    fields = asked_fields(settings.pipeline, description)
    in_scope = filters_of(entity_scope(settings, description), entity_paths(description))
    return Scan(description.entity, _merged(in_scope, filters), fields=fields)


def to_state(scope: Scope) -> ScopeState:
    """Convert a scope for the entity state."""
    facilities = None if scope.facilities is None else list(scope.facilities)
    return {"company": scope.company, "facilities": facilities, "start": scope.start}


def from_state(kept: ScopeState) -> Scope:
    """Convert a stored scope back."""
    facilities = kept["facilities"]
    return Scope(kept["company"], None if facilities is None else tuple(facilities), kept["start"])


def _merged(in_scope: Filters, filters: Filters) -> Filters:
    """Merge filters with unique keys. Of two lower bounds of create_ts, the later one counts."""
    merged: dict[str, str] = dict(in_scope)
    for name, value in filters:
        merged[name] = max(value, merged[name]) if name == _CREATED_FROM and name in merged else value
    return tuple(merged.items())


def _path(known: str | None, relation: str, description: Description) -> str | None:
    if known is not None:
        return f"{known}code"
    return f"{relation}__code" if relation in description.fields else None
