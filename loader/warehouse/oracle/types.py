"""Oracle column types for dlt, whose own mapper uses CLOB (can't be compared) for text and DATE for timestamps."""

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
# columns of dlt's own tables that can exceed 4,000 bytes and are never compared
_LONG_TEXTS: Final = frozenset({"schema", "state"})


class OracleTypeMapper(SqlalchemyTypeMapper):
    """VARCHAR2(n CHAR), NUMBER(19), TIMESTAMP(6) without zone, and BLOB for the document column."""

    def db_type_from_text_type(self, column: TColumnSchema, table: PreparedTableSchema) -> sa.types.TypeEngine[Any]:
        """Return VARCHAR2 with character length, which works in comparisons and joins; a LOB doesn't (ORA-00932)."""
        if table.get(RAW_LOG_HINT) and column["name"] == DOCUMENT:
            return oracle.BLOB()
        if column["name"] in _LONG_TEXTS:
            return oracle.CLOB()
        return oracle.VARCHAR2(column.get("precision") or _NAME_LENGTH)

    def db_type_from_bigint_type(self, column: TColumnSchema, table: PreparedTableSchema) -> sa.types.TypeEngine[Any]:
        """Return NUMBER(19), which holds every 64-bit integer, or NUMBER(1) for flags."""
        return _number(1 if column["name"] in _FLAGS else 19)

    def db_type_from_timestamp_type(
        self, column: TColumnSchema, table: PreparedTableSchema
    ) -> sa.types.TypeEngine[Any]:
        """Return TIMESTAMP with microseconds, which DATE lacks, and without zone, because all timestamps are UTC."""
        return oracle.TIMESTAMP(timezone=False)

    def db_type_from_bool_type(self, column: TColumnSchema, table: PreparedTableSchema) -> sa.types.TypeEngine[Any]:
        """Return NUMBER(1), because Oracle before 23ai has no boolean columns."""
        return _number(1)


def reflected_type(data_type: str) -> sa.types.TypeEngine[Any]:
    """Return the column type for a type name of ALL_TAB_COLUMNS."""
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
