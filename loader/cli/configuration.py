"""``wms-elt config``: the effective settings, and the reference."""

from __future__ import annotations

from typing import Annotated

import typer

from loader.cli.output import Json, print_json, runs_alone
from loader.cli.session import read_settings

app = typer.Typer(help="Show and explain the configuration.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def show_all(context: typer.Context, json: Json = False) -> None:
    """Show and explain the configuration. Without a command, prints the effective settings, as `show`."""
    if runs_alone(context, json=json):
        show(json=json)


@app.command()
def show(json: Json = False) -> None:
    """Print all effective settings in .env format, with secrets masked."""
    found = read_settings().masked()
    if json:
        print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}={value}")


@app.command()
def reference(
    env: Annotated[bool, typer.Option("--env", help="Print .env.example instead of the page.")] = False,
) -> None:
    """Print the reference of all settings, which is docs/reference/configuration.md."""
    from loader.settings.reference import env_example, markdown

    typer.echo(env_example() if env else markdown(), nl=False)
