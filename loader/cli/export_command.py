"""``wms-elt export``: a mart as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from loader.cli.output import Json, print_json
from loader.cli.session import read_settings


def _marts(incomplete: str) -> Iterator[str]:
    """Names of marts that begin with what was typed, for tab completion."""
    from loader.marts.export import known_marts

    yield from sorted(name for name in known_marts(read_settings()) if name.startswith(incomplete.lower()))


def export(
    mart: Annotated[str, typer.Argument(help="Name of the mart, such as orders.", autocompletion=_marts)],
    to: Annotated[Path, typer.Option("--to", help="File that ends with .parquet, .csv or .xlsx.", dir_okay=True)],
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    json: Json = False,
) -> None:
    """Write a mart to a Parquet, CSV or Excel file."""
    from loader.marts.export import export as write

    done = write(read_settings(), mart, to, force=force, say=lambda text: typer.echo(text, err=True))
    if json:
        print_json(done)
    else:
        typer.echo(f"{done.path}: {done.rows:,} rows of {done.mart}, {done.size / 1e6:,.1f} MB, from {done.source}")
