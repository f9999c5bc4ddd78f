"""Excludes third-party code from our coverage: measuring costs dbt 70 % more CPU (Python 3.11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


@contextmanager
def uncounted() -> Iterator[None]:
    """Pause coverage in the block, which is for dbt: it runs none of our code."""
    running = Coverage.current()
    if running:
        running.stop()
    try:
        yield
    finally:
        if running:
            running.start()
