"""The driver's cursor: binds in, rows out."""

from __future__ import annotations

import datetime as dt
import decimal
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import oracledb
import pyarrow as pa

from tests.support.oracle_double.errors import ora
from tests.support.oracle_double.execute import run
from tests.support.oracle_double.frames import bound
from tests.support.oracle_double.names import shown
from tests.support.oracle_double.prepare import bind_names, by_position
from tests.support.oracle_double.session import Result
from tests.support.oracle_double.types import OracleType, computed

if TYPE_CHECKING:
    from tests.support.oracle_double.driver import Connection

_DB_VERSION = re.compile(r"dbms_utility\.db_version", re.IGNORECASE)
_DATES = {oracledb.DB_TYPE_DATE, oracledb.DATETIME}


@dataclass
class Var:
    """Result of `Cursor.var`: an OUT bind, or how to fetch a column."""

    kind: Any
    outconverter: Callable[[Any], Any] | None = None
    value: Any = None

    def getvalue(self) -> Any:
        return self.value

    def fetched(self, value: Any) -> Any:
        if value is None:
            return None
        if self.kind in {oracledb.STRING, oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_NVARCHAR, str}:
            value = str(value)
        elif self.kind is decimal.Decimal:
            value = decimal.Decimal(str(value))
        elif self.kind in {oracledb.NATIVE_FLOAT, float}:
            value = float(value)
        return self.outconverter(value) if self.outconverter else value


@dataclass
class Lob:
    """Value of a fetched LOB column unless its content is requested."""

    value: Any

    def read(self) -> Any:
        return self.value


