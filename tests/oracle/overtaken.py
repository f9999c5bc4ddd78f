"""Simulates two concurrent runs without threads: one does its part while the other sends a statement."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.oracle_double.server import Server
from tests.support.oracle_double.session import Session


def overtaken(server: Server, begins: str, other: Callable[[str], object]) -> None:
    """Let another run do its part when this one sends the statement."""
    log, waiting = server.log, [other]

    def logged(session: Session, text: str) -> None:
        log(session, text)
        if waiting and text.startswith(begins):
            waiting.pop()(text)

    server.log = logged  # type: ignore[method-assign]
