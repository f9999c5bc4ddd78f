"""One dbt command in this process: its environment, its progress, its failures to start (oracle B.7)."""

from __future__ import annotations

import gc
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from loader.dbt.dbt_log import open_log
from loader.dbt.results import NodeStatus
from loader.environment import ORACLE_CLIENT, exact_environment
from loader.errors import ConfigError, InternalError, TargetError, WmsEltError

# name, status, done, total
NodeListener = Callable[[str, str, int, int], None]
Callback = Callable[[Any], None]

_ORACLE_CODE = re.compile(r"\b(?:ORA|DPY)-\d{4,5}\b")
_STATUS: Mapping[str, NodeStatus] = {
    "success": "ok",
    "pass": "ok",
    "warn": "warn",
    "skipped": "skipped",
    "no-op": "skipped",
}


def node_status(dbt_status: str) -> NodeStatus:
    """dbt's many words for an end in four; what is not known to be good is failed."""
    return _STATUS.get(dbt_status, "failed")


def invoke(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    listener: NodeListener | None = None,
    callbacks: Sequence[Callback] = (),
    sessions: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Any:
    """Runs dbt and returns the result of its task; nodes that failed are in it.

    Args:
        arguments: as on dbt's command line.
        environment: what dbt's process environment holds while it runs, in addition to the system's own variables.
        log: the file that dbt's messages go to.
        listener: is told of each node that ended, from dbt's threads.
        callbacks: are called with every event of dbt, from its threads.
        sessions: around the run, for what dbt's sessions need that its profile cannot say.

    Raises:
        TargetError: ``WMS_DBT_001``, dbt has no connection.
        ConfigError: ``WMS_DBT_003``, dbt knows no such argument.
        InternalError: ``WMS_DBT_004``, the project does not parse or compile.
        KeyboardInterrupt: the user or the scheduler stopped it.
    """
    with exact_environment(environment, ORACLE_CLIENT), open_log(log) as log_file, _no_collections():
        # imported late: it takes seconds, and dbt-oracle reads the environment when it is imported
        from dbt.cli.main import dbtRunner

        _read_paths_as_paths()
        told: list[Callback] = [log_file, *callbacks]
        if listener is not None:
            told.append(_Listening(listener))
        try:
            with sessions():
                outcome = dbtRunner(callbacks=told).invoke(list(arguments))
        finally:
            _release_connections()
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if outcome.result is None and outcome.exception is not None:
        raise _explained(outcome.exception) from outcome.exception
    return outcome.result


class _Listening:
    """dbt's event callback as calls of a listener."""

    def __init__(self, listener: NodeListener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._done = 0
        self._total = 0

    def __call__(self, event: Any) -> None:
        with self._lock:
            if event.info.name == "LogStartLine":
                self._total = max(self._total, event.data.total)
            elif event.info.name == "NodeFinished":
                self._done += 1
                node = event.data.node_info
                status = node_status(node.node_status)
                self._listener(node.node_name, status, self._done, max(self._total, self._done))


@contextmanager
def _no_collections() -> Iterator[None]:
    """No search for reference cycles: dbt's objects all stay, so it frees nothing, for a twelfth of a build's time.

    Nor is there one right after, of all that came in the meantime: it counts as old, for the next full search.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # what somebody else has frozen stays so
            gc.freeze()
            gc.unfreeze()
        if was_enabled:
            gc.enable()


@cache
def _read_paths_as_paths() -> None:
    """dbt-duckdb parses the path of a file as an address: behind ``#`` or ``?`` in a folder's name it sees nothing."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    of_address: Callable[[Any], str] = DuckDBCredentials.path_derived_database_name

    def database_name(path: Any) -> str:
        # DuckDB's own rule: the name up to the first dot
        parts = [part for part in Path(path).name.split(".") if part] if str(path).startswith("/") else []
        return parts[0] if parts else of_address(path)

    DuckDBCredentials.path_derived_database_name = staticmethod(database_name)  # type: ignore[method-assign]


def _release_connections() -> None:
    """dbt-duckdb keeps the file open until the process ends, which would lock everybody else out (oracle A.5)."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    close: Callable[[], None] = DuckDBConnectionManager.close_all_connections
    close()


def _explained(error: BaseException) -> WmsEltError:
    import duckdb
    import oracledb
    from dbt.adapters.exceptions.connection import InvalidConnectionError
    from dbt.cli.exceptions import DbtUsageException
    from dbt.exceptions import DbtProfileError
    from dbt_common.exceptions.base import DbtDatabaseError
    from dbt_common.exceptions.connection import ConnectionError as DbtConnectionError

    message = " ".join(str(error).split())
    if isinstance(error, DbtUsageException):
        return ConfigError("WMS_DBT_003", f"dbt refuses its arguments: {message}", hint="See `dbt build --help`.")
    # dbt keeps of the driver's error only its text
    if isinstance(error, (DbtDatabaseError, oracledb.DatabaseError)) and _ORACLE_CODE.search(message):
        return _of_oracle(str(error))
    unreachable = (
        *(DbtProfileError, DbtDatabaseError, InvalidConnectionError, DbtConnectionError, ConnectionError),
        *(oracledb.DatabaseError, duckdb.ConnectionException),
        # the file of the profile cannot be opened; what a node meets is in the results
        duckdb.IOException,
    )
    # a locked file has no class of its own, and dbt may have wrapped the error
    if isinstance(error, unreachable) or "Could not set lock" in message:
        return TargetError(
            "WMS_DBT_001",
            f"dbt cannot connect to the target: {message}",
            hint="Run `make doctor`; it checks the connection and dbt's profile.",
        )
    return InternalError(
        "WMS_DBT_004",
        f"dbt could not run the project ({type(error).__name__}): {message}",
        hint="If you changed dbt_project/, mend what the message names; otherwise report it.",
    )


def _of_oracle(message: str) -> TargetError:
    """A session that was lost between connecting and the first node is no matter of address or profile."""
    import oracledb

    from loader.warehouse.oracle.errors import target_error

    return target_error(oracledb.DatabaseError(message), "Oracle, by dbt")
