"""Ctrl-C and SIGTERM from the first moment on: always a message and 130."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Final, NoReturn

INTERRUPTED: Final = 130
_NUMBERS: Final = (signal.SIGINT, signal.SIGTERM)
_MESSAGE: Final = b"WMS_RUN_001: The run was stopped.\n  next: Run it again: it continues where it stopped.\n"


def leave_on_signals() -> None:
    """A signal ends the process at once: for the time in which nothing has begun and modules are imported."""
    _handle(_leave)


def interrupt_on_signals() -> None:
    """A signal raises KeyboardInterrupt, so that a run is recorded as stopped."""
    _handle(_interrupt)


def _handle(handler: signal._HANDLER) -> None:
    for number in _NUMBERS:
        # a shell's background job ignores Ctrl-C, and is to go on doing so
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    try:
        os.write(2, _MESSAGE)
    finally:
        os._exit(INTERRUPTED)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
