"""File lock of the operating system, released when the process ends, even on kill -9."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from loader.errors import ConfigError
from loader.locking.owner import Owner, busy


@contextmanager
def file_lock(path: Path, owner: Owner) -> Iterator[Owner | None]:
    """Hold the lock while the block runs.

    Keeps the empty file afterwards: if it were removed, two processes could lock different files of that name.

    Yields:
        The previous owner if its process ended without releasing the lock, otherwise None.

    Raises:
        LockedError: ``WMS_RUN_002``, another process holds the lock.
        ConfigError: ``WMS_CONF_006``, the file can't be created or locked.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _lock(descriptor, path)
        before = _read(descriptor)
        _write(descriptor, msgspec.json.encode(owner))
        try:
            yield before
        finally:
            _write(descriptor, b"")
    finally:
        os.close(descriptor)


def holder(path: Path) -> Owner | None:
    """Return the lock's owner, or None if it is free. Neither takes the lock nor waits."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    except OSError:
        return None
    else:
        return None
    finally:
        os.close(descriptor)


def died_holding(path: Path) -> Owner | None:
    """Whose process ended without releasing the file; None when none did, or when the file is held. Changes nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return _read(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise busy(_read(descriptor), path) from None
    except OSError as error:
        raise _unusable(path, error) from error


def _read(descriptor: int) -> Owner | None:
    try:
        return msgspec.json.decode(os.pread(descriptor, 65_536, 0), type=Owner)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _write(descriptor: int, content: bytes) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, content, 0)


def _unusable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        "WMS_CONF_006",
        f"Can't lock the file: {error.strerror}.",
        hint="Set GRUPONOS_PIPELINE__WORK_DIR to a local directory that this user can write to.",
        context={"path": path},
    )
