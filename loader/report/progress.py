"""Progress while a run works: a live table in a terminal, plain lines in a log."""

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
    """What is known of an entity so far; the extraction's outcome is one. Counts are rows and requests."""

    @property
    def entity(self) -> str:
        """Its name."""
        ...

    @property
    def status(self) -> str:
        """running, ok, failed or skipped."""
        ...

    @property
    def rows_read(self) -> int:
        """Rows so far."""
        ...

    @property
    def pages(self) -> int:
        """Pages so far."""
        ...

    @property
    def share_read(self) -> float | None:
        """How far an initial load is, 0 to 1; None when that is not known."""
        ...

    @property
    def started_at(self) -> datetime:
        """When its reading began, aware UTC."""
        ...

    @property
    def finished_at(self) -> datetime | None:
        """When its reading ended."""
        ...


class Progress(Protocol):
    """Is told of everything a run does, from several threads."""

    def step(self, title: str) -> None:
        """A step of the run begins."""
        ...

    def note(self, text: str) -> None:
        """Something worth a line of its own."""
        ...

    def entity_changed(self, outcome: EntityProgress) -> None:
        """An entity began, got a page, or ended."""
        ...

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """A node of dbt ended: ok, warn, failed or skipped; so many of about so many are done."""
        ...


class Silent:
    """Progress nobody watches."""

    def step(self, title: str) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Nothing."""

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """Nothing."""


def utc_now() -> datetime:
    """The clock of progress."""
    return datetime.now(UTC)


def rate(outcome: EntityProgress, now: datetime) -> float:
    """Rows per second since the entity began; 0 when no time has passed."""
    seconds = ((outcome.finished_at or now) - outcome.started_at).total_seconds()
    return outcome.rows_read / seconds if seconds > 0 else 0.0


def remaining(outcome: EntityProgress, now: datetime) -> str:
    """How long an initial load still takes at the pace so far, such as ``4 min``; empty when that cannot be told."""
    share = outcome.share_read
    if outcome.finished_at or not share or share >= 1:
        return ""
    seconds = (now - outcome.started_at).total_seconds() * (1 - share) / share
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class PlainProgress:
    """One line with a UTC time per step and per ended entity; at most one each ten seconds for what is under way."""

    def __init__(self, console: Console, clock: Clock = utc_now) -> None:
        self._console = console
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, datetime] = {}

    def step(self, title: str) -> None:
        """A line."""
        self._say(title)

    def note(self, text: str) -> None:
        """A line."""
        self._say(text)

    def entity_changed(self, outcome: EntityProgress) -> None:
        """A line when the entity ended, or when its last one is ten seconds old."""
        if outcome.status != "running" or self._due(f"entity {outcome.entity}"):
            now = self._clock()
            left = remaining(outcome, now)
            self._say(
                f"  {outcome.entity}: {outcome.status}, {outcome.rows_read:,} rows, {outcome.pages:,} pages, "
                f"{rate(outcome, now):,.0f} rows/s{f', about {left} left' if left else ''}"
            )

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """A line for a node that is not ok, for the last one, and each ten seconds."""
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
    """A table of entities and a line of dbt nodes, drawn again a few times a second."""

    def __init__(self, console: Console, clock: Clock = utc_now) -> None:
        self._console = console
        self._clock = clock
        self._lock = threading.Lock()
        self._entities: dict[str, EntityProgress] = {}
        self._nodes = _Nodes()
        self._title = ""

    def __rich__(self) -> RenderableType:
        """What is drawn now."""
        with self._lock:
            parts: list[RenderableType] = [Text(self._title, style="bold")] if self._title else []
            if self._entities:
                parts.append(self._table())
            if self._nodes.total:
                bad = f", {self._nodes.bad} not ok" if self._nodes.bad else ""
                parts.append(Text(f"  dbt: {self._nodes.done} of {self._nodes.total} nodes{bad}"))
            return Group(*parts)

    def step(self, title: str) -> None:
        """Becomes the headline; what the step before showed stays above it as a line."""
        with self._lock:
            finished, self._title = self._title, title
            self._entities = {}
            self._nodes = _Nodes()
        if finished:
            self._console.print(Text(f"✓ {finished}", style="dim"))

    def note(self, text: str) -> None:
        """A line above the table."""
        self._console.print(text, markup=False, highlight=False)

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Its row changes."""
        with self._lock:
            self._entities[outcome.entity] = outcome

    def node_finished(self, name: str, status: str, done: int, total: int) -> None:
        """The line of nodes changes; a node that is not ok gets a line of its own."""
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
    """Live in a terminal, plain lines otherwise; the live display is gone when the block ends."""
    if not console.is_terminal:
        yield PlainProgress(console)
        return
    live = LiveProgress(console)
    with Live(live, console=console, refresh_per_second=4, transient=True):
        yield live
