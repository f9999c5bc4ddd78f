"""Logs progress as one JSON object per line, with the ids of the run and without secrets."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from loader.dbt.results import BuildProgress
from loader.report.progress import Clock, EntityProgress, Hide, Pace, utc_now

_EVERY_S = 10.0


class LoggedProgress:
    """Logs each step, note, finished entity and node that is not ok. Logs entities in progress every ten seconds.

    Ids bound with `structlog.contextvars` (run_id, command, load_ids) are on every line from the next step on, in all
    threads. Lines contain names, counts and states, never documents.

    Args:
        hide: masks secrets in a text.
    """

    def __init__(self, stream: TextIO, hide: Hide, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._pace = Pace(_EVERY_S, clock)
        self._log: Any = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                self._stamped,
                _Redaction(hide),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )

    def step(self, title: str) -> None:
        """Logs the step."""
        self._log = self._log.bind(**structlog.contextvars.get_contextvars())
        self._log.info("step", title=title)

    def note(self, text: str) -> None:
        """Logs the note."""
        self._log.info("note", text=text)

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Logs the entity when it ends, else at most every ten seconds."""
        if not self._pace.is_new(outcome):
            return
        tell = self._log.error if outcome.status == "failed" else self._log.info
        tell("entity", entity=outcome.entity, status=outcome.status, rows_read=outcome.rows_read, pages=outcome.pages)

    def build_changed(self, build: BuildProgress) -> None:
        """Logs nodes that are not ok, and the state of the build every ten seconds and at its end."""
        if build.status in {"failed", "warn"}:
            tell = self._log.error if build.status == "failed" else self._log.warning
            tell("node", node=build.name, status=build.status)
        is_over = bool(build.name) and build.done == build.total
        if is_over or self._pace.is_due("nodes"):
            left = None if build.left_s is None else round(build.left_s)
            self._log.info("nodes", done=build.done, total=build.total, running=build.running, left_s=left)

    def _stamped(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {"at": f"{self._clock():%Y-%m-%dT%H:%M:%S.%fZ}", **event}


class _Redaction:
    """Masks secrets in every text of a line."""

    def __init__(self, hide: Hide) -> None:
        self._hide = hide

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: self._hide(value) if isinstance(value, str) else value for key, value in event.items()}
