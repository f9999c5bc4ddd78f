"""DuckDB's messages as errors of ours: it has one exception class for most of them, so the text decides."""

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
    """Whether a database or this machine says that there is no room, or that the place is read-only."""
    return bool(_DISK.search(str(error)))


def make_directory(directory: Path) -> None:
    """Creates the directory of the file. Raises TargetError ``WMS_TGT_001``."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetError(
            "WMS_TGT_001",
            f"The directory of the DuckDB file cannot be created: {error.strerror}.",
            hint=f"Set {_PATH_VARIABLE} to a file in a directory this user may write to.",
            context={"path": directory},
        ) from error


def connect_error(error: Exception, path: Path) -> TargetError:
    """Why the file cannot be opened: ``WMS_TGT_001`` to ``WMS_TGT_004``, or ``WMS_TGT_007``."""
    text = str(error)
    if "Could not set lock" in text:
        return _locked(text, path)
    if _NOT_OURS.search(text) or is_text(path):
        return TargetError(
            "WMS_TGT_003",
            f"The file is not a DuckDB database this release can read: {_first_line(text)}",
            hint=f"Set {_PATH_VARIABLE} to another file, or move this one away; it was not changed.",
            context={"path": path},
        )
    if not path.is_dir() and is_damage(error):
        return damage_error(text, path)
    if _DISK.search(text):
        return _disk(text, path)
    return TargetError(
        "WMS_TGT_001",
        f"The DuckDB file cannot be opened: {_first_line(text)}",
        hint=f"Set {_PATH_VARIABLE} to a file this user may write to.",
        context={"path": path},
    )


def statement_error(error: Exception, path: Path) -> TargetError:
    """Why a statement failed: ``WMS_TGT_004`` (disk), ``WMS_TGT_007`` (damage) or ``WMS_TGT_005``."""
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
        f"The target refused a statement: {_first_line(text)}",
        hint="Run it again with the same settings; if it comes back, report it with this message.",
        context={"path": path},
    )


def _locked(text: str, path: Path) -> TargetError:
    holder = _HOLDER.search(text)
    context: dict[str, object] = {"path": path}
    if holder:
        context |= {"pid": int(holder["pid"]), "program": holder["program"]}
    return TargetError(
        "WMS_TGT_002",
        "Another process has the DuckDB file open.",
        hint="Wait for it, or close it (a query tool counts too); DuckDB lets one process in at a time.",
        context=context,
    )


def _disk(text: str, path: Path) -> TargetError:
    return TargetError(
        "WMS_TGT_004",
        f"The DuckDB file cannot be written: {_first_line(text)}",
        hint="Free disk space or make the file writable, then run it again; nothing is lost.",
        context={"path": path},
    )


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0]
