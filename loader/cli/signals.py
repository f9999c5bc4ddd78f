"""Handles Ctrl-C, SIGTERM and SIGHUP from the start: prints a message and exits with 130."""

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
    """End the process at once on a signal, while modules are imported and no work has started."""
    _handle(_leave)


def interrupt_on_signals() -> None:
    """Raise KeyboardInterrupt on a signal, after any import in progress, so that the run is recorded as stopped."""
    _asked.clear()
    _handle(_interrupt)


def was_interrupted() -> bool:
    """Return whether a signal arrived, since a library may turn the interrupt into another error."""
    return _asked.is_set()


def _handle(handler: signal._HANDLER) -> None:
    for number in _NUMBERS:
        # a background job of a shell ignores Ctrl-C, and a job of nohup SIGHUP; keep it that way
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
        # an exception during an import leaves a partial module, and aborts an extension module
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
