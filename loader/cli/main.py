"""Entry point. Turns every outcome into a message and an exit code.

Only the standard library is imported here: signals, streams and permissions are set before anything else can happen.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from loader.cli.signals import INTERRUPTED, interrupt_on_signals, leave_on_signals, was_interrupted
from loader.cli.streams import forgive_streams
from loader.files import keep_files_private

if TYPE_CHECKING:
    from loader.errors import InternalError, Interrupted, WmsEltError

# Python reads the first, click the second, dlt those with the prefix when it is imported: none is a setting of ours
_FOREIGN = frozenset({"PYTHONWARNINGS", "_WMS_ELT_COMPLETE"})
_FOREIGN_PREFIX = "DLT_"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command and exits: 0, the code of the error (docs/reference/errors.md), or 2 for an unknown word."""
    leave_on_signals()
    forgive_streams()
    keep_files_private()
    _forget_foreign_variables()
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
        with suppress(BrokenPipeError):  # the reader has gone
            stream.flush()
    os._exit(exit_code)


def run(arguments: Sequence[str]) -> int:
    """Runs a command and returns the exit code. SIGTERM ends it as Ctrl-C does."""
    from loader.cli.app import app
    from loader.errors import WmsEltError

    interrupt_on_signals()
    try:
        app(list(arguments), prog_name="wms-elt")
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            return _told(_stopped())
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except KeyboardInterrupt:
        return _told(_stopped())
    except WmsEltError as error:
        return _told(_stopped() if was_interrupted() else error)
    except Exception as error:  # the last line of defence: a defect must not show a trace, which may hold a secret
        return _told(_stopped() if was_interrupted() else _defect(error))
    return 0


def _forget_foreign_variables() -> None:
    for name in list(os.environ):
        if name in _FOREIGN or name.startswith(_FOREIGN_PREFIX):
            del os.environ[name]
    if not sys.flags.dev_mode:
        # an operator can do nothing about a library's deprecation, and PYTHONWARNINGS=error must not end a run
        warnings.resetwarnings()
        warnings.simplefilter("ignore")


def _told(error: WmsEltError) -> int:
    from loader.settings import hide_secrets

    print(hide_secrets(str(error)), file=sys.stderr)
    return error.exit_code


def _stopped() -> Interrupted:
    from loader.errors import Interrupted

    return Interrupted("WMS_RUN_001", "The run was stopped.", hint="Run it again: it continues where it stopped.")


def _defect(error: Exception) -> InternalError:
    from loader.errors import InternalError
    from loader.settings import hide_secrets

    trace = hide_secrets("".join(traceback.format_exception(error)))
    path = Path("target") / "errors" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.log"
    context: dict[str, object] = {"trace": path}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(trace, encoding="utf-8", errors="backslashreplace")
    except OSError:
        context = {"trace": "could not be written"}
    return InternalError(
        "INT_001",
        f"This is a defect of wms-elt ({type(error).__name__}).",
        hint="Report it with the trace, which holds no secrets; running it again is safe.",
        context=context,
    )
