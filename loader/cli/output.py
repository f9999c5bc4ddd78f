"""Where results go: a console that fits the terminal, or JSON on stdout."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

_WIDTH = 80
"""Columns of a file, a pipe or a log."""


def console(*, stderr: bool = False) -> Console:
    """Return a console. Its width is COLUMNS, that of the terminal, or 80 columns without one."""
    from rich.console import Console

    screen = Console(stderr=stderr, highlight=False)
    if not screen.is_terminal and not _columns():
        screen.width = _terminal_width() or _WIDTH
    return screen


def show(value: Any, *, as_json: bool, screen: Any) -> None:
    """Print the value as JSON, or what `screen` renders from it."""
    if as_json:
        print_json(value)
    else:
        print_screen(screen(value))


def print_screen(value: Any) -> None:
    """Print what rich renders; files and pipes get no spaces at the ends of lines."""
    screen = console()
    if screen.is_terminal:
        screen.print(value)
        return
    with screen.capture() as captured:
        screen.print(value)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def print_json(value: Any) -> None:
    """Print dataclasses, mappings, sequences and plain values as indented JSON; paths and others as text."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode())


def runs_alone(context: typer.Context, *, json: bool) -> bool:
    """Tell whether a group runs without one of its commands. Raises UsageError for a --json before a command."""
    if context.invoked_subcommand and json:
        raise typer.BadParameter(f"Write --json after {context.invoked_subcommand}.")
    return context.invoked_subcommand is None


def _columns() -> bool:
    return os.environ.get("COLUMNS", "").isdecimal()


def _terminal_width() -> int:
    """Return the width of the terminal that shows a pager or stderr, such as after ``| less``; 0 if there is none."""
    for stream in (2, 0):
        with suppress(OSError):
            return os.get_terminal_size(stream).columns
    return 0
