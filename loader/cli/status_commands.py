"""Read-only commands on recorded runs: ``wms-elt status``, ``runs``, ``alerts`` and ``rules``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from loader.cli.output import Json, print_json, runs_alone, show
from loader.cli.session import read_settings
from loader.errors import ConfigError

if TYPE_CHECKING:
    from loader.warehouse import Warehouse

runs = typer.Typer(help="List recorded runs, or show one.", rich_markup_mode=None)
alerts = typer.Typer(help="List the open alerts, or send a test message.", rich_markup_mode=None)


def status(json: Json = False) -> None:
    """Show runs, lag of entities, next passes, open alerts. The verdict on the data comes first."""
    from loader.cli.status_screen import render_status
    from loader.runs.status import status as read_status

    found = read_status(read_settings())
    show(found, as_json=json, screen=render_status)
    if found.source_problem:
        raise typer.Exit(ConfigError.exit_code)


def rules(json: Json = False) -> None:
    """List the business rules and the rows they flag. Also shows severities, and rows that hiding would remove."""
    from loader.report.rules import read_rules, render_rules

    with _own_target() as target:
        found = read_rules(target)
    show(found, as_json=json, screen=render_rules)


@runs.callback(invoke_without_command=True)
def list_runs(
    context: typer.Context,
    last: Annotated[int, typer.Option("--last", min=1, help="Number of runs.")] = 20,
    json: Json = False,
) -> None:
    """List recorded runs, newest first, or show one."""
    if not runs_alone(context, json=json):
        return
    from loader.cli.status_screen import render_runs
    from loader.report.past_runs import last_runs

    with _own_target() as target:
        found = last_runs(target, last)
    show(found, as_json=json, screen=render_runs)


@runs.command("show")
def show_run(run_id: Annotated[str, typer.Argument(help="Run id.")], json: Json = False) -> None:
    """Show a run: entities, failed tests and warnings, and slowest models."""
    from loader.cli.status_screen import render_run
    from loader.report.past_runs import run_record

    with _own_target() as target:
        # databases reject unpaired surrogates
        found = run_record(target, run_id) if run_id.isascii() else None
    if found is None:
        raise ConfigError(
            "WMS_CONF_008",
            f"Can't show run {run_id[:60]}: no such run.",
            hint="Run `wms-elt runs` to list the recorded runs.",
        )
    show(found, as_json=json, screen=render_run)


@alerts.callback(invoke_without_command=True)
def list_alerts(context: typer.Context, json: Json = False) -> None:
    """List the open alerts, or send a test message."""
    if not runs_alone(context, json=json):
        return
    from loader.alerts import open_alerts
    from loader.cli.status_screen import render_alerts

    with _own_target() as target:
        found = open_alerts(target)
    show(found, as_json=json, screen=render_alerts)


@alerts.command("test")
def send_test_alert(json: Json = False) -> None:
    """Send a test message to every address of GRUPONOS_OPERATIONS__ALERT_URLS."""
    from loader.alerts import send_test

    send_test(read_settings())
    if json:
        print_json({"delivered": True})
        return
    typer.echo("Test message delivered.")


@contextmanager
def _own_target() -> Iterator[Warehouse]:
    """Open the target read-only. Raises ForeignTarget if it belongs to another source."""
    from loader.warehouse import open_warehouse
    from loader.warehouse.source_guard import check_source

    settings = read_settings()
    with open_warehouse(settings, read_only=True, say=_say) as target:
        check_source(target, settings)
        yield target


def _say(text: str) -> None:
    typer.echo(text, err=True)
