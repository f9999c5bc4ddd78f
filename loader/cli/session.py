"""Shared by all commands: settings, and progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from loader.cli.output import console

if TYPE_CHECKING:
    from rich.console import Console

    from loader.report import Progress
    from loader.settings import Settings


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
    """Choose JSON lines, plain lines (-v, or not a terminal) or a live table in a terminal."""
    from loader.masking import mask
    from loader.report.json_log import LoggedProgress
    from loader.report.progress import shown_progress

    if settings.operations.log_format == "json":
        yield LoggedProgress(sys.stderr, mask)
        return
    with shown_progress(screen, mask, is_plain=_verbose() or not screen.is_terminal) as progress:
        yield progress


def _verbose() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().params.get("verbose"))
