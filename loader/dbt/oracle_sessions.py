"""Prepares dbt's Oracle sessions like those of the loader, as dbt-oracle has no option for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from loader.settings import TargetSettings


@contextmanager
def prepared_sessions(settings: TargetSettings) -> Iterator[None]:
    """Gives each session that dbt opens in the block the loader's call timeout and session parameters.

    Enter it after dbt's environment is set: dbt-oracle reads the environment on import.
    """
    if settings.kind != "oracle":
        yield
        return
    import oracledb
    from dbt.adapters.exceptions.connection import FailedToConnectError
    from dbt.adapters.oracle.connections import OracleAdapterConnectionManager

    from loader.warehouse.oracle.pool import fix_session

    manager: Any = OracleAdapterConnectionManager
    original = manager.__dict__["open"]

    def opened(cls: type[Any], connection: Any) -> Any:
        was_open = connection.state == "open"
        connection = original.__func__(cls, connection)
        if was_open:
            return connection
        try:
            fix_session(connection.handle, settings.oracle_call_timeout)
        except oracledb.Error as error:
            connection.handle = None
            connection.state = "fail"
            raise FailedToConnectError(str(error)) from error
        return connection

    manager.open = classmethod(opened)
    try:
        yield
    finally:
        manager.open = original
