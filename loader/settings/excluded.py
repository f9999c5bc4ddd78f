"""Which fields may be left out: never those that a run needs to find, scope, order or join rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from loader.settings.names import nearest

MISFIT: Final = "WMS_CONF_041"
OPTIONAL: Final = "?"
"""Ends the name of a field that only some releases or tenants have."""

_ALWAYS_NEEDED: Final = frozenset({"id", "mod_ts", "create_ts", "facility_id", "company_id", "status_id"})
_NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "company": frozenset({"code"}),
    "facility": frozenset({"code"}),
    "item": frozenset({"code"}),
    "order_dtl": frozenset({"order_id", "item_id"}),
    "allocation": frozenset({"order_dtl_id", "from_inventory_id", "to_inventory_id"}),
    "inventory": frozenset({"item_id", "location_id", "container_id"}),
    "ib_shipment_dtl": frozenset({"ib_shipment_id", "item_id"}),
    "task": frozenset({"wave_id"}),
}


def field_name(written: str) -> str:
    """The name without the mark of an optional field."""
    return written.removesuffix(OPTIONAL)


def settings_flaws(excluded: Mapping[str, tuple[str, ...]], known: Collection[str]) -> Iterator[str]:
    """What is wrong with EXCLUDE_FIELDS as far as it shows without the WMS.

    Args:
        known: entities that are read, and those that are read by default.
    """
    for entity, fields in excluded.items():
        if entity not in known:
            near = nearest(entity, known)
            yield f"names the entity {entity}, which is not read" + (f". Did you mean {near}?" if near else "")
        if not fields:
            yield f"names no field of {entity}"
        needed = _ALWAYS_NEEDED | _NEEDED.get(entity, frozenset())
        for field in sorted({field_name(written) for written in fields} & needed):
            yield f"must not name {entity}:{field}, which is a key, a cursor or a scope field"


def describe_flaws(entity: str, written: Collection[str], described: Collection[str]) -> Iterator[str]:
    """Fields that the entity's describe does not have and that are not marked as optional."""
    for name in written:
        if not name.endswith(OPTIONAL) and name not in described:
            near = nearest(name, described)
            yield f"{entity} has no field {name}" + (f". Did you mean {near}?" if near else "")
