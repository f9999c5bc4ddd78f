"""Column types on Oracle: dlt's mapper makes texts CLOB, which nothing compares, and timestamps DATE (oracle A.1)."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from dlt.common.destination.typing import PreparedTableSchema
from dlt.common.schema.typing import TColumnSchema
from dlt.destinations.impl.sqlalchemy.type_mapper import SqlalchemyTypeMapper
from sqlalchemy.dialects import oracle

from loader.warehouse.schema import DOCUMENT, RAW_COLUMNS, RAW_LOG_HINT

_FLAGS: Final = frozenset(column.name for column in RAW_COLUMNS if column.type == "flag")
_NAME_LENGTH: Final = 255
# columns of dlt's own tables that outgrow 4,000 bytes; nothing compares them
_LONG_TEXTS: Final = frozenset({"schema", "state"})


class OracleTypeMapper(SqlalchemyTypeMapper):
    """VARCHAR2(n CHAR), NUMBER(19), TIMESTAMP(6) without zone, and BLOB for the document column."""

    def db_type_from_text_type(self, column: TColumnSchema, table: PreparedTableSchema) -> sa.types.TypeEngine[Any]:
        """VARCHAR2 counted in characters, so that it can stand in ``=`` and joins; a LOB cannot (ORA-00932)."""
        if table.get(RAW_LOG_HINT) and column["name"] == DOCUMENT:
            return oracle.BLOB()
        if column["name"] in _LONG_TEXTS:
            return oracle.CLOB()
        return oracle.VARCHAR2(column.get("precision") or _NAME_LENGTH)

    def db_type_from_bigint_type(self, column: TColumnSchema, table: PreparedTableSchema) -> sa.types.TypeEngine[Any]:
        """NUMBER(19) holds every 64-bit integer; flags are 0 or 1."""
        return _number(1 if column["name"] in _FLAGS else 19)

    def db_type_from_timestamp_type(
        self, column: TColumnSchema, table: PreparedTableSchema
    ) -> sa.types.TypeEngine[Any]:
        """TIMESTAMP, by default of microseconds, which DATE would drop; without zone, because all of ours are UTC."""
        return oracle.TIMESTAMP(timezone=False)

    def db_type_from_bool_type(self, column: TColumnSchema, table: PreparedTableSchema) -> sa.types.TypeEngine[Any]:
        """NUMBER(1): Oracle has no boolean column before 23ai."""
        return _number(1)


def reflected_type(data_type: str) -> sa.types.TypeEngine[Any]:
    """The type of a column as ALL_TAB_COLUMNS names it."""
    known: dict[str, sa.types.TypeEngine[Any]] = {
        "NUMBER": _number(19),
        "VARCHAR2": oracle.VARCHAR2(),
        "CLOB": oracle.CLOB(),
        "BLOB": oracle.BLOB(),
    }
    return oracle.TIMESTAMP() if data_type.startswith("TIMESTAMP") else known.get(data_type, sa.types.NullType())


def _number(precision: int) -> sa.types.TypeEngine[Any]:
    integer: sa.types.TypeEngine[Any] = oracle.NUMBER(precision, 0)  # type: ignore[no-untyped-call]
    return integer
