"""Reads a query on Oracle as Arrow batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import oracledb
import pyarrow as pa

_ROWS: Final = 10_000
_MOST_INT64_DIGITS: Final = 19


def record_batches(cursor: Any) -> pa.RecordBatchReader:
    """Return a reader of an executed query whose numbers are fetched as decimals. Names are in lower case."""
    columns = [_column(description) for description in cursor.description]
    schema = pa.schema([field for field, _ in columns])
    return pa.RecordBatchReader.from_batches(schema, _batches(cursor, schema, [convert for _, convert in columns]))


def _batches(cursor: Any, schema: pa.Schema, convert: list[Callable[[Any], Any]]) -> Iterator[pa.RecordBatch]:
    while rows := cursor.fetchmany(_ROWS):
        arrays = [
            pa.array([None if value is None else change(value) for value in values], field.type)
            for change, values, field in zip(convert, zip(*rows, strict=True), schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _column(description: Any) -> tuple[pa.Field[Any], Callable[[Any], Any]]:
    name, kind = description[0].lower(), description[1]
    if kind is oracledb.DB_TYPE_NUMBER:
        return _number(name, description[4] or 0, description[5])
    of_kind, convert = _TYPES.get(kind, (pa.string(), str))
    return pa.field(name, of_kind), convert


def _number(name: str, precision: int, scale: int | None) -> tuple[pa.Field[Any], Callable[[Any], Any]]:
    if scale == 0 and 0 < precision <= _MOST_INT64_DIGITS:
        return pa.field(name, pa.int64()), int
    if precision and scale is not None and 0 <= scale <= precision:
        return pa.field(name, pa.decimal128(precision, scale)), _same
    return pa.field(name, pa.float64()), float


def _same(value: Any) -> Any:
    return value


_TYPES: Final[Mapping[Any, tuple[pa.DataType, Callable[[Any], Any]]]] = {
    oracledb.DB_TYPE_BINARY_DOUBLE: (pa.float64(), float),
    oracledb.DB_TYPE_BINARY_FLOAT: (pa.float64(), float),
    oracledb.DB_TYPE_DATE: (pa.date32(), datetime.date),
    oracledb.DB_TYPE_TIMESTAMP: (pa.timestamp("us"), _same),
    oracledb.DB_TYPE_TIMESTAMP_TZ: (pa.timestamp("us"), _same),
}
