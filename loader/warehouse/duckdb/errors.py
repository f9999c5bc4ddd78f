"""Maps DuckDB errors to `TargetError`, by message: DuckDB uses one exception class for most errors."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from loader.errors import TargetError
from loader.warehouse.duckdb.damage import damage_error, is_damage, is_text

_PATH_VARIABLE = "GRUPONOS_TARGET__DUCKDB_PATH"
_HOLDER = re.compile(r"held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
_NOT_OURS = re.compile(r"version number|newer version", re.IGNORECASE)
_DISK = re.compile(
    r"No space left|File too large|Read-only file system|attached in read-only mode|disk quota|Permission denied",
    re.IGNORECASE,
)


def is_about_the_disk(error: BaseException) -> bool:
    """Whether the error reports a full disk, a quota, or a location that can't be written."""
    return bool(_DISK.search(str(error)))


def make_directory(directory: Path) -> None:
    """Create the directory of the file.

    Raises:
        TargetError: ``WMS_TGT_001``, the directory can't be created.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetError(
            "WMS_TGT_001",
            f"Can't create the directory of the DuckDB file: {error.strerror}.",
            hint=f"Set {_PATH_VARIABLE} to a file in a directory that this user can write to.",
            context={"path": directory},
        ) from error


def is_locked(error: BaseException) -> bool:
    """Whether another process has the file open."""
    return "Could not set lock" in str(error)


def waiting(error: Exception, path: Path, seconds: float) -> str:
    """Return a message about a wait for the process that has the file open."""
    holder = _HOLDER.search(str(error))
    who = f"process {holder['pid']} ({Path(holder['program']).name})" if holder else "another process"
    return f"waiting up to {seconds:.0f} s for {who}, which has {path} open"


def connect_error(error: Exception, path: Path, waited: float = 0) -> TargetError:
    """Return the error for a file that can't be opened: ``WMS_TGT_001`` to ``WMS_TGT_004``, or ``WMS_TGT_007``.

    Args:
        waited: seconds that were waited for another process.
    """
    text = str(error)
    if is_locked(error):
        return _locked(text, path, waited)
    if _NOT_OURS.search(text) or is_text(path):
        return TargetError(
            "WMS_TGT_003",
            f"Can't open the file: it is not a DuckDB database that this release can read. {_first_line(text)}",
            hint=f"Set {_PATH_VARIABLE} to another file, or move this file away. It was not changed.",
            context={"path": path},
        )
    if not path.is_dir() and is_damage(error):
        return damage_error(text, path)
    if _DISK.search(text):
        return _disk(text, path)
    return TargetError(
        "WMS_TGT_001",
        f"Can't open the DuckDB file: {_first_line(text)}",
        hint=f"Set {_PATH_VARIABLE} to a file that this user can write to.",
        context={"path": path},
    )


def statement_error(error: Exception, path: Path) -> TargetError:
    """Return the error for a failed statement: ``WMS_TGT_004`` (disk), ``WMS_TGT_007`` (damage) or ``WMS_TGT_005``."""
    text = str(error)
    if _DISK.search(text):
        return _disk(text, path)
    if is_damage(error):
        return damage_error(text, path)
    if isinstance(error, duckdb.OutOfMemoryException):
        return TargetError(
            "WMS_TGT_005",
            f"DuckDB is out of memory: {_first_line(text)}",
            hint="Raise GRUPONOS_TARGET__DUCKDB_MEMORY_LIMIT, then run it again; nothing is lost.",
            context={"path": path},
        )
    return TargetError(
        "WMS_TGT_005",
        f"Can't run a statement on the target: {_first_line(text)}",
        hint="Run it again with the same settings. If the error persists, report it with this message.",
        context={"path": path},
    )


def _locked(text: str, path: Path, waited: float) -> TargetError:
    holder = _HOLDER.search(text)
    context: dict[str, object] = {"path": path}
    if holder:
        context |= {"pid": int(holder["pid"]), "program": holder["program"]}
    if waited:
        context |= {"waited": f"{waited:g} s"}
    return TargetError(
        "WMS_TGT_002",
        "Can't open the DuckDB file: another process has it open.",
        hint="Wait for that process, or close it. If it is a query tool, open the read copy there instead "
        "(docs/how-to/connect.md).",
        context=context,
    )


def _disk(text: str, path: Path) -> TargetError:
    return TargetError(
        "WMS_TGT_004",
        f"Can't write the DuckDB file: {_first_line(text)}",
        hint="Free disk space or make the file writable, then run it again. No data is lost.",
        context={"path": path},
    )


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0]
