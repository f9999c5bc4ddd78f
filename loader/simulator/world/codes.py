"""Code tables: ids with their meaning. The English description is the meaning by which the world finds an id."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from loader.simulator.world.data import table

# tables of statuses that no entity explains, by the entity that has them; they keep their ids
HIDDEN = {
    "inventory_history": "history_status",
    "movement_request_hdr": "movement_request_status",
    "movement_request_dtl": "movement_request_status",
}


class Code(NamedTuple):
    """A row of a code table; `meaning` is its English description, `text` the one that this tenant shows."""

    id: int
    code: str
    meaning: str
    text: str


class Codes:
    """The code tables of a tenant.

    Args:
        renumbered: the ids of all statuses that a tenant exposes are permuted, and all descriptions are Portuguese.
    """

    def __init__(self, *, renumbered: bool = False) -> None:
        self._tables = _tables(renumbered)

    @property
    def entities(self) -> tuple[str, ...]:
        """Names of the tables, including those that the API doesn't expose."""
        return tuple(self._tables)

    def rows(self, entity: str) -> tuple[Code, ...]:
        """Return the rows of a table by id. Raises KeyError."""
        return self._tables[entity]

    def id(self, entity: str, meaning: str) -> int:
        """Return the id of a meaning. Raises KeyError."""
        return _ids(self._tables[entity])[meaning]

    def ids(self, entity: str, *meanings: str) -> tuple[int, ...]:
        """Return the ids of meanings. Raises KeyError."""
        return tuple(self.id(entity, meaning) for meaning in meanings)

    def text(self, entity: str, row_id: int) -> str:
        """Return the shown description of an id. Raises KeyError."""
        return {row.id: row.text for row in self._tables[entity]}[row_id]


@cache
def _ids(rows: tuple[Code, ...]) -> Mapping[str, int]:
    return {row.meaning: row.id for row in rows}


@cache
def _tables(renumbered: bool) -> Mapping[str, tuple[Code, ...]]:
    tables: dict[str, list[Code]] = {}
    for row in table("codes"):
        shown = row["portuguese"] if renumbered else row["description"]
        tables.setdefault(row["entity"], []).append(Code(int(row["id"]), row["code"], row["description"], shown))
    return {entity: _permuted(entity, rows) if renumbered else tuple(rows) for entity, rows in tables.items()}


def _permuted(entity: str, rows: list[Code]) -> tuple[Code, ...]:
    """Shift the ids by a third of the table, so that every id keeps existing with another meaning."""
    if not entity.endswith("_status") or entity in HIDDEN.values():
        return tuple(rows)
    ids, shift = [row.id for row in rows], len(rows) // 3 + 1
    moved = [row._replace(id=ids[(place + shift) % len(ids)]) for place, row in enumerate(rows)]
    return tuple(sorted(moved))
