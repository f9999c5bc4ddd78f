"""The driver's interfaces: pool, connection and their parts."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from tests.support.oracle_double.cursor import Cursor
from tests.support.oracle_double.errors import not_connected
from tests.support.oracle_double.frames import frame
from tests.support.oracle_double.server import Server
from tests.support.oracle_double.session import Result, Session


class Connection:
    """A session with the interface of `oracledb.Connection`."""

    def __init__(self, session: Session, arguments: Mapping[str, Any], pool: Pool | None = None) -> None:
        self.session = session
        self.arguments = dict(arguments)
        session.arguments = self.arguments
        self.autocommit = False
        self.outputtypehandler: Any = None
        # a pooled session keeps it (python-oracledb issue 558)
        self.call_timeout = session.info.get("call_timeout", 0)
        self.thin = True
        self.max_identifier_length = 128
        self._pool = pool
        self._closed = False

    def __setattr__(self, name: str, value: Any) -> None:
        if name in {"module", "action", "client_identifier", "clientinfo", "call_timeout"}:
            self.session.info[name] = value
        super().__setattr__(name, value)

    @property
    def version(self) -> str:
        return self.session.server.version

    @property
    def transaction_in_progress(self) -> bool:
        """As the server's last response says; needs no round trip."""
        self._check()
        return self.session.transaction.is_open

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def cursor(self) -> Cursor:
        self._check()
        return Cursor(self)

    def commit(self) -> None:
        self._check()
        self.session.round_trip("COMMIT", self.session.commit)

    def rollback(self) -> None:
        self._check()
        self.session.round_trip("ROLLBACK", self.session.rollback)

    def ping(self) -> None:
        self._check()

    def close(self) -> None:
        """Roll back a pooled session and return it to its pool. End any other session."""
        if self._closed:
            raise not_connected()
        self._closed = True
        if self._pool is not None:
            self._pool.take_back(self)
        else:
            self.session.end()

    def fetch_df_all(
        self,
        statement: str,
        parameters: Any = None,
        arraysize: int | None = None,
        *,
        fetch_decimals: bool | None = None,
        requested_schema: pa.Schema | None = None,
    ) -> Any:
        """Return all rows as a real `oracledb.DataFrame`."""
        with self.cursor() as cursor:
            cursor.execute(statement, parameters)
            return frame(cursor.result, requested_schema)

    def direct_path_load(
        self,
        schema_name: str,
        table_name: str,
        column_names: list[str],
        data: Any,
        *,
        batch_size: int = 2**32 - 1,
    ) -> None:
        """Load and commit, all or nothing."""
        self._check()
        from tests.support.oracle_double.direct_path import load

        def work() -> Result:
            return load(self.session, schema_name, table_name, column_names, data)

        self.session.round_trip(f"DIRECT PATH LOAD {schema_name}.{table_name} ({', '.join(column_names)})", work)

    def _check(self) -> None:
        if self._closed or not self.session.alive:
            raise not_connected()


class Pool:
    """A pool with the interface of `oracledb.ConnectionPool`. Its callback prepares each session once."""

    def __init__(self, server: Server, arguments: Mapping[str, Any]) -> None:
        self.server = server
        self.arguments = dict(arguments)
        self._free: list[Session] = []
        self.closed = False

    def acquire(self) -> Connection:
        with self.server.lock:
            self._free = [session for session in self._free if session.alive]
            if self._free:
                return Connection(self._free.pop(), self.arguments, self)
            connection = Connection(
                self.server.logon(self.arguments["user"], self.arguments["password"]), self.arguments, self
            )
        callback = self.arguments.get("session_callback")
        if callback is not None:
            callback(connection, None)
        return connection

    def take_back(self, connection: Connection) -> None:
        session = connection.session
        # other sessions may define tables meanwhile
        with self.server.lock:
            if session.alive:
                session.rollback()
                self._free.append(session)

    def close(self, force: bool = False) -> None:
        self.closed = True
        for session in self._free:
            session.end()
