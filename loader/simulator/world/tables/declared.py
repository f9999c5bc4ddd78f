"""Families of the entities that `data/entities.toml` declares: which source gives the rows, and each field's column.

Forms of a column, by the type in the file:

- a number or a flag: the same value in every row;
- ``=text``: the same text in every row;
- ``PV%d # 100``, ``PV%d # 100 3``: a running number in a text, from 100, by 1 or 3;
- ``fact``: a fact of the source; for a relation the position of the target row, whose id is shown;
- ``fact % PO%d``: a fact in a text;
- ``fact @ event``: a fact from an event on, before it the default of the field;
- ``@ event``: when the event happened;
- ``A | B | C``: by the row's last event; for a status the meanings, for a text the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loader.simulator.contract import EntitySchema, Field
from loader.simulator.world import columns as c
from loader.simulator.world.codes import HIDDEN
from loader.simulator.world.data import read
from loader.simulator.world.family import Column, Family, Moment
from loader.simulator.world.spec import Ints
from loader.simulator.world.tables.static import schemas

if TYPE_CHECKING:
    from loader.simulator.world.history import History

SCALES = {"_cents": 2, "_milli": 3}  # endings of the names of facts that count fractions of a unit
_OPTIONS = frozenset({"source", "key"})


@dataclass(frozen=True, slots=True)
class Source:
    """What happens to the rows of an entity, and facts about them.

    Args:
        names: names of the events, the first is the creation.
        events: by [row, event], its instant; later events happen later.
        facts: by name, an array by row, or a column.
        gone: when rows are deleted, or None.
    """

    names: tuple[str, ...]
    events: Ints
    facts: Mapping[str, Ints | Column]
    gone: Ints | None = None


SOURCES: dict[str, Callable[[History], Source]] = {}
"""Sources by the name that `data/entities.toml` gives them."""


def source(name: str) -> Callable[[Callable[[History], Source]], Callable[[History], Source]]:
    """Register the decorated function as a source."""

    def register(build: Callable[[History], Source]) -> Callable[[History], Source]:
        SOURCES[name] = build
        return build

    return register


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of an entity from one source; `columns` by field."""

    source: str
    key: str | None
    columns: Mapping[str, Any]


@cache
def declarations() -> Mapping[str, tuple[Part, ...]]:
    """Return the parts of every declared entity."""
    entities = dict(read("entities"))
    shared = entities.pop("shared", {})
    del entities["fixed"], entities["first_ids"]
    return {
        entity: tuple(
            Part(part["source"], part.get("key"), {**shared.get(entity, {}), **_columns(part)}) for part in parts
        )
        for entity, parts in entities.items()
    }


def fixed(h: History, entity: str, part: str | None = None) -> Mapping[str, Column]:
    """Return the columns of a family in Python that depend on nothing but the last event, from ``[fixed.<part>]``."""
    fields = {field.name: field for field in schemas()[entity].fields}
    source = Source((), np.empty((0, 0), dtype=np.int64), {})
    specs = read("entities")["fixed"][part or entity]
    return {name: _Maker(h, entity, source, fields[name]).column(spec) for name, spec in specs.items()}


def _columns(part: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: spec for name, spec in part.items() if name not in _OPTIONS}


def declared_families(h: History, schema: EntitySchema) -> tuple[Family, ...]:
    """Return the families of a declared entity, one for each part."""
    parts = declarations()[schema.name]
    ids = h.part_ids(schema.name)
    return tuple(
        _family(h, schema, part, own, None if place == 0 else f"{schema.name}.{place}")
        for place, (part, own) in enumerate(zip(parts, ids, strict=True))
    )


def _family(h: History, schema: EntitySchema, part: Part, ids: Ints, part_name: str | None) -> Family:
    source = h.source(part.source)
    fields = {field.name: field for field in schema.fields}
    columns = {
        field: _Maker(h, schema.name, source, fields[field]).column(spec) for field, spec in part.columns.items()
    }
    dated = "mod_ts" in fields
    timeline = h.disturber.timeline(schema.name, source.events, part=part_name, rows=ids)
    if source.gone is not None:
        timeline = h.disturber.deleted(timeline, source.gone)
    label = _label(columns[part.key]) if part.key else (lambda _: "")
    return Family(ids, timeline, columns, label, dated=dated)


def _label(column: Column) -> Callable[[int], str]:
    """Return the natural key by position, from a column that depends only on the position."""

    def label(position: int) -> str:
        nothing = np.zeros((1, 1), dtype=np.int64)
        done = np.ones((1, 1), dtype=np.bool_)
        moment = Moment(np.array([position]), nothing[0], nothing, done, nothing[0])
        return str(column(moment)[0])

    return label


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the column of a field from its form."""

    h: History
    entity: str
    source: Source
    field: Field

    def column(self, spec: object) -> Column:
        """Return the column. Raises KeyError for an unknown fact, event or meaning."""
        if not isinstance(spec, str):
            return c.constant(c.converted(self.field, spec))
        if spec.startswith("="):
            return c.constant(spec[1:])
        if "#" in spec:
            pattern, first, *step = spec.replace("#", "").split()
            return c.serial(pattern, int(first), *map(int, step))
        if "|" in spec or (self.field.name.endswith("status_id") and not spec.startswith("=")):
            return self._by_event([word.strip() for word in spec.split("|")])
        fact, _, event = (word.strip() for word in spec.partition("@"))
        if not fact:
            return c.instant(self.source.names.index(event))
        column = self._fact(*(word.strip() for word in fact.partition(" % ")[::2]))
        return c.since(self.source.names.index(event), column, before=self.field.default) if event else column

    def _by_event(self, words: Sequence[str]) -> Column:
        if self.field.kind == "integer":
            ids = self.h.codes.ids(self.field.target or HIDDEN[self.entity], *words)
            return c.status(ids) if len(ids) > 1 else c.constant(ids[0])
        return c.by_event(*(c.constant(word) for word in words))

    def _fact(self, name: str, pattern: str) -> Column:
        fact = self.source.facts[name]
        if not isinstance(fact, np.ndarray):
            return fact
        if pattern:
            return c.label(pattern, fact)
        if self.field.kind == "relation":
            return self._related(fact)
        scale = next((digits for ending, digits in SCALES.items() if name.endswith(ending)), 0)
        makers: Mapping[str, Callable[[Ints], Column]] = {
            "decimal": lambda values: c.scaled(values, scale) if scale else c.decimal(values),
            "integer": c.number,
            "date": c.day,
            "datetime": c.moments,
            "boolean": c.flag,
            "set": c.number,
        }
        maker = makers.get(self.field.kind)
        return maker(fact) if maker else c.label("%d", fact)

    def _related(self, position: Ints) -> Column:
        """Return the ids of target rows; a negative position is null."""
        ids = self.h.row_ids(self.field.target or "")
        known = position >= 0
        values = position if ids is None else ids[np.where(known, position, 0)]
        return c.number(values) if known.all() else c.where(known, c.number(values), c.constant(None))
