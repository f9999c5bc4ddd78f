"""Rows that are data: code tables, and the entities of `data/static.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from loader.simulator.contract import EntitySchema, Field, Value
from loader.simulator.world import columns as c
from loader.simulator.world.codes import Codes
from loader.simulator.world.data import read
from loader.simulator.world.family import Family
from loader.simulator.world.masters import touches
from loader.simulator.world.reference import COMPANIES, FACILITIES
from loader.simulator.world.schema import load_schemas
from loader.simulator.world.spec import DAY, Ints
from loader.simulator.world.timeline import Timeline

if TYPE_CHECKING:
    from loader.simulator.world.history import History

AGE = 400 * DAY  # how long before the history the rows were created
_OWNERS = {"facility": [place.id for place in FACILITIES], "company": [owner.id for owner in COMPANIES]}


class StaticTable(NamedTuple):
    """Rows of an entity as in the file; `key` is the column with the natural key."""

    key: str
    rows: tuple[Mapping[str, Any], ...]
    touched: Sequence[int] | None
    revision: str | None


@cache
def schemas() -> Mapping[str, EntitySchema]:
    """Return every entity of a tenant by name."""
    # a renumbered tenant has the same ids
    known = {entity: frozenset(row.id for row in Codes().rows(entity)) for entity in Codes().entities}
    declared = {name: frozenset(row["id"] for row in table.rows) for name, table in static_tables().items()}
    return load_schemas({**known, **declared})


@cache
def static_tables() -> Mapping[str, StaticTable]:
    """Return the entities of the file."""
    return {
        name: StaticTable(table["key"], tuple(_rows(table)), table.get("touched"), table.get("revision"))
        for name, table in read("static").items()
    }


def labels(entity: str) -> Mapping[int, str]:
    """Return the natural keys of a static entity by id. Raises KeyError."""
    table = static_tables()[entity]
    return {row["id"]: row[table.key] for row in table.rows}


def owned(number: int | Ints, owner: Ints) -> Ints:
    """Return the id of row `number` of each owner's position, for tables with ``each``."""
    return 10 * number + owner


def code_table(codes: Codes, entity: str, schema: EntitySchema) -> Family:
    """Return the family of a code table, which has neither audit fields nor changes."""
    rows = codes.rows(entity)
    texts = [row.text for row in rows]
    columns = {"code": c.word([row.code for row in rows]), "description": c.word(texts)}
    known = {name: column for name, column in columns.items() if name in {field.name for field in schema.fields}}
    ids = np.array([row.id for row in rows], dtype=np.int64)
    return Family(ids, _timeline(len(ids), 0), known, texts.__getitem__, dated=False)


def static_family(h: History, schema: EntitySchema) -> Family:
    """Return the family of an entity of the file; its rows change only if the file says so."""
    table = static_tables()[schema.name]
    fields = {field.name: field for field in schema.fields}
    columns = {
        name: c.word([_value(h.codes, fields[name], row[name]) for row in table.rows])
        for name in table.rows[0]
        if name != "id" and name in fields
    }
    if table.revision:
        columns[table.revision] = lambda moment: [f"REV {event}" for event in moment.last.tolist()]
    users = {name: c.constant("SETUP") for name in ("create_user", "mod_user") if name in fields}
    ids = np.array([row["id"] for row in table.rows], dtype=np.int64)
    texts = [str(row[table.key]) for row in table.rows]
    timeline = _timeline(len(ids), h.spec.start_us - AGE)
    if table.touched:
        timeline = h.disturber.ideal(touches(h.spec, h.dice, schema.name, len(ids), table.touched, h.until))
    return Family(ids, timeline, {**users, **columns}, texts.__getitem__, dated="mod_ts" in fields)


def _timeline(rows: int, at: int) -> Timeline:
    return Timeline.ideal(np.full((rows, 1), at, dtype=np.int64))


def _rows(table: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows = [dict(zip(table["columns"].split(), row, strict=True)) for row in table["rows"]]
    each = table.get("each")
    if each is None:
        return rows
    every = [
        {**row, "id": 10 * row["id"] + place, f"{each}_id": owner}
        for place, owner in enumerate(_OWNERS[each])
        for row in rows
    ]
    return sorted(every, key=lambda row: int(row["id"]))


def _value(codes: Codes, field: Field, value: Any) -> Value:
    """Return the value of a cell; a status is written with its meaning, and a relation to nothing as 0."""
    if field.name.startswith("parent_") and value == 0:
        return None
    if field.kind == "integer" and isinstance(value, str):
        return codes.id(field.target or "", value)
    return c.converted(field, value)
