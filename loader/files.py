"""Permissions of the files that a run writes: they contain documents, names and compiled data."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from loader.settings import Settings

_OTHERS: Final = stat.S_IRWXO
_GROUP_AND_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_MASKS: Final = MappingProxyType({"private": 0o077, "group": 0o027})
_FORBIDDEN: Final = MappingProxyType({"private": _GROUP_AND_OTHERS, "group": _OTHERS, "umask": 0})
_MODES: Final = MappingProxyType({"private": 0o600, "group": 0o640, "world": 0o644})


_inherited: list[int] = []
"""The command's initial umask; empty in a process that another program started."""


def keep_files_private() -> None:
    """Make new files of this command private until the settings are loaded."""
    _inherited[:] = [os.umask(_MASKS["private"])]


def apply_file_mode(settings: Settings) -> None:
    """Set the command's umask by GRUPONOS_OPERATIONS__FILE_MODE; do nothing in another program's process."""
    if _inherited:
        os.umask(_MASKS.get(settings.operations.file_mode, _inherited[0]))


def mode_of_new_file() -> int:
    """Return the permissions of a regular new file, for files created under a temporary name."""
    mask = os.umask(_MASKS["private"])
    os.umask(mask)
    return 0o666 & ~mask


def write_whole(path: Path, content: bytes) -> None:
    """Writes the file so that it appears whole or not at all, even after a loss of power.

    Raises:
        OSError: the directory cannot be made or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode_of_new_file())
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def write_output(path: Path, content: bytes, what: str) -> None:
    """As `write_whole`, for what a user asked for, such as ``The run report``.

    Raises:
        ConfigError: ``WMS_CONF_005``, the directory cannot be written.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        # late: the command line imports this module before anything else
        from loader.errors import ConfigError

        raise ConfigError(
            "WMS_CONF_005",
            f"{what} cannot be written: {error.strerror}.",
            hint="Set GRUPONOS_PIPELINE__WORK_DIR to a directory this user may write to, with free space.",
            context={"path": path},
        ) from error


@contextmanager
def file_mode(settings: Settings) -> Iterator[None]:
    """Apply `apply_file_mode` while the block runs, for runs inside an orchestrator's process."""
    mask = _MASKS.get(settings.operations.file_mode)
    if mask is None:
        yield
        return
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def metrics_mode(settings: Settings) -> int:
    """Return the permissions of the metrics file, which another user scrapes."""
    return _MODES[settings.operations.metrics_file_mode]


def readable_files(settings: Settings) -> Iterator[Path]:
    """Yield files of the work directory and the target that more users can read than the setting allows."""
    forbidden = _FORBIDDEN[settings.operations.file_mode]
    target = settings.target
    files = [target.duckdb_path, target.duckdb_path.with_name(f"{target.duckdb_path.name}.wal"), target.read_copy]
    places = [settings.pipeline.work_dir, *(files if target.kind == "duckdb" else [])]
    if forbidden:
        for path in dict.fromkeys((*places, *_within(settings.pipeline.work_dir))):
            if path.exists() and not path.is_symlink() and path.stat().st_mode & forbidden:
                yield path


def _within(directory: Path) -> Iterator[Path]:
    # files in a private directory are out of reach
    if directory.is_dir() and directory.stat().st_mode & _GROUP_AND_OTHERS:
        yield from sorted(directory.rglob("*"))
