"""Arrow in and out through the real driver's conversions."""

from __future__ import annotations

from typing import Any

import oracledb
import pyarrow as pa
import pyarrow.compute as pc

from tests.support.oracle_double.errors import ora
from tests.support.oracle_double.session import Result

MAX_RAW = 32_767
_LONG = {"large_string", "large_binary"}


def bound(data: Any, release: int) -> pa.Table:
    """Return the rows the driver would send. It refuses dictionaries, times, structs and lists (DPY-3032 ...)."""
    converted = pa.table(oracledb.from_arrow(data))
    types = [str(kind) for kind in converted.schema.types]
    for position, (column, kind) in enumerate(zip(converted.itercolumns(), converted.schema.types, strict=True)):
        if pa.types.is_boolean(kind) and release < 23:
            raise ora(3115, "unsupported network datatype or representation (BOOLEAN)")
        if pa.types.is_binary(kind) or pa.types.is_string(kind):
            longest = pc.max(pc.binary_length(column)).as_py() or 0
            if longest > MAX_RAW:
                raise ora(1461, f"can bind a LONG value only for insert into a LONG column ({longest} bytes)")
        if types[position] in _LONG and any(after not in _LONG for after in types[position + 1 :]):
            raise ora(24816, "Expanded non LONG bind data supplied after actual LONG or LOB column")
    return converted


def frame(result: Result, requested: pa.Schema | None) -> oracledb.DataFrame:
    """Return rows in the requested types. Without a request, a NUMBER(19) is a double, as in the driver."""
    rows = result.rows
    assert rows is not None
    if requested is None:
        doubles = [pa.float64() if pa.types.is_integer(kind) else kind for kind in rows.schema.types]
        requested = pa.schema(list(zip(rows.schema.names, doubles, strict=True)))
    columns = [column.cast(kind) for column, kind in zip(rows.itercolumns(), requested.types, strict=True)]
    return oracledb.from_arrow(pa.Table.from_arrays(columns, schema=requested))
