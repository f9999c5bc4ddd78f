"""Lands documents of the simulated warehouse at an instant, without HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from loader.simulator.contract import Field, Row, Value
from loader.simulator.world import WarehouseWorld
from tests.support.harness import RawDatabase

ENTITIES = (
    *("company", "facility", "item", "location", "order_status", "allocation_status"),
    *("order_hdr", "order_dtl", "allocation", "inventory", "container", "container_status", "ib_shipment"),
    "ib_shipment_dtl",
)


def documents(world: WarehouseWorld, entity: str, at: datetime) -> dict[int, dict[str, Any]]:
    """Return an entity's documents by id, without sets and inline lists."""
    ids = world.ids(entity, at)
    rows = world.rows(entity, ids, at)
    return {row_id: document(world, entity, row_id, row) for row_id, row in zip(ids.tolist(), rows, strict=True)}


def document(world: WarehouseWorld, entity: str, row_id: int, row: Row) -> dict[str, Any]:
    """Return a row's document, without sets and inline lists."""
    fields = [field for field in world.entities[entity].fields if field.kind not in ("set", "inline")]
    values = ((field, row.get(field.name, field.default)) for field in fields)
    return {"id": row_id} | {field.name: _rendered(world, field, value) for field, value in values}


def _rendered(world: WarehouseWorld, field: Field, value: Value) -> object:
    match value:
        case None:
            return None if field.kind in ("relation", "date", "datetime") else ""
        case Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case int() if field.kind == "relation":
            return {"id": value, "key": _label(world, field.target, value), "url": ""}
    return value


def _label(world: WarehouseWorld, target: str | None, row_id: int) -> str:
    """Return the document as the WMS sends it, or nothing for a missing row."""
    try:
        return world.key(target, row_id) if target else ""
    except KeyError:
        return ""


class Landing:
    """Lands the changes since the previous instant, as the loader does."""

    def __init__(self, world: WarehouseWorld, raw: RawDatabase, entities: Sequence[str] = ENTITIES) -> None:
        self._world = world
        self._raw = raw
        self._seen: dict[str, dict[int, dict[str, Any]]] = {entity: {} for entity in entities}

    def land(self, at: datetime) -> None:
        """Land every new or changed document at the instant, and tombstones for deleted ones."""
        with self._raw.connected():
            self._land(at)

    def _land(self, at: datetime) -> None:
        for entity, seen in self._seen.items():
            now, before = documents(self._world, entity, at), self._raw.last_read_order.get(entity, 0)
            self._raw.put_all(entity, [document for key, document in now.items() if seen.get(key) != document])
            self._raw.put_all(entity, [document for key, document in seen.items() if key not in now], is_deleted=1)
            self._raw.execute(
                f"update wms_raw.{entity} set read_at = ? where read_order > ?", [at.replace(tzinfo=None), before]
            )
            self._seen[entity] = now

    def current(self, entity: str) -> dict[int, dict[str, Any]]:
        """Return what was landed last."""
        return self._seen[entity]
