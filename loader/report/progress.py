"""Shows the progress of a run: a live table in a terminal, plain lines in a log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

import structlog
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from loader.dbt.results import BuildProgress
from loader.report.tables import Column, FittedTable

Clock = Callable[[], datetime]
Hide = Callable[[str], str]

_PLAIN_EVERY_S = 30.0
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

    def build_changed(self, build: BuildProgress) -> None:
        """Called when a dbt node starts or ends, and every ten seconds."""
        ...


class Silent:
    """Ignores all progress."""

    def step(self, title: str) -> None:
        """Does nothing."""

    def note(self, text: str) -> None:
        """Does nothing."""

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Does nothing."""

    def build_changed(self, build: BuildProgress) -> None:
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
    return duration((now - outcome.started_at).total_seconds() * (1 - share) / share)


def duration(seconds: float) -> str:
    """Returns a rounded duration, such as ``4 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def work(build: BuildProgress) -> str:
    """Returns the state of a build: finished nodes, the time left, and the nodes in work."""
    left = "" if build.left_s is None else f", about {duration(build.left_s)} left"
    running = f": {', '.join(build.running)}" if build.running else ""
    return f"{build.done:,} of {build.total:,} nodes{left}{running}"


def _pages(outcome: EntityProgress) -> str:
    return f"{outcome.pages:,} page{'' if outcome.pages == 1 else 's'}"


class Pace:
    """Decides which changes of progress are written to a log; threads may share it.

    Args:
        seconds: between two lines about the same thing that is still in progress.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, datetime] = {}
        self._ended: dict[str, str] = {}

    def is_new(self, outcome: EntityProgress) -> bool:
        """Whether an entity has ended, or is due. Catch-up passes change an entity that has ended."""
        with self._lock:
            before = self._ended.get(outcome.entity)
            if outcome.status != "running":
                self._ended[outcome.entity] = outcome.status
        return outcome.status not in {"running", before} or self.is_due(f"entity {outcome.entity}")

    def is_due(self, key: str) -> bool:
        """Whether the last line about something is long enough ago."""
        with self._lock:
            now = self._clock()
            last = self._last.setdefault(key, now)
            if (now - last).total_seconds() < self._seconds:
                return False
            self._last[key] = now
            return True


class PlainProgress:
    """Prints a line with the UTC time per step and finished entity. Entities and builds in progress get a line every
    30 seconds.

    Args:
        hide: masks secrets in a text.
    """

    def __init__(self, console: Console, hide: Hide = str, clock: Clock = utc_now) -> None:
        self._console = console
        self._hide = hide
        self._clock = clock
        self._pace = Pace(_PLAIN_EVERY_S, clock)
        self._run_id = ""

    def step(self, title: str) -> None:
        """Prints the title; before the first step of a run, its id."""
        run = structlog.contextvars.get_contextvars()
        if run.get("run_id", "") not in {"", self._run_id}:
            self._run_id = run["run_id"]
            self._say(f"Run {self._run_id}, {run.get('command', '')}")
        self._say(title)

    def note(self, text: str) -> None:
        """Prints the text."""
        self._say(text)

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Prints the entity when it ends, else at most every 30 seconds."""
        if self._pace.is_new(outcome):
            now = self._clock()
            left = remaining(outcome, now)
            self._say(
                f"  {outcome.entity}: {outcome.status}, {outcome.rows_read:,} rows, {_pages(outcome)}, "
                f"{rate(outcome, now):,.0f} rows/s{f', about {left} left' if left else ''}"
            )

    def build_changed(self, build: BuildProgress) -> None:
        """Prints nodes that are not ok, and the state of the build every 30 seconds and at its end."""
        if build.status in {"failed", "warn"}:
            self._say(f"  {build.name}: {build.status}")
        is_over = bool(build.name) and build.done == build.total
        if is_over or self._pace.is_due("build"):
            self._say(f"  {work(build)}")

    def _say(self, text: str) -> None:
        line = f"{self._clock():%Y-%m-%d %H:%M:%SZ} {self._hide(text)}"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class LiveProgress:
    """Draws a table of entities and a line of dbt nodes, refreshed four times a second.

    Args:
        hide: masks secrets in a text.
    """

    def __init__(self, console: Console, hide: Hide = str, clock: Clock = utc_now) -> None:
        self._console = console
        self._hide = hide
        self._clock = clock
        self._lock = threading.Lock()
        self._entities: dict[str, EntityProgress] = {}
        self._build: BuildProgress | None = None
        self._bad = 0
        self._title = ""

    def __rich__(self) -> RenderableType:
        """Returns the current display."""
        with self._lock:
            parts: list[RenderableType] = [Text(self._title, style="bold")] if self._title else []
            if self._entities:
                parts.append(self._table())
            if self._build:
                bad = f", {self._bad} not ok" if self._bad else ""
                # the names last, because a narrow terminal cuts them
                parts.append(Text(f"  dbt{bad}: {work(self._build)}", no_wrap=True, overflow="ellipsis"))
            return Group(*parts)

    def step(self, title: str) -> None:
        """Makes the title the headline and prints the previous title as a finished step."""
        with self._lock:
            finished, self._title = self._title, title
            self._entities = {}
            self._build, self._bad = None, 0
        if finished:
            self._console.print(Text(f"✓ {finished}", style="dim"))

    def note(self, text: str) -> None:
        """Prints the text above the table."""
        self._console.print(self._hide(text), markup=False, highlight=False)

    def entity_changed(self, outcome: EntityProgress) -> None:
        """Updates the row of the entity."""
        with self._lock:
            self._entities[outcome.entity] = outcome

    def build_changed(self, build: BuildProgress) -> None:
        """Updates the line of nodes; prints nodes that are not ok."""
        is_bad = build.status in {"failed", "warn"}
        with self._lock:
            self._build = build
            self._bad += is_bad
        if is_bad:
            self._console.print(Text(f"  {build.name}: {build.status}", style=_STYLES[build.status]))

    def _table(self) -> FittedTable:
        table = FittedTable(
            Column("  entity"),
            Column("rows", is_right=True),
            Column("pages", rank=3, is_right=True),
            Column("rows/s", rank=2, is_right=True),
            Column("left", rank=1, is_right=True),
            Column("status"),
        )
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
def shown_progress(console: Console, hide: Hide = str, *, is_plain: bool = False) -> Iterator[Progress]:
    """Shows plain lines, or live progress that ends with the block.

    Args:
        hide: masks secrets in a text.
        is_plain: as for a console that is not a terminal.
    """
    if is_plain or not console.is_terminal:
        yield PlainProgress(console, hide)
        return
    live = LiveProgress(console, hide)
    with Live(live, console=console, refresh_per_second=4, transient=True):
        yield live
