"""Fault-tolerant stdout and stderr: a closed pipe, a full disk or a narrow encoding loses text but stops no run."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Final, TextIO

_DESCRIPTORS: Final = (0, 1, 2)


class _TolerantFile(io.FileIO):
    """A file descriptor that drops what can't be written."""

    def write(self, data: object, /) -> int:
        """Return the number of bytes given, even if they weren't written."""
        try:
            written = super().write(data)  # type: ignore[arg-type]
        except OSError:
            written = None
        return len(memoryview(data)) if written is None else written  # type: ignore[arg-type]


def open_missing_descriptors() -> None:
    """Open closed standard descriptors on the null device.

    Otherwise the next opened file gets their number, and messages would be written into it.
    """
    for number in _DESCRIPTORS:
        try:
            os.fstat(number)
        except OSError:
            # opens the lowest free number, which is this one
            os.open(os.devnull, os.O_RDWR)


def install_tolerant_streams() -> None:
    """Replace `sys.stdout` and `sys.stderr` with streams that never raise on a broken pipe or an encoding error."""
    open_missing_descriptors()
    sys.stdout = _stream(1, sys.stdout)
    sys.stderr = _stream(2, sys.stderr)


def _stream(number: int, before: TextIO | None) -> TextIO:
    encoding = getattr(before, "encoding", None) or "utf-8"
    if before is not None:
        with suppress(OSError, ValueError):
            before.flush()
    raw = _TolerantFile(number, "wb", closefd=False)
    buffer = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, encoding=encoding, errors="replace", line_buffering=number == 2 or raw.isatty())
