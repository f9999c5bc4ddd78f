"""Isolates tools from environment variables that would change their names, schemas, targets or formats."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

SYSTEM: Final = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "PWD",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TZDIR",
        "TMPDIR",
        "TEMP",
        "TMP",
        "TERM",
    }
    | {"LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED", "VIRTUAL_ENV"}
)
"""System variables that processes need and that configure no tool."""
ORACLE_CLIENT: Final = frozenset({"TNS_ADMIN", "ORACLE_HOME", "SSL_SERVER_DN_MATCH", "SSL_SERVER_CERT_DN"})
"""Variables with which the Oracle client finds and verifies a server (docs/explanation/oracle.md)."""

_PREFIXES: Final = ("LC_", "COVERAGE_", "PYTEST_")

_lock: Final = threading.Lock()


@contextmanager
def exact_environment(decided: Mapping[str, str], allowed: Collection[str] = ()) -> Iterator[None]:
    """Limit `os.environ` to the given, system and allowed variables while the block runs; then restore it.

    System variables are never removed, because other threads may read them.

    Args:
        decided: variables to set.
        allowed: names of further variables to keep.
    """
    with _lock:
        hidden = {
            name: value for name, value in os.environ.items() if name not in decided and not _is_kept(name, allowed)
        }
        replaced = {name: os.environ.get(name) for name in decided}
        for name in hidden:
            del os.environ[name]
        os.environ.update(decided)
    try:
        yield
    finally:
        with _lock:
            _restore({**hidden, **replaced})


@contextmanager
def without_variables(*prefixes: str) -> Iterator[None]:
    """Hide variables with one of the prefixes from `os.environ` while the block runs."""
    with _lock:
        hidden = {name: value for name, value in os.environ.items() if name.startswith(prefixes)}
        for name in hidden:
            del os.environ[name]
    try:
        yield
    finally:
        with _lock:
            _restore(hidden)


def _is_kept(name: str, allowed: Collection[str]) -> bool:
    return name in SYSTEM or name in allowed or name.startswith(_PREFIXES)


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
