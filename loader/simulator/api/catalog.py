"""Entities and fields of a release, and resolution of names such as ``order_id__facility_id__code``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from loader.errors import ConfigError
from loader.simulator.contract import EntitySchema, Field, Kind

RELEASE = re.compile(r"\d\d[A-D]")
ID = Field("id", "integer")
NAMED_ONLY = frozenset({("item", "image_data")})

# A filter "has no children" names the child table without underscores (wms-api 2), with three exceptions.
_CHILDREN = {
    "order_lock_set": "orderlockxref",
    "inventory_lock_set": "containerlockxref",
    "serial_nbr_set": "inv_serial_nbr_id",
}


@dataclass(frozen=True, slots=True)
class Path:
    """A field at the end of a chain of relations.

    Args:
        hops: pairs of (relation field, entity it points to), in order.
        field: the field at the end.
    """

    hops: tuple[tuple[str, str], ...]
    field: Field


@dataclass(frozen=True, slots=True)
class Table:
    """An entity in one release; `fields` are in document order and start with ``id``."""

    name: str
    schema: EntitySchema
    fields: Mapping[str, Field]

    def kind(self, name: str) -> Kind | None:
        """Return the kind of a field, or None if the entity has no such field."""
        field = self.fields.get(name)
        return field.kind if field else None

    def children(self) -> Mapping[str, Field]:
        """Set fields by the name that filters ``<name>__isnull``."""
        sets = (field for field in self.fields.values() if field.kind == "set")
        return {_CHILDREN.get(field.name, field.name.removesuffix("_set").replace("_", "")): field for field in sets}


class Catalog:
    """All entities of a world at one release.

    Raises:
        ConfigError: WMS_SIM_003, the release has another form than ``25C``.
    """

    def __init__(self, entities: Mapping[str, EntitySchema], release: str) -> None:
        if not RELEASE.fullmatch(release):
            raise ConfigError(
                "WMS_SIM_003", f"{release!r} is not a WMS release", hint="Write two digits and a letter, such as 25C."
            )
        self.release = release
        self.tables = {name: _table(schema, release) for name, schema in sorted(entities.items())}

    def resolve(self, table: Table, name: str) -> tuple[Path, str]:
        """Resolve a name from `table`: return the path and the rest (a lookup, or ``""``).

        Raises:
            KeyError: the first unknown part.
        """
        hops: list[tuple[str, str]] = []
        parts = name.split("__")
        while True:
            field = table.fields[parts[0]]
            rest = parts[1:]
            target = self.tables.get(field.target or "") if field.kind in ("relation", "integer") else None
            if not rest or target is None or rest[0] not in target.fields:
                return Path(tuple(hops), field), "__".join(rest)
            hops.append((field.name, target.name))
            table, parts = target, rest

    def scalar(self, table: Table, name: str) -> Path | None:
        """Return the path of a single-valued name; None for an unknown name, a lookup or a set."""
        try:
            path, rest = self.resolve(table, name)
        except KeyError:
            return None
        return None if rest or path.field.kind in ("set", "inline") else path


def _table(schema: EntitySchema, release: str) -> Table:
    # releases sort as text: 25A < 25B < ... < 26C
    shown = {field.name: field for field in schema.fields if field.since is None or field.since <= release}
    return Table(schema.name, schema, {"id": ID, **shown})
