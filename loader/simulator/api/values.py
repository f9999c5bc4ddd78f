"""``values_list``: selected values instead of documents, unformatted (wms-api 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from loader.simulator.api.catalog import Catalog, Path, Table
from loader.simulator.api.errors import validation_error
from loader.simulator.api.reader import Reader
from loader.simulator.api.render import timestamp
from loader.simulator.contract import Value

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """One entry of a values_list: path, and key in the response."""

    path: Path
    alias: str


def parse_values_list(text: str, catalog: Catalog, table: Table) -> tuple[Column, ...] | None:
    """Parse ``path[:alias],...``; return None if it wasn't sent.

    Raises:
        ApiError: 400 for an unknown path, a ``_set`` or two equal aliases.
    """
    if not text:
        return None
    columns = tuple(_column(part, catalog, table) for part in text.split(","))
    if len({column.alias for column in columns}) < len(columns):
        raise validation_error(["Values list alias names must be unique."])
    return columns


def _column(part: str, catalog: Catalog, table: Table) -> Column:
    name, _, alias = part.partition(":")
    path = catalog.scalar(table, name)
    if path is None:
        raise validation_error({"values_list": f"'{name}' is unknown, or a set, which cannot be listed."})
    return Column(path, alias or name)


def values(table: Table, columns: Sequence[Column], ids: Sequence[int], reader: Reader) -> list[bytes]:
    """Return one JSON object per id. Relations are ids, timestamps are UTC with ``Z``, decimals are numbers."""
    listed = [[_raw(value) for value in reader.values(table, column.path, ids)] for column in columns]
    names = [column.alias for column in columns]
    return [msgspec.json.encode(dict(zip(names, row, strict=True))) for row in zip(*listed, strict=True)]


def _raw(value: Value) -> object:
    if isinstance(value, datetime):
        return timestamp(value, _UTC)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
