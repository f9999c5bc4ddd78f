"""Connects to Oracle Database 19c or later, outside dlt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import oracledb

from loader.settings import TargetSettings
from loader.warehouse.base import Params, Row
from loader.warehouse.oracle.errors import oracle_codes, target_error
from loader.warehouse.oracle.known_columns import KnownColumns
from loader.warehouse.oracle.pool import committing, connect, describe, living_session
from loader.warehouse.oracle.raw_names import raw_table
from loader.warehouse.schema import RUN_TABLES, ColumnType, TableSpec, column_type, create_statement, naive
from loader.warehouse.versions import check_versions, record_versions

if TYPE_CHECKING:
    import pyarrow as pa

_NAME_ALREADY_USED: Final = "ORA-00955"
_COLUMN_EXISTS: Final = "ORA-01430"
_MARK: Final = re.compile(r"'[^']*'|\?")
_BIND_TYPES: Final = {datetime: oracledb.DB_TYPE_TIMESTAMP, bytes: oracledb.DB_TYPE_BLOB}
_DEFINITION: Final = re.compile(r"\s*(?:create|alter|drop|rename)\b", re.IGNORECASE)


class OracleWarehouse:
    """A session of the user that owns all tables. Statements outside `transaction` commit automatically.

    Args:
        pool: gives the session and gets it back; without it, the session is opened and ended here.
        known: columns that other sessions of the run have read.

    Raises:
        TargetError: the constructor raises ``WMS_TGT_101`` to ``WMS_TGT_105`` and ``WMS_TGT_110``. Statements raise
            ``WMS_TGT_105`` to ``WMS_TGT_109``.
    """

    def __init__(
        self,
        settings: TargetSettings,
        pool: oracledb.ConnectionPool | None = None,
        known: KnownColumns | None = None,
    ) -> None:
        self._settings = settings
        self._known = known or KnownColumns()
        self._connection = living_session(pool, settings) if pool else connect(settings, "run")
        self._connection.autocommit = True

    @property
    def description(self) -> str:
        """Such as ``Oracle wms_elt@db.example.com:1521/ORCLPDB1``."""
        return describe(self._settings)

    @property
    def connection(self) -> oracledb.Connection:
        """The driver's connection."""
        return self._connection

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session and roll back an open transaction."""
        # closing a dead session fails, but it is closed
        try:
            self._connection.autocommit = False
            self._connection.close()
        except oracledb.Error:
            return

    def raw(self, table: str) -> str:
        """``order_hdr`` -> ``wms_elt.order_hdr``, ``user`` -> ``wms_elt.raw_user``: on Oracle a schema is a user."""
        return f"{self._settings.oracle_user}.{raw_table(table)}"

    def model(self, name: str) -> str:
        """``orders`` -> ``wms_elt.orders``: models are in the schema of the raw tables, the login user's schema."""
        return f"{self._settings.oracle_user}.{name}"

    def exists(self, table: str) -> bool:
        """Whether a table or view of the qualified name exists."""
        return bool(self.columns(table))

    def columns(self, table: str) -> Set[object]:
        """Return its column names in lower case; empty if the user has no such table or view."""
        with self._cursor() as cursor:
            return self._known.of(table.partition(".")[2], cursor)

    def execute(self, sql: str, params: Params = ()) -> None:
        """Run one statement. ``?`` marks a parameter."""
        with self._cursor() as cursor:
            _size(cursor, params)
            cursor.execute(_numbered(sql), [naive(value) for value in params])
        if _DEFINITION.match(sql):
            self._known.forget()

    def update(self, sql: str, params: Params = ()) -> int:
        """Run one UPDATE or DELETE and return the number of rows that it changed."""
        with self._cursor() as cursor:
            _size(cursor, params)
            cursor.execute(_numbered(sql), [naive(value) for value in params])
            return int(cursor.rowcount)

    def execute_all(self, changes: Sequence[tuple[str, Params]]) -> None:
        """Run changes of rows as one block, and commit with it, in one round trip."""
        texts = "".join(f"{sql.strip()};\n" for sql, _ in changes)
        is_open = not self._connection.autocommit
        with committing(self._connection) if is_open else nullcontext():
            self.execute(f"begin\n{texts}end;", [value for _, params in changes for value in params])

    def fetch(self, sql: str, params: Params = ()) -> list[Row]:
        """Run one query and return all rows. ``?`` marks a parameter."""
        with self._cursor() as cursor:
            _size(cursor, params)
            cursor.execute(_numbered(sql), [naive(value) for value in params], fetch_lobs=False)
            return [tuple(row) for row in cursor.fetchall()]

    @contextmanager
    def batches(self, sql: str) -> Iterator[pa.RecordBatchReader]:
        """Run one query and yield its rows in batches."""
        # no light import
        from loader.warehouse.oracle.arrow import record_batches

        with self._cursor() as cursor:
            cursor.execute(sql, fetch_lobs=False, fetch_decimals=True)
            yield record_batches(cursor)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end of the block; roll back if it raises."""
        self._connection.autocommit = False
        try:
            yield
            if self._connection.transaction_in_progress:
                self._connection.commit()
        except oracledb.Error as error:
            raise target_error(error, self.description) from error
        finally:
            self._end_transaction()

    def check_damage(self, *, thorough: bool = False) -> str:
        """Check nothing, because Oracle checks its own blocks."""
        return "Oracle checks its own blocks"

    def ensure_run_tables(self) -> None:
        """Create missing run tables and columns, once per run; see `loader.warehouse.versions`."""
        if self._known.has_run_tables:
            return
        recorded = check_versions(self)
        for spec in RUN_TABLES:
            self._ensure(spec)
        record_versions(self, recorded)
        self._known.has_run_tables = True

    def insert(self, spec: TableSpec, rows: Iterable[Mapping[str, object]]) -> None:
        """Insert rows given as column -> value."""
        values = spec.values(rows)
        if not values:
            return
        marks = ", ".join(f":{name}" for name in spec.column_names)
        sql = f"insert into {self.raw(spec.name)} ({', '.join(spec.column_names)}) values ({marks})"  # noqa: S608
        with self._cursor() as cursor:
            # without sizes, a column that starts with None is bound as text, and a datetime as DATE
            cursor.setinputsizes(*(_bind_type(column.type) for column in spec.columns))
            try:
                cursor.executemany(sql, values)
            except oracledb.Error:
                # outside `transaction`, the rows before the refused one are not committed, but would be later
                if self._connection.autocommit:
                    with suppress(oracledb.Error):
                        self._connection.rollback()
                raise

    def _ensure(self, spec: TableSpec) -> None:
        table = self.raw(spec.name)
        present = self.columns(table)
        if not present and self._execute_ddl(create_statement(table, spec, "oracle"), _NAME_ALREADY_USED):
            return
        # a concurrent run may have created the table or added the column
        present = present or self.columns(table)
        for column in spec.columns:
            if column.name not in present:
                self._execute_ddl(
                    f"alter table {table} add {column.name} {column_type(column, 'oracle')}", _COLUMN_EXISTS
                )

    def _execute_ddl(self, sql: str, done: str) -> bool:
        """Run DDL. Return False if it fails with `done`, the ORA code for an object that exists already."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql)
        except oracledb.Error as error:
            if done in oracle_codes(error):
                return False
            raise target_error(error, self.description) from error
        finally:
            self._known.forget()
        return True

    def _end_transaction(self) -> None:
        try:
            if self._connection.transaction_in_progress:
                self._connection.rollback()
            self._connection.autocommit = True
        except oracledb.Error:
            # the session was lost, which rolls its transaction back
            return

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        try:
            with self._connection.cursor() as cursor:
                yield cursor
        except oracledb.Error as error:
            raise target_error(error, self.description) from error


def _numbered(sql: str) -> str:
    """Replace ``?`` outside text literals with ``:p1``, ``:p2``."""
    count = iter(range(1, sql.count("?") + 1))
    return _MARK.sub(lambda mark: f":p{next(count)}" if mark[0] == "?" else mark[0], sql)


def _size(cursor: Any, params: Params) -> None:
    """Set bind types: by default, the driver binds datetimes as DATE, without fractions, and bytes as short ones."""
    sizes = [_BIND_TYPES.get(type(value)) for value in params]
    if any(sizes):
        cursor.setinputsizes(*sizes)


def _bind_type(of_type: ColumnType) -> Any:
    return {
        "name": oracledb.DB_TYPE_VARCHAR,
        "text": oracledb.DB_TYPE_VARCHAR,
        "bigint": oracledb.DB_TYPE_NUMBER,
        "double": oracledb.DB_TYPE_BINARY_DOUBLE,
        "timestamp": oracledb.DB_TYPE_TIMESTAMP,
        "bytes": oracledb.DB_TYPE_BLOB,
    }[of_type]
