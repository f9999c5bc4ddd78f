from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from rich.console import Console

from loader.dbt.results import BuildProgress
from loader.report.progress import LiveProgress, PlainProgress, Progress, Silent, rate, remaining, shown_progress

STARTED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    entity: str = "order_hdr"
    status: str = "running"
    rows_read: int = 0
    pages: int = 0
    share_read: float | None = None
    started_at: datetime = STARTED
    finished_at: datetime | None = None


class Clock:
    def __init__(self) -> None:
        self.now = STARTED

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=100)


def printed(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_log_has_one_line_per_step_and_finished_entity(console: Console, clock: Clock) -> None:
    progress = PlainProgress(console, clock=clock)
    progress.step("Loading")
    for pages in range(1, 6):
        clock.tick(1)
        progress.entity_changed(Outcome(rows_read=1000 * pages, pages=pages))
    progress.entity_changed(Outcome(status="ok", rows_read=5000, pages=6, finished_at=STARTED + timedelta(seconds=5)))
    assert printed(console) == [
        "2026-11-23 12:00:00Z Loading",
        "2026-11-23 12:00:05Z   order_hdr: ok, 5,000 rows, 6 pages, 1,000 rows/s",
    ]


def test_log_has_one_line_for_an_entity_whose_passes_go_on(console: Console, clock: Clock) -> None:
    progress = PlainProgress(console, clock=clock)
    progress.entity_changed(Outcome(status="running"))
    for pages in range(5):
        progress.entity_changed(Outcome(status="ok", pages=pages, finished_at=STARTED))
    progress.entity_changed(Outcome(status="failed", finished_at=STARTED))
    assert [line.split(",")[0][21:] for line in printed(console)] == ["  order_hdr: ok", "  order_hdr: failed"]


def test_log_has_a_line_every_30_seconds_for_a_long_entity(console: Console, clock: Clock) -> None:
    progress = PlainProgress(console, clock=clock)
    for second in range(100):
        progress.entity_changed(Outcome(rows_read=second, pages=second))
        progress.entity_changed(Outcome(entity="item", rows_read=second, pages=second))
        clock.tick(1)
    lines = printed(console)
    assert len(lines) == 6
    assert [line[11:19] for line in lines[::2]] == ["12:00:30", "12:01:00", "12:01:30"]


def test_log_names_nodes_that_are_not_ok(console: Console, clock: Clock) -> None:
    progress = PlainProgress(console, clock=clock)
    for done, status in enumerate(["ok", "failed", "skipped", "warn"], start=1):
        progress.build_changed(BuildProgress(done=done, total=4, name=f"n{done}", status=status))
    at = "2026-11-23 12:00:00Z  "
    assert printed(console) == [f"{at} n2: failed", f"{at} n4: warn", f"{at} 4 of 4 nodes"]


def test_log_names_nodes_in_work_every_30_seconds(console: Console, clock: Clock) -> None:
    progress = PlainProgress(console, clock=clock)
    for done in range(61):
        progress.build_changed(BuildProgress(done=done, total=100, running=("orders", "dim_item"), left_s=100.0 - done))
        clock.tick(1)
    assert printed(console) == [
        "2026-11-23 12:00:30Z   30 of 100 nodes, about 70 s left: orders, dim_item",
        "2026-11-23 12:01:00Z   60 of 100 nodes, about 40 s left: orders, dim_item",
    ]


def test_log_starts_with_the_run(console: Console, clock: Clock) -> None:
    progress = PlainProgress(console, clock=clock)
    with structlog.contextvars.bound_contextvars(run_id="20261123T120000Z-1a2b", command="elt"):
        progress.step("Loading")
        progress.step("Building")
    assert [line[21:] for line in printed(console)] == ["Run 20261123T120000Z-1a2b, elt", "Loading", "Building"]


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_masks_secrets(terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    with shown_progress(console, lambda text: text.replace("s3cret", "***")) as progress:
        progress.note("the password s3cret")
    assert isinstance(console.file, io.StringIO)
    assert "***" in console.file.getvalue()
    assert "s3cret" not in console.file.getvalue()


def test_log_keeps_brackets_and_long_lines(console: Console, clock: Clock) -> None:
    PlainProgress(console, clock=clock).note("[bold]x[/bold] " + "y" * 300)
    assert printed(console) == ["2026-11-23 12:00:00Z [bold]x[/bold] " + "y" * 300]


def test_live_table_shows_entities_in_progress(console: Console, clock: Clock) -> None:
    progress = LiveProgress(console, clock=clock)
    progress.step("Loading")
    clock.tick(2)
    progress.entity_changed(Outcome(rows_read=3000, pages=3, share_read=0.2))
    progress.entity_changed(Outcome(entity="item", status="ok", rows_read=10, pages=1, finished_at=clock.now))
    console.print(progress)
    lines = [line.rstrip() for line in printed(console)]
    assert lines == [
        "Loading",
        "  entity      rows  pages  rows/s  left  status",
        "  order_hdr  3,000      3   1,500   8 s  running",
        "  item          10      1       5        ok",
    ]


def test_new_step_keeps_the_previous_one_as_a_line(console: Console, clock: Clock) -> None:
    progress = LiveProgress(console, clock=clock)
    progress.step("Loading")
    progress.entity_changed(Outcome())
    progress.step("Building")
    progress.build_changed(BuildProgress(done=1, total=3, name="good"))
    progress.build_changed(BuildProgress(done=2, total=3, running=("orders",), left_s=8, name="bad", status="failed"))
    console.print(progress)
    assert [line.rstrip() for line in printed(console)] == [
        "✓ Loading",
        "  bad: failed",
        "Building",
        "  dbt, 1 not ok: 2 of 3 nodes, about 8 s left: orders",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_accepts_calls_from_many_threads(terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    with shown_progress(console) as progress:
        threads = [threading.Thread(target=report, args=(progress, f"e{number}")) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert isinstance(console.file, io.StringIO)
    if not terminal:
        assert len(console.file.getvalue().splitlines()) == 8 + 1


def report(progress: Progress, entity: str) -> None:
    for page in range(50):
        progress.entity_changed(Outcome(entity=entity, rows_read=page, pages=page, started_at=datetime.now(UTC)))
        progress.build_changed(
            BuildProgress(done=min(page, 1), total=100 if page or entity != "e0" else 0, name=entity)
        )
    progress.entity_changed(Outcome(entity=entity, status="ok"))


def test_live_table_restores_the_terminal() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    with pytest.raises(KeyboardInterrupt), shown_progress(console) as progress:  # noqa: PT012
        progress.step("Loading")
        raise KeyboardInterrupt
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().count("\x1b[?25l") == console.file.getvalue().count("\x1b[?25h") == 1


def test_silent_progress_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress: Progress = Silent()
    progress.step("x")
    progress.note("x")
    progress.entity_changed(Outcome())
    progress.build_changed(BuildProgress(done=1, total=1, name="x"))
    assert capsys.readouterr() == ("", "")


def test_rate_without_elapsed_time_is_zero() -> None:
    assert rate(Outcome(rows_read=5), STARTED) == 0.0
    assert rate(Outcome(rows_read=5), STARTED - timedelta(seconds=3)) == 0.0
    assert rate(Outcome(rows_read=5), STARTED + timedelta(seconds=2)) == 2.5


@pytest.mark.parametrize(
    ("share", "elapsed", "text"),
    [(None, 10, ""), (0.0, 10, ""), (1.0, 10, ""), (0.5, 10, "10 s"), (0.1, 60, "9 min"), (0.01, 600, "16.5 h")],
)
def test_initial_load_shows_remaining_time(share: float | None, elapsed: int, text: str) -> None:
    assert remaining(Outcome(rows_read=100, share_read=share), STARTED + timedelta(seconds=elapsed)) == text


def test_finished_entity_has_no_remaining_time() -> None:
    ended = Outcome(status="ok", share_read=0.5, finished_at=STARTED)
    assert remaining(ended, STARTED + timedelta(seconds=9)) == ""
