"""Fault-tolerant stdout and stderr: a closed pipe, a full disk or a narrow encoding loses text but stops no run.

Every command reports output lost on a full disk at its end.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Final, TextIO

_DESCRIPTORS: Final = (0, 1, 2)


class _TolerantFile(io.FileIO):
    """A file descriptor that drops what can't be written.

    `lost` is the first error that lost output. A reader that closed its pipe wants no more, so that isn't one.
    """

    lost: OSError | None = None

    def write(self, data: object, /) -> int:
        """Return the number of bytes given, even if they weren't written."""
        try:
            written = super().write(data)  # type: ignore[arg-type]
        except BrokenPipeError:
            written = None
        except OSError as error:
            self.lost = self.lost or error
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


def lost_output() -> OSError | None:
    """Write what stdout has buffered; return the error that lost a part of all output, such as a full disk."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.lost if isinstance(raw, _TolerantFile) else None


def _stream(number: int, before: TextIO | None) -> TextIO:
    encoding = getattr(before, "encoding", None) or "utf-8"
    if before is not None:
        with suppress(OSError, ValueError):
            before.flush()
    raw = _TolerantFile(number, "wb", closefd=False)
    buffer = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, encoding=encoding, errors="replace", line_buffering=number == 2 or raw.isatty())
