"""Shared by all commands: settings, progress on stderr and results on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import typer

if TYPE_CHECKING:
    from rich.console import Console

    from loader.doctor import Check
    from loader.report import Progress, RunReport
    from loader.report.reconciliation import Reconciliation
    from loader.runs.prune import Pruned
    from loader.runs.rebind import Rebound
    from loader.runs.reset import Reset
    from loader.settings import Settings

_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Session:
    """Validated settings and a progress display."""

    settings: Settings
    progress: Progress


def read_settings() -> Settings:
    """Load the settings and apply GRUPONOS_OPERATIONS__FILE_MODE to files this command creates.

    Raises:
        ConfigError: a setting is invalid.
    """
    from loader.files import apply_file_mode
    from loader.settings import load_settings

    settings = load_settings()
    apply_file_mode(settings)
    return settings


@contextmanager
def command_session() -> Iterator[Session]:
    """Provide settings and progress for a command. Raises ConfigError before slow imports."""
    settings = read_settings()
    with _progress(settings, console(stderr=True)) as progress:
        yield Session(settings, progress)


@contextmanager
def _progress(settings: Settings, screen: Console) -> Iterator[Progress]:
    """Choose JSON lines, plain lines (-v) or a live table in a terminal."""
    from loader.masking import mask
    from loader.report.json_log import LoggedProgress
    from loader.report.progress import PlainProgress, shown_progress

    chosen = settings.operations.log_format
    if chosen == "json" or (chosen == "auto" and not screen.is_terminal):
        yield LoggedProgress(sys.stderr, mask)
    elif _verbose():
        yield PlainProgress(screen)
    else:
        with shown_progress(screen) as progress:
            yield progress


def _verbose() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().params.get("verbose"))


def show(report: RunReport, *, as_json: bool) -> None:
    """Print the report and exit with its exit code."""
    from loader.report import render, to_json

    if as_json:
        typer.echo(to_json(report), nl=False)
    else:
        console().print(render(report))
    raise typer.Exit(report.exit_code)


def show_checks(checks: Iterable[Check]) -> None:
    """Print checks as they finish, and exit with the exit code of the first failed one."""
    from rich.text import Text

    screen, exit_code = console(), 0
    styles = {"ok": "green", "warn": "yellow", "failed": "bold red", "skipped": "dim"}
    for check in checks:
        line = Text(f"{check.status:8}", style=styles[check.status])
        screen.print(line.append(f"{check.name}: {check.message}", style="default"), soft_wrap=True)
        if check.hint:
            screen.print(Text(f"        {check.hint}", style="default"), soft_wrap=True)
        exit_code = exit_code or check.exit_code
    raise typer.Exit(exit_code)


def show_reconciliation(lines: Sequence[Reconciliation]) -> None:
    """Print the comparison; exit with 40 if anything differs, or with the code of an error."""
    from loader.report.reconciliation import render

    console().print(render(lines))
    failed = [line.error.exit_code for line in lines if line.error]
    raise typer.Exit(failed[0] if failed else 0 if all(line.agrees for line in lines) else 40)


def show_pruned(tables: Sequence[Pruned], *, apply: bool) -> None:
    """Print one line per raw table and the next step."""
    for table in tables:
        found = table.kept_because or f"{table.superseded:,} of {table.versions:,} versions"
        typer.echo(f"{table.entity:24}{found}")
    total = sum(table.superseded for table in tables)
    if apply:
        typer.echo(f"{total:,} versions were deleted.")
    else:
        typer.echo(f"{total:,} versions can be deleted. Run `make prune APPLY=1` to delete them.")


def show_reset(found: Reset, *, apply: bool) -> None:
    """Print the objects of the former source, the objects that stay, and the next step."""
    typer.echo(f"{found.target} holds data of {found.source or 'no source'}.")
    for item in found.items:
        rows = "" if item.rows is None else f"  {item.rows:,} rows"
        typer.echo(f"{item.part:9}{item.kind:7}{item.name}{rows}")
    for name in found.kept:
        typer.echo(f"kept (not created by wms-elt): {name}")
    count = f"{len(found.items):,} tables, views and files"
    if apply:
        typer.echo(f"{count} were dropped. The next load binds the target to the configured source.")
    else:
        typer.echo(f"{count} would be dropped. Run `wms-elt reset --apply` to drop them.")


def show_rebound(moved: Rebound) -> None:
    """Print the comparison of each entity's sample and the target's source."""
    for agreement in moved.agreements:
        typer.echo(str(agreement))
    if moved.agreements:
        typer.echo(f"The target belonged to {moved.former}; it now belongs to {moved.now}.")
        typer.echo("Run `wms-elt full` once, because documents contain links with the address.")
    else:
        typer.echo(f"The target already belongs to {moved.now}. Nothing was changed.")


def console(*, stderr: bool = False) -> Console:
    """Return a console, with a fixed width if the stream is not a terminal."""
    from rich.console import Console

    screen = Console(stderr=stderr, highlight=False)
    if not screen.is_terminal:
        screen.width = _WIDTH
    return screen
