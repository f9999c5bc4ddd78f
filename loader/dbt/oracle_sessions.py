"""Gives dbt pooled Oracle sessions, prepared like those of the loader, as dbt-oracle has no option for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from loader.settings import TargetSettings

_MOST_SESSIONS: Final = 64
"""More than dbt has threads; a session is opened only if all others are in use."""


@contextmanager
def prepared_sessions(settings: TargetSettings) -> Iterator[None]:
    """Lets dbt's nodes share sessions in the block; each has the loader's call timeout and session parameters.

    dbt-oracle logs on for each node, and sends COMMIT and ROLLBACK without a transaction. Enter the block after dbt's
    environment is set: dbt-oracle reads the environment on import.
    """
    if settings.kind != "oracle":
        yield
        return
    from dbt.adapters.oracle import connections

    module: Any = connections
    manager: Any = connections.OracleAdapterConnectionManager
    driver = module.oracledb
    stock = {name: getattr(manager, name) for name in ("add_commit_query", "_rollback_handle")}
    pool = _PooledDriver(driver, settings.oracle_call_timeout)

    def add_commit_query(self: Any) -> Any:
        handle = self.get_thread_connection().handle
        return stock["add_commit_query"](self) if pool.is_in_transaction(handle) else (None, None)

    def rollback_handle(_: type[Any], connection: Any) -> None:
        if pool.is_in_transaction(connection.handle):
            stock["_rollback_handle"](connection)

    module.oracledb = pool
    manager.add_commit_query = add_commit_query
    manager._rollback_handle = classmethod(rollback_handle)
    try:
        yield
    finally:
        module.oracledb = driver
        # both are inherited
        del manager.add_commit_query, manager._rollback_handle
        pool.close()


class _PooledDriver:
    """The driver's module as dbt-oracle sees it: `connect` takes a session of a pool.

    Args:
        driver: the module itself.
        call_timeout_s: limit of each round trip.
    """

    def __init__(self, driver: Any, call_timeout_s: float) -> None:
        self._driver = driver
        self._call_timeout_s = call_timeout_s
        self._lock = threading.Lock()
        self._pool: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def connect(self, **arguments: Any) -> Any:
        """Return a session with the arguments of the first call; closing it returns it to the pool.

        Raises:
            oracledb.DatabaseError: no session can be opened or prepared.
        """
        try:
            return self._opened(arguments).acquire()
        except self._driver.Error as error:
            # dbt-oracle handles only this class
            raise self._driver.DatabaseError(*error.args) from error

    def is_in_transaction(self, session: Any) -> bool:
        """Whether a transaction is open; True if the session is lost, so that the caller gets its error."""
        try:
            return bool(session.transaction_in_progress)
        except self._driver.Error:
            return True

    def close(self) -> None:
        """End all sessions."""
        if self._pool is not None:
            self._pool.close(force=True)

    def _opened(self, arguments: Mapping[str, Any]) -> Any:
        with self._lock:
            if self._pool is None:
                self._pool = self._driver.create_pool(
                    **arguments,
                    min=0,
                    max=_MOST_SESSIONS,
                    increment=1,
                    session_callback=self._prepare,
                    # a wallet or the operating system identifies the user
                    **({} if arguments.get("user") else {"homogeneous": False}),
                )
            return self._pool

    def _prepare(self, connection: Any, _tag: object) -> None:
        from loader.warehouse.oracle.pool import fix_session

        fix_session(connection, self._call_timeout_s)
