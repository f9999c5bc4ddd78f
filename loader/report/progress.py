"""Shows the progress of a run: a live table in a terminal, plain lines in a log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

Clock = Callable[[], datetime]

_PLAIN_EVERY_S = 10.0
_STYLES = {"ok": "green", "failed": "bold red", "skipped": "yellow", "warn": "yellow"}


class EntityProgress(Protocol):
    """Progress of one entity, such as the extraction's outcome."""

    @property
    def entity(self) -> str:
        """Name of the entity."""
        ...

    @property
    def status(self) -> str:
        """Status: running, ok, failed or skipped."""
        ...

    @property
    def rows_read(self) -> int:
        """Rows read so far."""
        ...

    @property
    def pages(self) -> int:
        """Pages read so far."""
        ...

    @property
    def share_read(self) -> float | None:
        """Share of an initial load that is done, 0 to 1; None if unknown."""
        ...

    @property
    def started_at(self) -> datetime:
        """Start time, aware UTC."""
        ...

    @property
    def finished_at(self) -> datetime | None:
        """End time, aware UTC; None while in progress."""
        ...


class Progress(Protocol):
    """Receives the progress of a run, from several threads."""

    def step(self, title: str) -> None:
        """Called when a step of the run starts."""
        ...

    def note(self, text: str) -> None:
        """Called with a message for the user."""
        ...

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Called when an entity starts, reads a page or ends."""
        ...

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """Called when a dbt node ends with status ok, warn, failed or skipped; `total` is an estimate."""
        ...


class Silent:
    """Ignores all progress."""

    def step(self, title: str) -> None:
        """Does nothing."""

    def note(self, text: str) -> None:
        """Does nothing."""

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Does nothing."""

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """Does nothing."""


def utc_now() -> datetime:
    """Returns the current time, aware UTC."""
    return datetime.now(UTC)


def rate(outcome: EntityProgress, now: datetime) -> float:
    """Returns rows per second since the start of the entity; 0 if no time has passed."""
    seconds = ((outcome.finished_at or now) - outcome.started_at).total_seconds()
    return outcome.rows_read / seconds if seconds > 0 else 0.0


def remaining(outcome: EntityProgress, now: datetime) -> str:
    """Returns the remaining time of an initial load at its average rate, such as ``4 min``; empty if unknown."""
    share = outcome.share_read
    if outcome.finished_at or not share or share >= 1:
        return ""
    seconds = (now - outcome.started_at).total_seconds() * (1 - share) / share
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class PlainProgress:
    """Prints a line with UTC time per step and finished entity; entities in progress at most every ten seconds."""

    def __init__(self, console: Console, clock: Clock = utc_now) -> None:
        self._console = console
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, datetime] = {}

    def step(self, title: str) -> None:
        """Prints the title."""
        self._say(title)

    def note(self, text: str) -> None:
        """Prints the text."""
        self._say(text)

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Prints the entity when it ends, else at most every ten seconds."""
        if outcome.status != "running" or self._due(f"entity {outcome.entity}"):
            now = self._clock()
            left = remaining(outcome, now)
            self._say(
                f"  {outcome.entity}: {outcome.status}, {outcome.rows_read:,} rows, {outcome.pages:,} pages, "
                f"{rate(outcome, now):,.0f} rows/s{f', about {left} left' if left else ''}"
            )

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """Prints nodes that are not ok, and the number of finished nodes every ten seconds and at the end."""
        if status in {"failed", "warn"}:
            self._say(f"  {name}: {status}")
        if done == total or self._due("nodes"):
            self._say(f"  {done} of {total} nodes")

    def _due(self, key: str) -> bool:
        with self._lock:
            now = self._clock()
            last = self._last.setdefault(key, now)
            if (now - last).total_seconds() < _PLAIN_EVERY_S:
                return False
            self._last[key] = now
            return True

    def _say(self, text: str) -> None:
        self._console.print(f"{self._clock():%H:%M:%S}Z {text}", markup=False, highlight=False, soft_wrap=True)


@dataclass
class _Nodes:
    done: int = 0
    total: int = 0
    bad: int = 0


class LiveProgress:
    """Draws a table of entities and a line of dbt nodes, refreshed four times a second."""

    def __init__(self, console: Console, clock: Clock = utc_now) -> None:
        self._console = console
        self._clock = clock
        self._lock = threading.Lock()
        self._entities: dict[str, EntityProgress] = {}
        self._nodes = _Nodes()
        self._title = ""

    def __rich__(self) -> RenderableType:
        """Returns the current display."""
        with self._lock:
            parts: list[RenderableType] = [Text(self._title, style="bold")] if self._title else []
            if self._entities:
                parts.append(self._table())
            if self._nodes.total:
                bad = f", {self._nodes.bad} not ok" if self._nodes.bad else ""
                parts.append(Text(f"  dbt: {self._nodes.done} of {self._nodes.total} nodes{bad}"))
            return Group(*parts)

    def step(self, title: str) -> None:
        """Makes the title the headline and prints the previous title as a finished step."""
        with self._lock:
            finished, self._title = self._title, title
            self._entities = {}
            self._nodes = _Nodes()
        if finished:
            self._console.print(Text(f"✓ {finished}", style="dim"))

    def note(self, text: str) -> None:
        """Prints the text above the table."""
        self._console.print(text, markup=False, highlight=False)

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Updates the row of the entity."""
        with self._lock:
            self._entities[outcome.entity] = outcome

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """Updates the line of nodes; prints nodes that are not ok."""
        with self._lock:
            self._nodes = _Nodes(done, total, self._nodes.bad + (status in {"failed", "warn"}))
        if status in {"failed", "warn"}:
            self._console.print(Text(f"  {name}: {status}", style=_STYLES[status]))

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("  entity")
        for name in ("rows", "pages", "rows/s", "left"):
            table.add_column(name, justify="right")
        table.add_column("status")
        now = self._clock()
        for outcome in self._entities.values():
            table.add_row(
                f"  {outcome.entity}",
                f"{outcome.rows_read:,}",
                f"{outcome.pages:,}",
                f"{rate(outcome, now):,.0f}",
                remaining(outcome, now),
                Text(outcome.status, style=_STYLES.get(outcome.status, "")),
            )
        return table


@contextmanager
def shown_progress(console: Console) -> Iterator[Progress]:
    """Shows live progress in a terminal and plain lines otherwise; the live display ends with the block."""
    if not console.is_terminal:
        yield PlainProgress(console)
        return
    live = LiveProgress(console)
    with Live(live, console=console, refresh_per_second=4, transient=True):
        yield live
