"""Profiles: named sets of WMS entities for the setting ``entities``, and the parents that entities need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from loader.settings.names import nearest

CORE: Final = (
    *("company", "facility", "item", "location", "inventory", "container"),
    *("order_hdr", "order_dtl", "allocation", "ib_shipment", "ib_shipment_dtl", "wave", "task"),
    *("order_status", "allocation_status", "container_status", "ib_shipment_status", "wave_status"),
    *("task_status", "inventory_status", "inventory_lock", "container_lock_xref"),
)
"""Orders, picks, receipts and stock, with the locks that make stock unavailable."""
ITEMS: Final = (
    *("item_metrics", "item_characteristics", "item_facility", "item_struct", "item_barcode", "uom"),
    *("item_group_defn", "item_hierarchy_defn"),
)
"""What the WMS stores about an item in other entities."""
MOVEMENTS: Final = (
    "inventory_history",
    "reason_code",
    "cc_adjustment_hdr",
    "cc_adjustment_dtl",
    "cc_adjustment_status",
)
"""Stock movements, adjustments and cycle counts."""
PURCHASING: Final = ("vendor", "purchase_order_hdr", "purchase_order_dtl", "purchase_order_status")
SHIPPING: Final = (
    *("load", "load_status", "ob_stop", "ob_stop_dtl", "carrier_lpn", "carrier", "ship_via", "trailer"),
    *("appointment", "appointment_status", "dock", "order_type"),
)
"""Loads, stops, parcels and the yard."""
LOTS: Final = ("order_lock", "batch_number", "inventory_attribute")
"""Locks of orders, batches with their locks, and attributes of lots."""
REPLENISHMENT: Final = ("movement_request_hdr", "movement_request_dtl")
LABOUR: Final = ("wms_activity", "wms_activity_dtl", "wms_activity_code", "track_record")
"""Work of people, which is personal data."""
DETAILS: Final = ("order_instruction", "pallet", "pallet_status", "serial_nbr_inventory")
OPERATIONS: Final = (*CORE, *ITEMS, *MOVEMENTS, *PURCHASING, *SHIPPING, *LOTS, *REPLENISHMENT)
PROFILES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"core": CORE, "operations": OPERATIONS, "full": (*OPERATIONS, *LABOUR, *DETAILS)}
)
"""Entities by profile. Each profile contains the one before it."""
PARENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "order_dtl": "order_hdr",
        "allocation": "order_dtl",
        "ib_shipment_dtl": "ib_shipment",
        "purchase_order_dtl": "purchase_order_hdr",
        "ob_stop": "load",
        "ob_stop_dtl": "ob_stop",
        "cc_adjustment_dtl": "cc_adjustment_hdr",
        "movement_request_dtl": "movement_request_hdr",
        "wms_activity_dtl": "wms_activity",
    }
)
"""The entity that a row belongs to: without it, models can't tell the row's facility or company."""


KNOWN: Final = frozenset((*PROFILES["full"], *PARENTS, *PARENTS.values()))
"""Entities that this release knows by name."""


def exclusion_flaws(excluded: Iterable[str], chosen: Iterable[str], *, parents: bool) -> Iterator[str]:
    """Yield problems with EXCLUDE_ENTITIES.

    Args:
        excluded: names to leave out.
        chosen: entities that would be read without the exclusion.
        parents: whether wms-elt reads the parents of entities, so that none may be left out.
    """
    names, read = tuple(excluded), tuple(chosen)
    kept = [entity for entity in read if entity not in names]
    for name in names:
        if name in PROFILES:
            yield f"must name entities, not the profile {name}"
        elif name in KNOWN and name not in read:
            yield f"names {name}, which ENTITIES doesn't include. Remove it"
        elif name not in read:
            near = nearest(name, read)
            yield f"names the unknown entity {name}" + (f". Did you mean {near}?" if near else "")
        elif parents and (children := [entity for entity in kept if PARENTS.get(entity) == name]):
            yield (
                f"must not name {name}, the parent of {', '.join(children)}. Exclude the children too, or set "
                "GRUPONOS_PIPELINE__READ_PARENTS=false"
            )
    if names and not kept:
        yield "must leave at least one entity to read"


def resolved(names: Iterable[str], *, parents: bool) -> tuple[str, ...]:
    """Return the entities of these profiles and entity names, without duplicates.

    Args:
        names: profiles and entities, in any order.
        parents: whether to add missing parents, each before its child.
    """
    entities = [entity for name in names for entity in PROFILES.get(name, (name,))]
    found: dict[str, None] = {}
    for entity in entities:
        chain = [entity]
        while parents and chain[-1] in PARENTS and PARENTS[chain[-1]] not in entities:
            chain.append(PARENTS[chain[-1]])
        found |= dict.fromkeys(reversed(chain))
    return tuple(found)
