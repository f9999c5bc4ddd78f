"""stdout and stderr that never end a run: a reader that has gone, a full disk or a narrow encoding loses text only."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Final, TextIO

_DESCRIPTORS: Final = (0, 1, 2)


class _Forgiving(io.FileIO):
    """A descriptor that accepts every write; what cannot be written is dropped."""

    def write(self, data: object, /) -> int:
        """The number of bytes given, whether they were written or not."""
        try:
            written = super().write(data)  # type: ignore[arg-type]
        except OSError:
            written = None
        return len(memoryview(data)) if written is None else written  # type: ignore[arg-type]


def open_missing_descriptors() -> None:
    """Opens closed standard descriptors on the null device.

    Otherwise the next file that is opened takes their number, and a message would be written into it.
    """
    for number in _DESCRIPTORS:
        try:
            os.fstat(number)
        except OSError:
            # the lowest free number is this one
            os.open(os.devnull, os.O_RDWR)


def forgive_streams() -> None:
    """Replaces `sys.stdout` and `sys.stderr` by streams that raise neither for a broken pipe nor for a character."""
    open_missing_descriptors()
    sys.stdout = _stream(1, sys.stdout)
    sys.stderr = _stream(2, sys.stderr)


def _stream(number: int, before: TextIO | None) -> TextIO:
    encoding = getattr(before, "encoding", None) or "utf-8"
    if before is not None:
        with suppress(OSError, ValueError):
            before.flush()
    raw = _Forgiving(number, "wb", closefd=False)
    buffer = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, encoding=encoding, errors="replace", line_buffering=number == 2 or raw.isatty())
