"""Renders a row as the JSON document of the WMS (wms-api 3, row rules)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from loader.simulator.api.catalog import NAMED_ONLY, Catalog, Table
from loader.simulator.contract import Field, Kind, Row, World

# (value, row id) -> member of a JSON object, such as '"alloc_qty":"16"'
Encoder = Callable[[Any, int], str]

_RELATIONS_KEPT = 1 << 16


@dataclass(frozen=True, slots=True)
class Rendering:
    """Everything except the row that determines a document; part of the cache key.

    Args:
        base_url: absolute, with port, up to and including ``/entity``.
        zone: IANA name of the time zone for timestamps.
        hidden: entities whose ``url`` is empty for this user.
        fields: the names of ``fields=``; None = all. ``url`` is a name too.
        whole_seconds: write timestamps in UTC, truncated to seconds (inventory_history with its system parameter).
    """

    release: str
    base_url: str
    zone: str
    hidden: frozenset[str] = frozenset()
    fields: frozenset[str] | None = None
    whole_seconds: bool = False

    def shows(self, entity: str, name: str) -> bool:
        """Return whether a document has the field."""
        if self.fields is None:
            return (entity, name) not in NAMED_ONLY
        return name in self.fields

    def entity_url(self, entity: str) -> str:
        """Return the absolute URL of an entity's list, without a trailing slash."""
        return f"{self.base_url}/{entity}"


class Template:
    """Writes the documents of one entity from one fragment per field; fragments of defaults are precomputed."""

    def __init__(self, world: World, catalog: Catalog, table: Table, rendering: Rendering) -> None:
        self._world = world
        self._catalog = catalog
        self._table = table
        self._rendering = rendering
        self._zone = ZoneInfo("UTC" if rendering.whole_seconds else rendering.zone)
        self._head = _head(table.name, rendering)
        fields = [field for name, field in table.fields.items() if name != "id" and rendering.shows(table.name, name)]
        self._encoders = {field.name: (place, self._encoder(field)) for place, field in enumerate(fields)}
        self._defaults = [
            encode(field.default, 0) for field, (_, encode) in zip(fields, self._encoders.values(), strict=True)
        ]

    def document(self, row_id: int, row: Row) -> bytes:
        """Return the JSON object of a row, compact and UTF-8."""
        fragments = self._defaults.copy()
        encoders = self._encoders
        for name, value in row.items():
            known = encoders.get(name)
            if known is not None:
                fragments[known[0]] = known[1](value, row_id)
        if self._head:
            fragments.insert(0, self._head.replace("{}", str(row_id)))
        return ("{" + ",".join(fragments) + "}").encode()

    def _encoder(self, field: Field) -> Encoder:
        member = f'"{field.name}":'
        if field.kind == "relation":
            return self._relation(member, field.target)
        if field.kind == "set":
            return self._set(member, field)
        if field.kind == "datetime":
            return self._timestamp(member)
        if field.kind == "inline":
            return lambda value, _: member + msgspec.json.encode(plain(value or (), self._zone)).decode()
        if field.kind == "string":
            return lambda value, _: member + encode_basestring(value or "")
        return _scalar(member, _SCALARS[field.kind])

    def _timestamp(self, member: str) -> Encoder:
        zone, cut = self._zone, self._rendering.whole_seconds

        def encode(value: datetime | None, _: int) -> str:
            if value is None:
                return member + "null"
            return f'{member}"{timestamp(value.replace(microsecond=0) if cut else value, zone)}"'

        return encode

    def _relation(self, member: str, target: str | None) -> Encoder:
        exposed = target in self._catalog.tables and target not in self._rendering.hidden
        address = self._rendering.entity_url(target) if target and exposed else None

        @lru_cache(maxsize=_RELATIONS_KEPT)
        def fragment(target_id: int | None) -> str:
            if target_id is None:
                return member + "null"
            url = f"{address}/{target_id}" if address else ""
            return f'{member}{{"id":{target_id},"key":{encode_basestring(self._key(target, target_id))},"url":"{url}"}}'

        return lambda value, _: fragment(value)

    def _key(self, target: str | None, target_id: int) -> str:
        try:
            return self._world.key(target, target_id) if target else ""
        except KeyError:
            return ""

    def _set(self, member: str, field: Field) -> Encoder:
        child = self._catalog.tables.get(field.target or "")
        back = next((f.name for f in child.fields.values() if f.target == self._table.name), None) if child else None
        address = f"{self._rendering.entity_url(child.name)}/?{back}=" if child and back else None

        def encode(count: int | None, row_id: int) -> str:
            if not count:
                return member + "null"
            url = f"{address}{row_id}" if address else ""
            return f'{member}{{"result_count":{count},"url":"{url}"}}'

        return encode


def timestamp(value: datetime, zone: ZoneInfo) -> str:
    """Format as ISO 8601 with the zone's offset; ``Z`` for UTC, no fraction if it is zero."""
    text = value.astimezone(zone).isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def decimal_text(value: Decimal) -> str:
    """Format without exponent and trailing zeros: ``16``, ``0``, ``1.5``."""
    return format(value.normalize(), "f") if value else "0"


def plain(value: object, zone: ZoneInfo) -> object:
    """Convert a nested value to JSON types by the rules of a document."""
    if isinstance(value, Mapping):
        return {str(name): plain(member, zone) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member, zone) for member in value]
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return timestamp(value, zone)
    return value.isoformat() if isinstance(value, date) else value


def _scalar(member: str, write: Callable[[Any], str]) -> Encoder:
    null = member + "null"
    return lambda value, _: null if value is None else member + write(value)


_SCALARS: Mapping[Kind, Callable[[Any], str]] = {
    "integer": str,
    "boolean": lambda value: "true" if value else "false",
    "decimal": lambda value: f'"{decimal_text(value)}"',
    "date": lambda value: f'"{value.isoformat()}"',
}


def _head(entity: str, rendering: Rendering) -> str:
    """Return the text that depends only on the id, with ``{}`` as its placeholder."""
    members = [
        '"id":{}' if rendering.shows(entity, "id") else "",
        f'"url":"{rendering.entity_url(entity)}/{{}}"' if rendering.shows(entity, "url") else "",
    ]
    return ",".join(member for member in members if member)
