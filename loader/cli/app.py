"""The commands. Each imports its packages when it runs, because importing dlt and dbt takes seconds."""

from __future__ import annotations

from typing import Annotated

import typer

from loader.cli import (
    configuration,
    export_command,
    init_command,
    reading_schema_command,
    status_commands,
    tenant_commands,
)
from loader.cli.output import Json, print_json
from loader.cli.results import (
    show_checks,
    show_pruned,
    show_rebound,
    show_reconciliation,
    show_report,
    show_reset,
)
from loader.cli.session import command_session, read_settings

app = typer.Typer(
    name="wms-elt",
    help="ELT for Oracle WMS Cloud: loads raw documents, builds and checks tables, on Oracle or DuckDB.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(configuration.app, name="config")
app.add_typer(status_commands.runs, name="runs")
app.add_typer(status_commands.alerts, name="alerts")

_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
_PASS_HELP_ON = {**_PASS_ON, "help_option_names": []}
_PACKAGES = ("wms-elt", "dlt", "dbt-core", "dbt-duckdb", "dbt-oracle", "duckdb", "oracledb")


def _print_version(asked: bool) -> None:
    """Print the version of wms-elt and exit, for ``--version``."""
    if asked:
        from importlib.metadata import version as installed

        typer.echo(f"wms-elt {installed('wms-elt')}")
        raise typer.Exit


@app.callback()
def options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print progress as plain lines instead of a live table.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """ELT for Oracle WMS Cloud: loads raw documents, builds and checks tables, on Oracle or DuckDB."""


@app.command()
def elt(
    everything: Annotated[
        bool, typer.Option("--all", help="Build and test everything, even if it can't change.")
    ] = False,
    json: Json = False,
) -> None:
    """Load changes, build what can change, print a report. Checks source freshness before the build."""
    with command_session() as session:
        from loader.runs import run_elt

        report = run_elt(session.settings, everything=everything, progress=session.progress)
    show_report(report, as_json=json)


@app.command()
def full(json: Json = False) -> None:
    """Run elt, but read all documents of the WMS again."""
    with command_session() as session:
        from loader.runs import run_elt

        report = run_elt(session.settings, full=True, progress=session.progress)
    show_report(report, as_json=json)


@app.command()
def load(
    full: Annotated[bool, typer.Option("--full", help="Read all documents again.")] = False, json: Json = False
) -> None:
    """Load changes without running dbt."""
    with command_session() as session:
        from loader.runs import run_load

        report = run_load(session.settings, full=full, progress=session.progress)
    show_report(report, as_json=json)


@app.command()
def backfill(
    entity: Annotated[str, typer.Argument(help="Entity to read again, such as order_hdr.")],
    first: Annotated[
        str, typer.Option("--from", help="Start of the period by mod_ts, a date or UTC timestamp, inclusive.")
    ],
    last: Annotated[str, typer.Option("--to", help="End of the period by mod_ts, a date or UTC timestamp, exclusive.")],
    yes: Annotated[bool, typer.Option("--yes", help="Allow a period of more than a year.")] = False,
    json: Json = False,
) -> None:
    """Read a past period of one entity again. The watermark doesn't move."""
    with command_session() as session:
        from loader.runs import run_backfill

        report = run_backfill(session.settings, entity, first, last, confirmed=yes, progress=session.progress)
    show_report(report, as_json=json)


@app.command()
def reconcile(
    repair: Annotated[
        bool, typer.Option("--repair", help="Load missing rows, mark deleted rows, then run dbt build.")
    ] = False,
    json: Json = False,
) -> None:
    """Compare the WMS, raw tables and staging. Compares counts and keys, per entity and facility."""
    with command_session() as session:
        from loader.runs import reconcile as compare

        lines = compare(session.settings, repair=repair, progress=session.progress)
    show_reconciliation(lines, as_json=json)


app.command()(status_commands.status)
app.command()(status_commands.rules)
app.command()(export_command.export)
app.command("reading-schema")(reading_schema_command.reading_schema)
app.command()(init_command.init)
app.command()(tenant_commands.discover)
app.command("generate-staging")(tenant_commands.generate_staging)


@app.command()
def prune(
    apply: Annotated[bool, typer.Option("--apply", help="Delete the versions instead of only counting them.")] = False,
    json: Json = False,
) -> None:
    """Count old raw versions; --apply deletes them. Only superseded versions that are already staged."""
    with command_session() as session:
        from loader.runs import prune as remove

        tables = remove(session.settings, apply=apply, progress=session.progress)
    show_pruned(tables, apply=apply, as_json=json)


@app.command()
def reset(
    apply: Annotated[bool, typer.Option("--apply", help="Drop the objects instead of only listing them.")] = False,
    json: Json = False,
) -> None:
    """List the data of the target's source; --apply drops it. That is raw tables, state, models and files."""
    with command_session() as session:
        from loader.runs.reset import reset as forget

        found = forget(session.settings, apply=apply, progress=session.progress)
    show_reset(found, apply=apply, as_json=json)


@app.command()
def rebind(json: Json = False) -> None:
    """Bind the target to a new address of the same tenant. Compares a sample of rows first."""
    with command_session() as session:
        from loader.runs.rebind import rebind as move

        moved = move(session.settings, progress=session.progress)
    show_rebound(moved, as_json=json)


@app.command(context_settings=_PASS_ON)
def dbt(context: typer.Context, json: Json = False) -> None:
    """Run dbt build with the given arguments. Such as --select orders+; without one, checks source freshness first."""
    with command_session() as session:
        from loader.runs.dbt_run import run_dbt

        report = run_dbt(session.settings, session.progress, context.args)
    show_report(report, as_json=json)


@app.command()
def docs(json: Json = False) -> None:
    """Write the docs site as local HTML files. It has an overview, data status, tables and lineage."""
    with command_session() as session:
        from loader.site import build_site

        session.progress.step("Writing the docs site")
        page = build_site(session.settings)
    if json:
        print_json({"page": page})
        return
    typer.echo(page)


@app.command(context_settings=_PASS_HELP_ON)
def sim(context: typer.Context) -> None:
    """Run only the WMS simulator. Prints its URL and credentials; --help lists its options."""
    from loader.simulator.api.command import main

    wms = read_settings().wms
    configured = {name: getattr(wms, f"simulator_{name}") for name in ("seed", "scale", "days", "statuses")}
    # command-line options come last, so they take precedence
    raise typer.Exit(main([*(f"--{name}={value}" for name, value in configured.items()), *context.args]))


@app.command()
def doctor(json: Json = False) -> None:
    """Check the WMS, the target, dbt and this machine. Prints a hint for each problem."""
    from loader.doctor import run_checks

    show_checks(run_checks(read_settings()), as_json=json)


@app.command()
def entities(json: Json = False) -> None:
    """List the configured entities."""
    names = read_settings().pipeline.all_entities
    if json:
        print_json(names)
        return
    for name in names:
        typer.echo(name)


@app.command()
def version(json: Json = False) -> None:
    """Print the versions of wms-elt and its main dependencies."""
    from importlib.metadata import version as installed

    versions = {package: installed(package) for package in _PACKAGES}
    if json:
        print_json(versions)
        return
    for package, number in versions.items():
        typer.echo(f"{package} {number}")
