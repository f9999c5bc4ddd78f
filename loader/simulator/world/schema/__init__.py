"""Entities and fields of a live tenant, from `catalogue.csv`.

Columns of the file, one row for each field, in document order:

- ``kind``: see `loader.simulator.contract.Field`. A time of day is a ``string``.
- ``target``: entity that a relation, a set or a status points to; empty if unknown. A name that isn't an entity of the
  file, such as ``history_activity``, is known to the WMS but not exposed.
- ``default``: as ``describe`` shows it; ``''`` is an empty text, nothing means no default.
- ``required``: 1 if a new row needs the field.
- ``since``: release that added the field; empty for fields that a tenant had in July 2025.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from typing import get_args

from loader.simulator.contract import EntitySchema, Field, Kind, Value

_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
_DEPTH = 3  # longest path from an entity to its facility or company


def load_schemas(known: Mapping[str, frozenset[int]]) -> Mapping[str, EntitySchema]:
    """Return every entity by name, with the fields of all releases.

    Args:
        known: ids of the rows of lookups. The default of a relation fills rows only if its target has the row.
    """
    fields: dict[str, list[Field]] = {}
    text = files(__package__).joinpath("catalogue.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        fields.setdefault(row["entity"], []).append(_field(row, known))
    return {
        name: EntitySchema(name, tuple(own), _path(fields, name, "facility"), _path(fields, name, "company"))
        for name, own in fields.items()
    }


def _field(row: Mapping[str, str], known: Mapping[str, frozenset[int]]) -> Field:
    kind, target = _KINDS[row["kind"]], row["target"] or None
    stated = _value(kind, row["default"])
    default = stated
    if kind == "relation" and stated not in known.get(target or "", ()):
        default = None
    if kind in ("date", "datetime"):
        default = None
    if kind == "string":
        default = stated or ""
    return Field(
        name=row["field"],
        kind=kind,
        target=target,
        required=row["required"] == "1",
        max_length=int(row["max_length"]) if row["max_length"] else None,
        default=() if kind == "inline" else default,
        since=row["since"] or None,
        stated=stated,
    )


def _value(kind: Kind, text: str) -> Value:
    """Return the default that a cell states."""
    if not text:
        return None
    if kind == "boolean":
        return text == "true"
    if kind in ("integer", "relation"):
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    return "" if text == "''" else text


def _path(fields: Mapping[str, list[Field]], entity: str, end: str, depth: int = _DEPTH) -> tuple[str, ...]:
    """Return the relations from an entity to its facility or company: its own, or those of its first parent."""
    if entity == end:
        return ("id",)
    parents = [field for field in fields[entity] if field.kind == "relation" and field.required]
    if any(field.name == f"{end}_id" and field.target == end for field in parents):
        return (f"{end}_id",)
    for field in parents if depth > 1 else ():
        if field.target in fields and field.target not in ("facility", "company", entity):
            rest = _path(fields, field.target or "", end, depth - 1)
            if rest:
                return (field.name, *rest)
    return ()
