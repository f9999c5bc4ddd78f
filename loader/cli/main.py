"""The way in and the one way out: every end of a command becomes a message and an exit code."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

from loader.cli.app import app
from loader.errors import InternalError, Interrupted, WmsEltError
from loader.settings import hide_secrets

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command and exits: 0, the code of the error (docs/errors.md), or 2 for an unknown word."""
    leave(run(sys.argv[1:] if arguments is None else arguments))


def leave(exit_code: int) -> NoReturn:
    """Ends the process after its exit handlers, unless a thread still works.

    The interpreter would first take apart all that dbt and dlt left, to free memory that goes with the process anyway:
    a second of a build.
    """
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        sys.exit(exit_code)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):  # whoever read it has gone
            stream.flush()
    os._exit(exit_code)


def run(arguments: Sequence[str]) -> int:
    """Runs a command and returns the exit code. SIGTERM ends it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app(list(arguments), prog_name="wms-elt")
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            return _told(_stopped())
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except KeyboardInterrupt:
        return _told(_stopped())
    except WmsEltError as error:
        return _told(error)
    except Exception as error:  # the last line of defence: a defect must not show a trace, which may hold a secret
        return _told(_defect(error))
    return 0


def _told(error: WmsEltError) -> int:
    print(hide_secrets(str(error)), file=sys.stderr)
    return error.exit_code


def _stopped() -> Interrupted:
    return Interrupted("WMS_RUN_001", "The run was stopped.", hint="Run it again: it goes on where it stopped.")


def _defect(error: Exception) -> InternalError:
    trace = hide_secrets("".join(traceback.format_exception(error)))
    path = Path("target") / "errors" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.log"
    context: dict[str, object] = {"trace": path}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(trace, encoding="utf-8")
    except OSError:
        context = {"trace": "could not be written"}
    return InternalError(
        "INT_001",
        f"This is a defect of wms-elt ({type(error).__name__}).",
        hint="Report it with the trace, which holds no secrets; running it again is safe.",
        context=context,
    )


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