@dataclass
class Cursor:
    connection: Connection
    arraysize: int = 100
    outputtypehandler: Any = None
    description: list[tuple[Any, ...]] | None = None
    rowcount: int = 0
    result: Result = field(default_factory=Result)
    _rows: Iterator[tuple[Any, ...]] = field(default_factory=lambda: iter(()))
    _sizes: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._rows = iter(())

    def setinputsizes(self, *args: Any, **kwargs: Any) -> None:
        self._sizes = (args, {name.lower(): kind for name, kind in kwargs.items()})

    def var(self, typ: Any, size: int = 0, arraysize: int = 1, outconverter: Any = None, **_: Any) -> Var:
        return Var(typ, outconverter, "1.2.3" if typ is str else None)

    def execute(
        self,
        statement: str,
        parameters: Any = None,
        *,
        fetch_lobs: bool | None = None,
        fetch_decimals: bool = False,
        **keywords: Any,
    ) -> Self:
        session = self.connection.session
        given = keywords or parameters or {}
        if _DB_VERSION.search(statement):
            return self._db_version(statement, given)
        text = statement if isinstance(given, Mapping) else by_position(statement)
        binds = self._binds(text, given)
        self._send(statement, lambda: run(session, text, [binds]))
        self._after(fetch_lobs, fetch_decimals=fetch_decimals)
        return self

    def _db_version(self, statement: str, given: Any) -> Self:
        """DBMS_UTILITY.DB_VERSION (PL/SQL Packages and Types Reference): any user may call it for COMPATIBLE."""
        session = self.connection.session
        session.round_trip(statement, Result)
        given["version"].value = session.server.version
        given["compatibility"].value = session.server.instance.compatible or f"{session.server.release}.0.0"
        return self

    def executemany(self, statement: str, parameters: Any, *, batch_size: int = 2**32 - 1, **_: Any) -> None:
        session = self.connection.session
        if hasattr(parameters, "__arrow_c_stream__"):
            rows = bound(parameters, session.server.release)
            for start in range(0, max(rows.num_rows, 1), batch_size):
                batch = rows.slice(start, batch_size)
                self._send(statement, lambda batch=batch: run(session, statement, arrow=batch))
        else:
            text = by_position(statement) if parameters and not isinstance(parameters[0], Mapping) else statement
            binds = [self._binds(text, row) for row in parameters]
            self._send(statement, lambda: run(session, text, binds))
        self._after(None)

    def _send(self, statement: str, work: Callable[[], Result]) -> None:
        """Execute, and commit in the same round trip with autocommit."""
        session = self.connection.session

        def committed() -> Result:
            result = work()
            if self.connection.autocommit and result.rows is None:
                session.commit()
            return result

        self.result = session.round_trip(statement, committed)

    def _after(self, fetch_lobs: bool | None, *, fetch_decimals: bool = False) -> None:
        self.rowcount = self.result.count
        self._sizes = ((), {})
        rows = self.result.rows
        self.description = None
        if rows is not None:
            types = [self.result.types.get(name) or computed(_duckdb_name(kind)) for name, kind in _fields(rows)]
            names = [shown(name) for name in rows.schema.names]
            self.description = [(name, *_described(kind), True) for name, kind in zip(names, types, strict=True)]
            columns = [
                _decimal
                if fetch_decimals and self.description[position][1] is oracledb.DB_TYPE_NUMBER
                else self._fetcher(position, kind, fetch_lobs)
                for position, kind in enumerate(types)
            ]
            self._rows = _python_rows(rows, columns)

    def _fetcher(self, position: int, kind: OracleType, fetch_lobs: bool | None) -> Callable[[Any], Any]:
        assert self.description is not None
        name, db_type, _, size, precision, scale, _ = self.description[position]
        handler = self.outputtypehandler or self.connection.outputtypehandler
        if handler is not None and len(inspect.signature(handler).parameters) == 6:
            var = handler(self, name, db_type, size, precision, scale)
            if var is not None:
                return lambda value: var.fetched(_plain(value, kind))
        if kind.is_lob and fetch_lobs is not False:
            return lambda value: None if value is None else Lob(value)
        return lambda value: _plain(value, kind)

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        return [row for row, _ in zip(self._rows, range(size or self.arraysize), strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def _binds(self, statement: str, given: Mapping[str, Any] | Sequence[Any]) -> dict[str, Any]:
        """Return binds by name. A sequence binds by position: each occurrence counts."""
        if isinstance(given, Mapping):
            binds = {name.lower(): value for name, value in given.items()}
            missing = {name.lower() for name in bind_names(statement)} - set(binds)
        else:
            names = [name.lower() for name in bind_names(statement)]
            if len(names) != len(given):
                raise ora(1008, "not all variables bound")
            binds, missing = dict(zip(names, given, strict=True)), set()
        if missing:
            raise ora(1008, f"not all variables bound: {', '.join(sorted(missing))}")
        args, named = self._sizes
        sizes = dict(zip(binds, args, strict=False)) | named
        return {name: self._sent(value, sizes.get(name)) for name, value in binds.items()}

    def _sent(self, value: Any, size: Any) -> Any:
        if isinstance(value, Var):
            return None
        if isinstance(value, bool) and self.connection.session.server.release < 23:
            raise ora(3115, "unsupported network datatype or representation (BOOLEAN)")
        if isinstance(value, dt.datetime):
            # without a size, or as DATE, fractional seconds are lost; a time zone never arrives
            naive = value.replace(tzinfo=None)
            return naive if size is not None and size not in _DATES else naive.replace(microsecond=0)
        return None if value == "" else value


def _fields(rows: pa.Table) -> list[tuple[str, pa.DataType]]:
    return [(column.name, column.type) for column in rows.schema]


def _described(kind: OracleType) -> tuple[Any, Any, Any, Any, Any]:
    db_type, precision, scale = kind.described()
    return db_type, None, kind.length, precision, scale


def _duckdb_name(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP WITH TIME ZONE" if kind.tz else "TIMESTAMP_S" if kind.unit == "s" else "TIMESTAMP"
    return {
        "string": "VARCHAR",
        "int64": "BIGINT",
        "int32": "INTEGER",
        "int16": "SMALLINT",
        "int8": "TINYINT",
        "double": "DOUBLE",
        "float": "FLOAT",
        "binary": "BLOB",
        "date32[day]": "DATE",
        "null": "NULL",
    }[str(kind)]


def _python_rows(rows: pa.Table, fetchers: Sequence[Callable[[Any], Any]]) -> Iterator[tuple[Any, ...]]:
    columns = [
        [fetch(value) for value in column.to_pylist()]
        for column, fetch in zip(rows.itercolumns(), fetchers, strict=True)
    ]
    return iter(list(zip(*columns, strict=True)) if columns else [])


def _plain(value: Any, kind: OracleType) -> Any:
    """Return NUMBER as int without fraction, else as float, and DATE as datetime."""
    if isinstance(value, (decimal.Decimal, float)) and kind.name == "NUMBER":
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return value


def _decimal(value: Any) -> Decimal | None:
    """A NUMBER as the driver fetches it with `fetch_decimals`."""
    return None if value is None else Decimal(str(value))
