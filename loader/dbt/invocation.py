"""Runs one dbt command in this process: environment, progress and start failures (docs/explanation/oracle.md, B.7)."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, Final

from loader.dbt.dbt_log import open_log
from loader.dbt.node_progress import NodeProgress
from loader.environment import ORACLE_CLIENT, exact_environment
from loader.errors import ConfigError, InternalError, TargetError, WmsEltError

Callback = Callable[[Any], None]

YOUR_FILES: Final = (
    "If the message names a file that you wrote or changed, correct it: in GRUPONOS_TARGET__DBT_PROJECT_DIR, or in "
    "dbt_project/ of a checkout. Otherwise report it."
)
"""Hint of ``WMS_DBT_004``."""
_SAME_MACRO: Final = "Rename your macro: your dbt project can't redefine one of wms-elt. See docs/how-to/customise.md."
_ORACLE_CODE = re.compile(r"\b(?:ORA|DPY)-\d{4,5}\b")


def invoke(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    progress: NodeProgress | None = None,
    callbacks: Sequence[Callback] = (),
    sessions: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Any:
    """Runs dbt and returns the result of its task, including failed nodes.

    Args:
        arguments: as on dbt's command line.
        environment: environment variables that dbt sees, in addition to system variables.
        log: file for dbt's messages.
        progress: receives dbt's events, from dbt's threads.
        callbacks: called with every dbt event, from dbt's threads.
        sessions: context manager around the run. It prepares database sessions where dbt's profile has no option.

    Raises:
        TargetError: ``WMS_DBT_001``, dbt can't connect.
        ConfigError: ``WMS_DBT_003``, dbt doesn't accept an argument.
        InternalError: ``WMS_DBT_004``, the project doesn't parse or compile.
        KeyboardInterrupt: the user or the scheduler stopped dbt.
    """
    with exact_environment(environment, ORACLE_CLIENT), open_log(log) as log_file, _no_garbage_collection():
        # imported late: importing takes seconds, and dbt-oracle reads the environment on import
        from dbt.cli.main import dbtRunner

        _fix_duckdb_paths()
        progress = progress or NodeProgress(None)
        listening: list[Callback] = [log_file, *callbacks, progress]
        try:
            with sessions(), progress.repeated():
                outcome = dbtRunner(callbacks=listening).invoke(list(arguments))
        finally:
            _release_connections()
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if outcome.result is None and outcome.exception is not None:
        raise _explained(outcome.exception) from outcome.exception
    return outcome.result


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Disables garbage collection while the block runs: it takes 8 % of a build and frees nothing, as dbt keeps its
    objects.

    Afterwards, new objects are moved to the oldest generation, so that no collection starts right away.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # keep objects that other code has frozen
            gc.freeze()
            gc.unfreeze()
        if was_enabled:
            gc.enable()


@cache
def _fix_duckdb_paths() -> None:
    """Makes dbt-duckdb read file paths as paths. It parses them as URLs and ignores everything after ``#`` or ``?``."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    from_url: Callable[[Any], str] = DuckDBCredentials.path_derived_database_name

    def database_name(path: Any) -> str:
        # as in DuckDB: the file name up to its first dot
        parts = [part for part in Path(path).name.split(".") if part] if str(path).startswith("/") else []
        return parts[0] if parts else from_url(path)

    DuckDBCredentials.path_derived_database_name = staticmethod(database_name)  # type: ignore[method-assign]


def _release_connections() -> None:
    """Closes the DuckDB file, which dbt-duckdb keeps open and locked until the process ends (oracle.md, A.5)."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    close: Callable[[], None] = DuckDBConnectionManager.close_all_connections
    close()


def _explained(error: BaseException) -> WmsEltError:
    import duckdb
    import oracledb
    from dbt.adapters.exceptions.compilation import DuplicateMacroInPackageError
    from dbt.adapters.exceptions.connection import InvalidConnectionError
    from dbt.cli.exceptions import DbtUsageException
    from dbt.exceptions import DbtProfileError
    from dbt_common.exceptions.base import DbtDatabaseError
    from dbt_common.exceptions.connection import ConnectionError as DbtConnectionError

    message = " ".join(str(error).split())
    if isinstance(error, DbtUsageException):
        return ConfigError("WMS_DBT_003", f"Can't run dbt: invalid argument. {message}", hint="Run `dbt build --help`.")
    # dbt keeps only the text of the driver's error
    if isinstance(error, (DbtDatabaseError, oracledb.DatabaseError)) and _ORACLE_CODE.search(message):
        return _oracle_error(str(error))
    unreachable = (
        *(DbtProfileError, DbtDatabaseError, InvalidConnectionError, DbtConnectionError, ConnectionError),
        *(oracledb.DatabaseError, duckdb.ConnectionException),
        # the profile's DuckDB file can't be opened; errors of nodes are in the results
        duckdb.IOException,
    )
    # a locked file has no separate class, and dbt may have wrapped the error
    if isinstance(error, unreachable) or "Could not set lock" in message:
        return TargetError(
            "WMS_DBT_001",
            f"Can't connect dbt to the target: {message}",
            hint="Run `make doctor` to check the connection and dbt's profile.",
        )
    hint = _SAME_MACRO if isinstance(error, DuplicateMacroInPackageError) else YOUR_FILES
    return InternalError("WMS_DBT_004", f"Can't run the dbt project: {type(error).__name__}. {message}", hint=hint)


def _oracle_error(message: str) -> TargetError:
    """Maps an Oracle error: a session lost before the first node isn't a problem of the address or the profile."""
    import oracledb

    from loader.warehouse.oracle.errors import target_error

    return target_error(oracledb.DatabaseError(message), "Oracle, by dbt")
