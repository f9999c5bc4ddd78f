"""Writes dbt's log file from dbt's events.

dbt's own log file is disabled. dbt formats and scrubs every debug line before it drops it: 5 % of a build's CPU.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from logging import LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

from loader.masking import mask

_KEPT: Final = frozenset({"info", "warn", "error"})
_MAX_BYTES: Final = 10_000_000
_FILES: Final = 5


def log_path(work_dir: Path) -> Path:
    """Returns the path of dbt's log of runs with a work directory."""
    return work_dir / "dbt" / "logs" / "dbt.log"


class LogFile:
    """Event callback of dbt that logs all but debug lines: time in UTC, level, thread, and text with secrets masked.

    Args:
        handler: writes the lines.
    """

    def __init__(self, handler: RotatingFileHandler) -> None:
        self._handler = handler

    def __call__(self, event: Any) -> None:
        """Logs one event; dbt calls this from its threads."""
        info = event.info
        if info.level not in _KEPT:
            return
        from dbt_common.events.functions import env_scrubber

        at = info.ts.ToDatetime().isoformat(timespec="milliseconds")
        line = f"{at}Z [{info.level:<5}] [{info.thread}] {mask(env_scrubber(info.msg))}"
        self._handler.handle(LogRecord("dbt", 0, "", 0, line, None, None))


@contextmanager
def open_log(path: Path) -> Iterator[LogFile]:
    """Opens a log file, rotated at 10 MB with five old files kept. Raises OSError if it can't be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_MAX_BYTES, backupCount=_FILES, encoding="utf-8")
    try:
        yield LogFile(handler)
    finally:
        handler.close()
