"""Opens Oracle sessions: by host and service, TNS alias, descriptor, wallet or DRCP (docs/explanation/oracle.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import oracledb

from loader.settings import TargetSettings
from loader.warehouse.oracle.errors import target_error, while_connecting

MODULE: Final = "wms-elt"
_CONNECT_TIMEOUT: Final = 20.0
_POOL_WAIT_MS: Final = 60_000
_STATEMENT_CACHE: Final = 50
# the lock's sign of life and the quarantine must not wait until a load gives a session back
_BESIDE_A_LOAD: Final = 2
_POOLED: Final = ":pooled"

SESSION_STATEMENTS: Final = (
    "alter session set time_zone = 'UTC' nls_comp = 'BINARY' nls_sort = 'BINARY' nls_length_semantics = 'BYTE' "
    "nls_numeric_characters = '.,' nls_date_format = 'YYYY-MM-DD HH24:MI:SS' "
    "nls_timestamp_format = 'YYYY-MM-DD HH24:MI:SS.FF6' nls_timestamp_tz_format = 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'",
    # the services _medium and _high of Autonomous Database enable it, and a table changed in parallel can't be read or
    # changed before the commit (ORA-12838)
    "alter session disable parallel dml",
)
"""Binary comparisons, decimal points, UTC, and one format for timestamps."""

_SESSION_BLOCK: Final = "begin\n{}end;".format(
    "".join("    execute immediate '{}';\n".format(text.replace("'", "''")) for text in SESSION_STATEMENTS)
)


def describe(settings: TargetSettings) -> str:
    """Return user and address of the database for messages, without secrets."""
    address = settings.oracle_dsn or f"{settings.oracle_host}:{settings.oracle_port}/{settings.oracle_service}"
    return f"Oracle {settings.oracle_user}@{address}"


def connect_arguments(settings: TargetSettings) -> dict[str, Any]:
    """Return the arguments of `oracledb.connect` and `oracledb.create_pool`. They contain secrets: never print them."""
    wallet = settings.oracle_wallet_dir
    arguments: dict[str, Any] = {
        "user": settings.oracle_user,
        "password": settings.oracle_password.get_secret_value() if settings.oracle_password else None,
        "config_dir": _text(settings.oracle_config_dir or wallet),
        "wallet_location": _text(wallet),
        "wallet_password": _secret(settings),
        "tcp_connect_timeout": _CONNECT_TIMEOUT,
        "stmtcachesize": _STATEMENT_CACHE,
        # visible to the DBA in the listener log and in v$session
        "connection_id_prefix": MODULE,
        "program": MODULE,
    }
    return {name: value for name, value in (arguments | _address(settings)).items() if value is not None}


@contextmanager
def open_pool(settings: TargetSettings, action: str) -> Iterator[oracledb.ConnectionPool]:
    """Open a pool of at most `oracle_pool_max` sessions in UTC, and close it after the block.

    Args:
        action: action in V$SESSION, such as ``load``.

    Raises:
        TargetError: ``WMS_TGT_101`` to ``WMS_TGT_105`` or ``WMS_TGT_110``, no session can be opened.
    """

    def prepare(connection: oracledb.Connection, _tag: object) -> None:
        prepare_session(connection, settings, action)

    pool = None
    try:
        pool = oracledb.create_pool(
            **connect_arguments(settings),
            min=1,
            max=settings.oracle_pool_max + _BESIDE_A_LOAD,
            getmode=oracledb.POOL_GETMODE_TIMEDWAIT,
            wait_timeout=_POOL_WAIT_MS,
            session_callback=prepare,
        )
        # the pool connects in the background, so open a session to check address and password
        pool.acquire().close()
    except (oracledb.Error, OSError) as error:
        if pool is not None:
            pool.close(force=True)
        raise target_error(error, describe(settings), connecting=True) from error
    try:
        yield pool
    finally:
        pool.close(force=True)


def acquire(pool: oracledb.ConnectionPool, action: str = "load") -> oracledb.Connection:
    """Return a session of the pool. An error is marked as raised while connecting. `action` as in `open_pool`."""
    try:
        connection = pool.acquire()
    except oracledb.Error as error:
        while_connecting(error)
        raise
    connection.action = action
    return connection


@contextmanager
def committing(connection: oracledb.Connection) -> Iterator[None]:
    """Commit with each statement of the block, in the same round trip."""
    connection.autocommit = True
    try:
        yield
    finally:
        # a lost session refuses it
        with suppress(oracledb.Error):
            connection.autocommit = False


def living_session(pool: oracledb.ConnectionPool, settings: TargetSettings) -> oracledb.Connection:
    """A session of the pool that answers: one that died between two steps of a run is replaced.

    Raises:
        TargetError: as `open_pool`.
    """
    try:
        connection = acquire(pool, "run")
        try:
            connection.ping()
        except oracledb.Error:
            # the pool does not give a dead one out again
            connection.close()
            connection = acquire(pool, "run")
    except (oracledb.Error, OSError) as error:
        raise target_error(error, describe(settings), connecting=True) from error
    return connection


def connect(settings: TargetSettings, action: str) -> oracledb.Connection:
    """Open one session without a pool. Arguments and errors are those of `open_pool`."""
    try:
        connection = oracledb.connect(**connect_arguments(settings))
        prepare_session(connection, settings, action)
    except (oracledb.Error, OSError) as error:
        raise target_error(error, describe(settings), connecting=True) from error
    return connection


def prepare_session(connection: oracledb.Connection, settings: TargetSettings, action: str) -> None:
    """Set the call timeout, module and action of a session, and the parameters that statements depend on."""
    connection.module = MODULE
    connection.action = action
    fix_session(connection, settings.oracle_call_timeout)


def fix_session(connection: oracledb.Connection, call_timeout_s: float) -> None:
    """Set session parameters, so that they don't depend on the client, the database or a logon trigger."""
    # milliseconds per round trip
    connection.call_timeout = round(call_timeout_s * 1000)
    with connection.cursor() as cursor:
        cursor.execute(_SESSION_BLOCK)


def _address(settings: TargetSettings) -> dict[str, Any]:
    if settings.oracle_dsn is not None:
        return {"dsn": settings.oracle_dsn}
    service = str(settings.oracle_service)
    pooled = service.lower().endswith(_POOLED)
    address: dict[str, Any] = {
        "host": settings.oracle_host,
        "port": settings.oracle_port,
        "protocol": settings.oracle_protocol,
        "service_name": service[: -len(_POOLED)] if pooled else service,
    }
    drcp = {"server_type": "pooled", "cclass": MODULE, "purity": oracledb.PURITY_SELF}
    return address | (drcp if pooled else {})


def _secret(settings: TargetSettings) -> str | None:
    return settings.oracle_wallet_password.get_secret_value() if settings.oracle_wallet_password else None


def _text(path: object) -> str | None:
    return None if path is None else str(path)
