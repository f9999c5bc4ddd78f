"""Entry point. Turns every outcome into a message and an exit code.

Imports only the standard library, so that signals, streams and permissions are set up before anything can fail.
"""

from __future__ import annotations

import atexit
import json
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
from loader.cli.streams import install_tolerant_streams, lost_output
from loader.files import keep_files_private

if TYPE_CHECKING:
    from loader.errors import InternalError, Interrupted, WmsEltError

# Python reads the first, and dlt the prefixed ones on import; none is a setting of wms-elt
_FOREIGN = frozenset({"PYTHONWARNINGS"})
_FOREIGN_PREFIX = "DLT_"
# a shell sets it to complete_<shell> for tab completion; anything else would end each command without running it
_COMPLETION = "_WMS_ELT_COMPLETE"
_RUNS = frozenset({"backfill", "dbt", "elt", "full", "load"})


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command. Exits with 0, the code of the error (docs/reference/errors.md), or 2 for an unknown command."""
    leave_on_signals()
    install_tolerant_streams()
    keep_files_private()
    _forget_foreign_variables()
    words = sys.argv[1:] if arguments is None else arguments
    leave(_written(run(words), words))


def _written(exit_code: int, words: Sequence[str]) -> int:
    """Return the exit code of a command, or that of an error if it succeeded but its output is lost.

    A run is complete without its output: its record has the report.
    """
    if exit_code or not _RUNS.isdisjoint(words[:1]) or not (error := lost_output()):
        return exit_code
    from loader.errors import ConfigError

    reason = f"Can't write the output: {error.strerror}."
    hint = "Write it elsewhere, or free space."
    return _report_error(ConfigError("WMS_CONF_087", reason, hint=hint))


def leave(exit_code: int) -> NoReturn:
    """End the process after its exit handlers, without interpreter teardown, unless a thread is still running.

    Teardown takes a second after dbt and dlt, and frees memory that the operating system reclaims anyway.
    """
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        sys.exit(exit_code)
    leave_on_signals()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):  # the reader closed the pipe
            stream.flush()
    os._exit(exit_code)


def run(arguments: Sequence[str]) -> int:
    """Run a command and return the exit code. SIGTERM stops it like Ctrl-C."""
    from loader.cli.app import app
    from loader.errors import WmsEltError

    interrupt_on_signals()
    try:
        app(list(arguments), prog_name="wms-elt")
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            return _report_error(_stopped())
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except KeyboardInterrupt:
        return _report_error(_stopped())
    except WmsEltError as error:
        return _report_error(_stopped() if was_interrupted() else error)
    except Exception as error:  # never print a stack trace: it may contain a secret
        return _report_error(_stopped() if was_interrupted() else _defect(error))
    return 0


def _forget_foreign_variables() -> None:
    for name in list(os.environ):
        if name in _FOREIGN or name.startswith(_FOREIGN_PREFIX):
            del os.environ[name]
    if not os.environ.get(_COMPLETION, "").startswith("complete_"):
        os.environ.pop(_COMPLETION, None)
    if not sys.flags.dev_mode:
        # operators can't fix deprecations in libraries, and PYTHONWARNINGS=error must not stop a run
        warnings.resetwarnings()
        warnings.simplefilter("ignore")


def _report_error(error: WmsEltError) -> int:
    from loader.settings import hide_secrets

    # nothing is left to stop: another signal ends the process at once
    leave_on_signals()
    if _logs_json():
        fields = {"code": error.code, "message": error.message, "hint": error.hint, "where": error.where}
        line = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", "level": "error", "event": "error"}
        line |= {name: hide_secrets(text) for name, text in fields.items() if text}
        print(json.dumps(line, ensure_ascii=False), file=sys.stderr)
    else:
        print(hide_secrets(str(error)), file=sys.stderr)
    return error.exit_code


def _logs_json() -> bool:
    """Tell whether progress is JSON lines. With invalid settings, only the environment counts."""
    from loader.errors import WmsEltError
    from loader.settings import load_settings

    try:
        return load_settings().operations.log_format == "json"
    except WmsEltError:
        return os.environ.get("GRUPONOS_OPERATIONS__LOG_FORMAT", "").lower() == "json"


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
        hint="Report it with the trace file, which contains no secrets. It is safe to run the command again.",
        context=context,
    )
