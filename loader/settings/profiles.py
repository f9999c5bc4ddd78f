"""Profiles: named sets of WMS entities for the setting ``entities``, and the parents that entities need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

CORE: Final = (
    *("company", "facility", "item", "location", "inventory", "container"),
    *("order_hdr", "order_dtl", "allocation", "ib_shipment", "ib_shipment_dtl", "wave", "task"),
    *("order_status", "allocation_status", "container_status", "ib_shipment_status", "wave_status"),
    *("task_status", "inventory_status"),
)
"""Orders, picks, receipts and stock."""
PROFILES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"core": CORE})
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
