"""Oracle's column types: as written in statements, stored in DuckDB, and shown by driver and dictionary."""

from __future__ import annotations

import re
from dataclasses import dataclass

import oracledb
from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap, ora

MAX_VARCHAR2 = 4000
_DUCK_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


@dataclass(frozen=True, slots=True)
class OracleType:
    """A type by its name in ALL_TAB_COLUMNS; `length` counts characters when `in_chars`, bytes otherwise."""

    name: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    in_chars: bool = False

    def __deepcopy__(self, memo: object) -> OracleType:
        """Return the type itself: types are part of syntax trees, which are copied often."""
        return self

    @property
    def is_lob(self) -> bool:
        return self.name in {"CLOB", "BLOB"}

    @property
    def is_integer(self) -> bool:
        return self.name == "NUMBER" and not self.scale and (self.precision is not None or self.scale == 0)

    @property
    def duckdb(self) -> str:
        """Return the DuckDB type that stores it."""
        if self.name == "NUMBER":
            return self._number()
        return {
            "VARCHAR2": "VARCHAR",
            "CHAR": "VARCHAR",
            "CLOB": "VARCHAR",
            "BLOB": "BLOB",
            "RAW": "BLOB",
            "BINARY_DOUBLE": "DOUBLE",
            # seconds: an Oracle DATE has a time of day without fraction
            "DATE": "TIMESTAMP_S",
            "TIMESTAMP(6)": "TIMESTAMP",
            "TIMESTAMP(6) WITH TIME ZONE": "TIMESTAMPTZ",
        }[self.name]

    def _number(self) -> str:
        if self.precision is None and self.scale is None:
            return "DOUBLE"
        if not self.scale:
            return "BIGINT" if self.precision is None or self.precision <= 19 else f"DECIMAL({self.precision},0)"
        return f"DECIMAL({self.precision},{self.scale})"

    def check(self, column: str) -> str | None:
        """Return a DuckDB CHECK for limits that its type lacks."""
        if self.name == "VARCHAR2":
            bytes_fit = f"strlen({column}) <= {MAX_VARCHAR2}"
            return (
                f"{bytes_fit} AND length({column}) <= {self.length}"
                if self.in_chars
                else (f"strlen({column}) <= {self.length}")
            )
        if self.name == "NUMBER" and self.precision is not None and not self.scale and self.precision < 19:
            return f"abs({column}) < 1{'0' * self.precision}"
        return None

    def described(self) -> tuple[oracledb.DbType, int | None, int | None]:
        """Return driver type, precision and scale in `Cursor.description`."""
        kind = {
            "NUMBER": oracledb.DB_TYPE_NUMBER,
            "VARCHAR2": oracledb.DB_TYPE_VARCHAR,
            "CHAR": oracledb.DB_TYPE_CHAR,
            "CLOB": oracledb.DB_TYPE_CLOB,
            "BLOB": oracledb.DB_TYPE_BLOB,
            "RAW": oracledb.DB_TYPE_RAW,
            "BINARY_DOUBLE": oracledb.DB_TYPE_BINARY_DOUBLE,
            "DATE": oracledb.DB_TYPE_DATE,
            "TIMESTAMP(6)": oracledb.DB_TYPE_TIMESTAMP,
            "TIMESTAMP(6) WITH TIME ZONE": oracledb.DB_TYPE_TIMESTAMP_TZ,
        }[self.name]
        if self.name != "NUMBER":
            return kind, None, None
        return kind, self.precision or 0, -127 if self.scale is None and self.precision is None else self.scale or 0


def varchar2(length: int = MAX_VARCHAR2, *, in_chars: bool = False) -> OracleType:
    return OracleType("VARCHAR2", length=length, in_chars=in_chars)


def number(precision: int | None = None, scale: int | None = None) -> OracleType:
    return OracleType("NUMBER", precision=precision, scale=scale)


TIMESTAMP = OracleType("TIMESTAMP(6)")
TIMESTAMP_TZ = OracleType("TIMESTAMP(6) WITH TIME ZONE")
DATE = OracleType("DATE")
CLOB = OracleType("CLOB")
BLOB = OracleType("BLOB")


def written(kind: exp.DataType) -> OracleType:
    """Parse a type in a statement. Raises ORA-00906 for VARCHAR2 without length, ORA-00902 for an unknown type."""
    sizes = [int(param.this.name) for param in kind.expressions if param.this.name.isdigit()]
    in_chars = any(
        param.args.get("expression") is not None and param.args["expression"].name.upper() == "CHAR"
        for param in kind.expressions
    )
    name = kind.this.name
    if name == "USERDEFINED" and str(kind.args.get("kind")).upper() == "RAW":
        if not sizes:
            raise ora(906, "missing left parenthesis")
        return OracleType("RAW", length=sizes[0])
    if name in {"VARCHAR", "NVARCHAR"}:
        if not sizes:
            raise ora(906, "missing left parenthesis")
        return varchar2(sizes[0], in_chars=in_chars)
    if name == "DECIMAL":
        return number(*sizes) if sizes else number()
    simple = {
        "INT": number(scale=0),
        "SMALLINT": number(scale=0),
        "DOUBLE": OracleType("BINARY_DOUBLE"),
        "FLOAT": number(),
        "DATE": DATE,
        "TIMESTAMP": TIMESTAMP,
        "TIMESTAMPTZ": TIMESTAMP_TZ,
        "TEXT": CLOB,
        "VARBINARY": BLOB,
        "BLOB": BLOB,
        "CHAR": OracleType("CHAR", length=sizes[0] if sizes else 1),
        "BINARY": OracleType("RAW", length=sizes[0] if sizes else 2000),
    }
    if name not in simple:
        raise ora(902, f"invalid datatype {name}")
    return simple[name]


def computed(duckdb_type: str) -> OracleType:
    """Return the type Oracle gives a query column, from DuckDB's result type."""
    decimal = _DUCK_DECIMAL.fullmatch(duckdb_type)
    if decimal:
        return number(int(decimal[1]), int(decimal[2]))
    known = {
        "VARCHAR": varchar2(),
        "BLOB": BLOB,
        "DOUBLE": number(),
        "FLOAT": number(),
        "TIMESTAMP_S": DATE,
        "DATE": DATE,
        "TIMESTAMP": TIMESTAMP,
        "TIMESTAMP_NS": TIMESTAMP,
        "TIMESTAMP WITH TIME ZONE": TIMESTAMP_TZ,
        "BIGINT": number(19, 0),
        "HUGEINT": number(38, 0),
        "INTEGER": number(10, 0),
        "SMALLINT": number(5, 0),
        "TINYINT": number(3, 0),
        "UBIGINT": number(20, 0),
        "NULL": varchar2(1),
        '"NULL"': varchar2(1),
    }
    if duckdb_type not in known:
        raise DoubleGap(f"a column of DuckDB type {duckdb_type} has no Oracle type here")
    return known[duckdb_type]
