"""The scope of a run: which company's and facilities' rows are asked for (wms-api 1 and 2)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from loader.extract.context import RunContext
from loader.extract.scan import Filters, Scan
from loader.settings import WmsSettings
from loader.settings.excluded import field_name
from loader.wms.catalog import Description

TO_FACILITY: Final = MappingProxyType(
    {
        "facility": "",
        "order_dtl": "order_id__facility_id__",
        "allocation": "order_dtl_id__order_id__facility_id__",
        "ib_shipment_dtl": "ib_shipment_id__facility_id__",
    }
)
TO_COMPANY: Final = MappingProxyType(
    {
        "company": "",
        "order_dtl": "order_id__company_id__",
        "allocation": "order_dtl_id__order_id__company_id__",
        "ib_shipment_dtl": "ib_shipment_id__company_id__",
        "inventory": "item_id__company_id__",
    }
)


def scoped_scan(context: RunContext, description: Description, *filters: tuple[str, str]) -> Scan:
    """A scan of the rows in scope that pass the filters, with the fields that configuration lets through.

    Use ``dataclasses.replace`` for windows and id bounds.
    """
    settings = context.settings
    excluded = {field_name(name) for name in settings.pipeline.exclude_fields.get(description.entity, ())}
    fields = tuple(name for name in description.fields if name not in excluded) if excluded else ()
    return Scan(description.entity, (*scope_filters(settings.wms, description), *filters), fields=fields)


def start_filter(context: RunContext, description: Description) -> Filters:
    """The configured start date, for scans of everything; a window of mod_ts needs none."""
    start = context.settings.pipeline.start_date
    if start is None or "create_ts" not in description.fields:
        return ()
    return (("create_ts__gte", f"{start.isoformat()}T00:00:00Z"),)


def scope_filters(settings: WmsSettings, description: Description) -> tuple[tuple[str, str], ...]:
    """Query parameters that narrow an entity to the configured company and facilities.

    An entity with no way to a facility (item, lookups) is not narrowed by it.
    """
    filters: list[tuple[str, str]] = []
    company = _path(TO_COMPANY.get(description.entity), "company_id", description)
    if settings.company_code and company is not None:
        filters.append((f"{company}code", settings.company_code))
    facility = _path(TO_FACILITY.get(description.entity), "facility_id", description)
    if settings.facility_codes and facility is not None:
        filters.append((f"{facility}code__in", ",".join(settings.facility_codes)))
    return tuple(filters)


def _path(known: str | None, relation: str, description: Description) -> str | None:
    if known is not None:
        return known
    return f"{relation}__" if relation in description.fields else None
