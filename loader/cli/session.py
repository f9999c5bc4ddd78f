"""What every command of a run shares: settings, progress on stderr, the report on stdout."""

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
    """Valid settings and where to tell of progress."""

    settings: Settings
    progress: Progress


def read_settings() -> Settings:
    """The settings of this command; from now on its files have the permissions that they ask for.

    Raises:
        ConfigError: a setting is wrong.
    """
    from loader.files import apply_file_mode
    from loader.settings import load_settings

    settings = load_settings()
    apply_file_mode(settings)
    return settings


@contextmanager
def command_session() -> Iterator[Session]:
    """Settings and progress for a run. Raises ConfigError before anything else is imported."""
    settings = read_settings()
    with _progress(settings, console(stderr=True)) as progress:
        yield Session(settings, progress)


@contextmanager
def _progress(settings: Settings, screen: Console) -> Iterator[Progress]:
    """JSON lines, or plain ones with -v, or a live table in a terminal."""
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
    """Prints the report and ends the command with its exit code."""
    from loader.report import render, to_json

    if as_json:
        typer.echo(to_json(report), nl=False)
    else:
        console().print(render(report))
    raise typer.Exit(report.exit_code)


def show_checks(checks: Iterable[Check]) -> None:
    """Prints checks as they come, and ends the command with the exit code of the first that failed."""
    from rich.text import Text

    screen, exit_code = console(), 0
    styles = {"ok": "green", "warn": "yellow", "failed": "bold red", "skipped": "dim"}
    for check in checks:
        line = Text(f"{check.status:8}", style=styles[check.status])
        screen.print(line.append(f"{check.name}: {check.finding}", style="default"), soft_wrap=True)
        if check.advice:
            screen.print(Text(f"        {check.advice}", style="default"), soft_wrap=True)
        exit_code = exit_code or check.exit_code
    raise typer.Exit(exit_code)


def show_reconciliation(lines: Sequence[Reconciliation]) -> None:
    """Prints the comparison; ends the command with 40 when anything differs, or the code of an error."""
    from loader.report.reconciliation import render

    console().print(render(lines))
    failed = [line.error.exit_code for line in lines if line.error]
    raise typer.Exit(failed[0] if failed else 0 if all(line.agrees for line in lines) else 40)


def show_pruned(tables: Sequence[Pruned], *, apply: bool) -> None:
    """Prints a line per raw table and what to do next."""
    for table in tables:
        found = table.kept_because or f"{table.superseded:,} of {table.versions:,} versions"
        typer.echo(f"{table.entity:24}{found}")
    total = sum(table.superseded for table in tables)
    if apply:
        typer.echo(f"{total:,} versions were removed.")
    else:
        typer.echo(f"{total:,} versions may be removed; nothing was. `make prune APPLY=1` removes them.")


def show_reset(found: Reset, *, apply: bool) -> None:
    """Prints what belongs to the former source, what is left alone, and what to do next."""
    typer.echo(f"{found.target} holds data of {found.source or 'no source'}.")
    for item in found.items:
        rows = "" if item.rows is None else f"  {item.rows:,} rows"
        typer.echo(f"{item.part:9}{item.kind:7}{item.name}{rows}")
    for name in found.kept:
        typer.echo(f"not ours, left alone: {name}")
    count = f"{len(found.items):,} tables, views and files"
    if apply:
        typer.echo(f"{count} were dropped. The next load binds the target to the configured source.")
    else:
        typer.echo(f"{count} would be dropped; nothing was. `wms-elt reset --apply` drops them.")


def show_rebound(moved: Rebound) -> None:
    """Prints the sample of each entity and what the target is bound to."""
    for agreement in moved.agreements:
        typer.echo(str(agreement))
    if moved.agreements:
        typer.echo(f"The target belonged to {moved.former}; it now belongs to {moved.now}.")
        typer.echo("Run `wms-elt full` once: documents hold links with the address.")
    else:
        typer.echo(f"The target already belongs to {moved.now}; nothing was changed.")


def console(*, stderr: bool = False) -> Console:
    """Where screens are printed; of a fixed width when it is no terminal."""
    from rich.console import Console

    screen = Console(stderr=stderr, highlight=False)
    if not screen.is_terminal:
        screen.width = _WIDTH
    return screen
