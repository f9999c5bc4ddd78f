"""dbt's log file, written from dbt's events.

With a log file of its own, dbt formats and scrubs each debug line before it drops it: a twentieth of a build's CPU.
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


class LogFile:
    """An event callback of dbt that keeps all but debug lines: UTC, level, thread, text without secrets.

    Args:
        handler: where the lines go.
    """

    def __init__(self, handler: RotatingFileHandler) -> None:
        self._handler = handler

    def __call__(self, event: Any) -> None:
        """Called by dbt, from its threads."""
        info = event.info
        if info.level not in _KEPT:
            return
        from dbt_common.events.functions import env_scrubber

        at = info.ts.ToDatetime().isoformat(timespec="milliseconds")
        line = f"{at}Z [{info.level:<5}] [{info.thread}] {mask(env_scrubber(info.msg))}"
        self._handler.handle(LogRecord("dbt", 0, "", 0, line, None, None))


@contextmanager
def open_log(path: Path) -> Iterator[LogFile]:
    """A log at the path, turned over at 10 MB, five old ones kept. Raises OSError when it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_MAX_BYTES, backupCount=_FILES, encoding="utf-8")
    try:
        yield LogFile(handler)
    finally:
        handler.close()
