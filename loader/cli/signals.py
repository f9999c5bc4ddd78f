"""Ctrl-C, SIGTERM and SIGHUP (the terminal closes) from the first moment on: always a message and 130."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Final, NoReturn

INTERRUPTED: Final = 130
_NUMBERS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN_S: Final = 0.05
_asked: Final = threading.Event()
_MESSAGE: Final = b"WMS_RUN_001: The run was stopped.\n  next: Run it again: it continues where it stopped.\n"


def leave_on_signals() -> None:
    """A signal ends the process at once: for the time in which nothing has begun and modules are imported."""
    _handle(_leave)


def interrupt_on_signals() -> None:
    """A signal raises KeyboardInterrupt once no import is under way, so that a run is recorded as stopped."""
    _asked.clear()
    _handle(_interrupt)


def was_interrupted() -> bool:
    """Whether a signal asked this command to end: a library may turn the interrupt into an error of its own."""
    return _asked.is_set()


def _handle(handler: signal._HANDLER) -> None:
    for number in _NUMBERS:
        # a shell's background job ignores Ctrl-C, one of nohup SIGHUP, and each is to go on doing so
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    try:
        os.write(2, _MESSAGE)
    finally:
        os._exit(INTERRUPTED)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _asked.set()
    if _is_importing(frame):
        # an exception in the middle of an import leaves half a module, and aborts one that is written in C
        again = threading.Timer(_AGAIN_S, signal.pthread_kill, (threading.main_thread().ident, number))
        again.daemon = True
        again.start()
        return
    raise KeyboardInterrupt


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
