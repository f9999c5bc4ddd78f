"""``wms-elt init``: the files of a new installation."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from loader.cli.output import Json, print_json


def init(
    directory: Annotated[Path, typer.Argument(help="New or existing directory; no file in it is changed.")],
    name: Annotated[str, typer.Option("--name", help="Name of your dbt project.")] = "my_wms",
    json: Json = False,
) -> None:
    """Write settings, a dbt project and a schedule. They go into a directory, and the project is your own."""
    from loader.scaffold import create_files

    written = create_files(directory, name, _command())
    if json:
        print_json(list(written))
        return
    for path in written:
        typer.echo(path)
    typer.echo(f"Next: `cd {directory}`, set your WMS and your target in .env, then run `make doctor` and `make elt`.")


def _command() -> Path:
    """Path of the command that is running; another one on PATH may be of another environment."""
    beside_python = Path(sys.executable).with_name("wms-elt")
    found = shutil.which("wms-elt")
    return beside_python if beside_python.exists() or found is None else Path(found)
