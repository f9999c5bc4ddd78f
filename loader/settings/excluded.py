"""Validates GRUPONOS_PIPELINE__EXCLUDE_FIELDS: keys, cursors and scope fields can't be excluded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from loader.settings.names import nearest

MISFIT: Final = "WMS_CONF_041"
OPTIONAL: Final = "?"
"""Suffix of an optional field, which only some releases or tenants have."""

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
    """Return the field name without the suffix for optional fields."""
    return written.removesuffix(OPTIONAL)


def settings_flaws(excluded: Mapping[str, tuple[str, ...]], known: Collection[str]) -> Iterator[str]:
    """Yield problems with EXCLUDE_FIELDS that can be found without the WMS.

    Args:
        excluded: entity -> field names as written.
        known: the configured entities and the default entities.
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
    """Yield a problem for each required field that the entity's describe doesn't list."""
    for name in written:
        if not name.endswith(OPTIONAL) and name not in described:
            near = nearest(name, described)
            yield f"{entity} has no field {name}" + (f". Did you mean {near}?" if near else "")
