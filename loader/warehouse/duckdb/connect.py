"""Connects to the DuckDB file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import duckdb

from loader.settings import TargetSettings
from loader.warehouse.base import Params, Row, Say
from loader.warehouse.duckdb.damage import check_log, check_size, read_everything
from loader.warehouse.duckdb.errors import connect_error, is_locked, make_directory, statement_error, waiting
from loader.warehouse.schema import RUN_TABLES, TableSpec, column_type, create_statement, naive
from loader.warehouse.versions import check_versions, record_versions

if TYPE_CHECKING:
    import pyarrow as pa

_PAUSE_S: Final = 0.2
_BATCH_ROWS: Final = 10_000
_KEEPS_TABLES: Final = frozenset({"select", "with", "insert", "update", "delete", "merge", "set"})
"""First words of statements that create, change and drop no tables."""


class DuckDbWarehouse:
    """A connection to the DuckDB file, which is created if it doesn't exist.

    Raises:
        TargetError: the constructor raises ``WMS_TGT_001`` to ``WMS_TGT_004``. Statements raise ``WMS_TGT_004`` (disk)
            and ``WMS_TGT_005`` (rejected). Both raise ``WMS_TGT_007`` (damaged file).
    """

    def __init__(
        self,
        settings: TargetSettings,
        *,
        read_only: bool = False,
        shared: DuckDbWarehouse | None = None,
        say: Say | None = None,
    ) -> None:
        """Open the file, or join a connection that has it open: joining takes 0.2 ms instead of 30 ms.

        Waits `duckdb_wait_seconds` for another process that has it open; `say` gets a message about it.
        """
        self._settings = settings
        self._path = settings.duckdb_path
        self._cached_columns: dict[tuple[str, str], set[object]] | None = None
        self._is_in_transaction = False
        self._shared = shared
        self._has_run_tables = False
        if shared is not None:
            self._connection = shared.connection.cursor()
            self._connection.execute("set TimeZone = 'UTC'")
        else:
            if not read_only:
                make_directory(self._path.absolute().parent)
            self._connection = _connect(settings, read_only=read_only, say=say)
        # names need three parts: in a file wms.duckdb, wms.orders could mean the catalog or the schema wms
        name = str(self.fetch("select current_database()")[0][0]).replace('"', '""')
        self._catalog = f'"{name}"'

    @property
    def description(self) -> str:
        """Such as ``DuckDB target/warehouse.duckdb``."""
        return f"DuckDB {self._path}"

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The driver's connection. dlt loads through it, because only one connection can write to the file."""
        return self._connection

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection. The last connection of this process closes the file."""
        self._connection.close()

    def raw(self, table: str) -> str:
        """``order_hdr`` -> ``"wms".wms_raw.order_hdr``."""
        return f"{self._catalog}.{self._settings.raw_schema}.{table}"

    def model(self, name: str) -> str:
        """``orders`` -> ``"wms".wms.orders``."""
        return f"{self._catalog}.{self._settings.schema_name}.{name}"

    def exists(self, table: str) -> bool:
        """Whether a table or view of the qualified name exists."""
        return bool(self.columns(table))

    def columns(self, table: str) -> set[object]:
        """Return its column names in lower case; empty if no such table or view exists."""
        _, schema, name = table.rsplit(".", 2)
        return self._columns_by_table().get((schema, name.lower()), set())

    def execute(self, sql: str, params: Params = ()) -> None:
        """Run one statement."""
        if sql.split(None, 1)[0].lower() not in _KEEPS_TABLES:
            self._cached_columns = None
        self._run(sql, params)

    def update(self, sql: str, params: Params = ()) -> int:
        """Run one UPDATE or DELETE and return the number of rows that it changed."""
        [(changed,)] = self._run(sql, params).fetchall()
        return int(changed)

    def execute_all(self, changes: Sequence[tuple[str, Params]]) -> None:
        """Run changes of rows in one transaction, that of the block around it if there is one."""
        with nullcontext() if self._is_in_transaction else self.transaction():
            for sql, params in changes:
                self.execute(sql, params)

    def fetch(self, sql: str, params: Params = ()) -> list[Row]:
        """Run one query and return all rows."""
        return [tuple(row) for row in self._run(sql, params).fetchall()]

    @contextmanager
    def batches(self, sql: str) -> Iterator[pa.RecordBatchReader]:
        """Run one query and yield its rows in batches."""
        try:
            yield self._connection.sql(sql).to_arrow_reader(_BATCH_ROWS)
        except duckdb.Error as error:
            raise statement_error(error, self._path) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end of the block; roll back if it raises."""
        self._run("begin transaction")
        self._is_in_transaction = True
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        finally:
            self._is_in_transaction = False
        self._run("commit")

    def check_damage(self, *, thorough: bool = False) -> str:
        """Check the file for damage; see `Warehouse.check_damage`. Other connections must not write to it."""
        try:
            check_size(self._connection, self._path)
            if not thorough:
                return "the file has its full length"
            tables = read_everything(self._connection, self._path)
        except duckdb.Error as error:
            raise statement_error(error, self._path) from error
        return f"every block of {tables} tables was read"

    def ensure_run_tables(self) -> None:
        """Create missing run tables and columns; see `loader.warehouse.versions`."""
        if self._shared is not None and self._shared._has_run_tables:
            return
        self._run(f"create schema if not exists {self._catalog}.{self._settings.raw_schema}")
        recorded = check_versions(self)
        present = self._columns_by_table()
        for spec in RUN_TABLES:
            self._ensure(spec, present.get((self._settings.raw_schema, spec.name), set()))
        record_versions(self, recorded)
        if self._shared is not None:
            # while the file is open, only this process can change them
            self._shared._has_run_tables = True

    def insert(self, spec: TableSpec, rows: Iterable[Mapping[str, object]]) -> None:
        """Insert rows given as column -> value."""
        values = spec.values(rows)
        if not values:
            return
        marks = ", ".join("?" for _ in spec.columns)
        sql = f"insert into {self.raw(spec.name)} ({', '.join(spec.column_names)}) values ({marks})"  # noqa: S608
        with nullcontext() if self._is_in_transaction else self.transaction():
            try:
                self._connection.executemany(sql, values)
            except duckdb.Error as error:
                raise statement_error(error, self._path) from error

    def _columns_by_table(self) -> dict[tuple[str, str], set[object]]:
        """Columns by schema and table, read once until a statement changes something: each read takes 3 ms."""
        if self._cached_columns is None:
            sql = """
                select schema_name, lower(table_name), list(lower(column_name)) from duckdb_columns()
                where database_name = current_database() and not internal group by all
            """
            self._cached_columns = {
                (str(schema), str(table)): set(names) for schema, table, names in self._run(sql).fetchall()
            }
        return self._cached_columns

    def _ensure(self, spec: TableSpec, present: set[object]) -> None:
        table = self.raw(spec.name)
        if not present:
            self.execute(create_statement(table, spec, "duckdb"))
            return
        for column in spec.columns:
            if column.name not in present:
                self.execute(f"alter table {table} add column {column.name} {column_type(column, 'duckdb')}")

    def _run(self, sql: str, params: Params = ()) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql, [naive(value) for value in params])
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        except duckdb.Error as error:
            raise statement_error(error, self._path) from error
        except RuntimeError as error:
            # DuckDB's exception for Ctrl-C during a statement
            if "interrupted" in str(error).lower():
                raise KeyboardInterrupt from error
            raise


def _connect(settings: TargetSettings, *, read_only: bool, say: Say | None) -> duckdb.DuckDBPyConnection:
    path, limit = settings.duckdb_path, time.monotonic() + settings.duckdb_wait_seconds
    check_log(path)
    is_waiting = False
    while True:
        try:
            return _opened(path, settings.duckdb_memory_limit, read_only)
        except duckdb.Error as error:
            if not is_locked(error) or time.monotonic() >= limit:
                raise connect_error(error, path, settings.duckdb_wait_seconds) from error
            if say and not is_waiting:
                say(waiting(error, path, settings.duckdb_wait_seconds))
            is_waiting = True
            time.sleep(_PAUSE_S)


def _opened(path: Path, memory_limit: str, read_only: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), read_only=read_only)
    # not in the config argument: all connections of a process must have the same config (dbt has its own), and
    # the time zone extension is loaded after the file is open
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"set memory_limit = '{memory_limit}'")
    # as in profiles.yml.example: in 2.0.0, a left join with swapped sides can fail above another left join
    connection.execute("set disabled_optimizers = 'build_side_probe_side'")
    return connection
