"""Reads field values at one instant from the world, by column, and caches them for one request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from loader.simulator.api.catalog import Catalog, Path, Table
from loader.simulator.contract import Field, Row, Value, World

Columns = dict[tuple[str, str], dict[int, Value]]
LASTING = frozenset(("inventory_history", name) for name in ("facility_id", "company_id", "history_activity_id"))
"""Fields that never change. A load of the log asks for each combination of their values (wms-api 6.11)."""


class Reader:
    """Cache of field values for one request.

    If a relation points to a row that doesn't exist, its fields are null; the world has orphans on purpose.
    """

    def __init__(self, world: World, catalog: Catalog, at: datetime, lasting: Columns) -> None:
        """Share `lasting`, the values of fields that never change, with other requests."""
        self.world = world
        self.catalog = catalog
        self.at = at
        self._columns: Columns = {}
        self._lasting = lasting

    def values(self, table: Table, path: Path, ids: Sequence[int]) -> list[Value]:
        """Return the value at the end of a path for each id, in order."""
        reached: list[Value] = list(ids)
        if not path.hops and path.field.name == "id":
            return reached
        for name, target in path.hops:
            reached = self._follow(table, table.fields[name], reached)
            table = self.catalog.tables[target]
        return self._follow(table, path.field, reached)

    def _follow(self, table: Table, field: Field, ids: Sequence[Value]) -> list[Value]:
        key = (table.name, field.name)
        column = (self._lasting if key in LASTING else self._columns).setdefault(key, {})
        with suppress(KeyError, TypeError):
            # much faster than the sets below, if every value is cached
            return [column[row_id] for row_id in ids]  # type: ignore[index]
        wanted = {row_id for row_id in ids if isinstance(row_id, int)}
        self._load(table, field, wanted - column.keys(), column)
        return [column.get(row_id) if isinstance(row_id, int) else None for row_id in ids]

    def _load(self, table: Table, field: Field, missing: Iterable[int], column: dict[int, Value]) -> None:
        ordered = sorted(missing)
        for row_id, row in zip(ordered, self._rows(table.name, ordered, field.name), strict=True):
            if row is not None:
                column[row_id] = row_id if field.name == "id" else row.get(field.name, field.default)

    def _rows(self, entity: str, ids: Sequence[int], field: str) -> Sequence[Row | None]:
        try:
            return self.world.rows(entity, ids, self.at, (field,))
        except KeyError:
            return [self._row(entity, row_id) for row_id in ids]

    def _row(self, entity: str, row_id: int) -> Row | None:
        try:
            return self.world.row(entity, row_id, self.at)
        except KeyError:
            return None
