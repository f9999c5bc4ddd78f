"""The commands. Rooms are imported when a command needs them: dlt and dbt take seconds."""

from __future__ import annotations

from typing import Annotated

import typer

from loader.cli import configuration
from loader.cli import status_commands as watching
from loader.cli.session import (
    command_session,
    read_settings,
    show,
    show_checks,
    show_pruned,
    show_rebound,
    show_reconciliation,
    show_reset,
)

app = typer.Typer(
    name="wms-elt",
    help="ELT for Oracle WMS Cloud: loads raw documents, builds and checks tables, on Oracle or DuckDB.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.add_typer(configuration.app, name="config")
app.add_typer(watching.runs, name="runs")
app.add_typer(watching.alerts, name="alerts")

Json = Annotated[bool, typer.Option("--json", help="Print the run report as JSON instead of the screen.")]
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
_PASS_HELP_ON = {**_PASS_ON, "help_option_names": []}


@app.callback()
def options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell of progress in lines, not in a table drawn over and over.")
    ] = False,
) -> None:
    """ELT for Oracle WMS Cloud: loads raw documents, builds and checks tables, on Oracle or DuckDB."""


@app.command()
def elt(json: Json = False) -> None:
    """Load what changed, check freshness, build and test, report."""
    with command_session() as session:
        from loader.runs import run_elt

        report = run_elt(session.settings, progress=session.progress)
    show(report, as_json=json)


@app.command()
def full(json: Json = False) -> None:
    """As elt, but read every document of the WMS again."""
    with command_session() as session:
        from loader.runs import run_elt

        report = run_elt(session.settings, full=True, progress=session.progress)
    show(report, as_json=json)


@app.command()
def load(
    full: Annotated[bool, typer.Option("--full", help="Read every document again.")] = False, json: Json = False
) -> None:
    """Load what changed, without dbt."""
    with command_session() as session:
        from loader.runs import run_load

        report = run_load(session.settings, full=full, progress=session.progress)
    show(report, as_json=json)


@app.command()
def backfill(
    entity: Annotated[str, typer.Argument(help="Entity to read again, such as order_hdr.")],
    first: Annotated[str, typer.Option("--from", help="First day or instant of mod_ts, UTC; included.")],
    last: Annotated[str, typer.Option("--to", help="Last day or instant of mod_ts, UTC; not included.")],
    yes: Annotated[bool, typer.Option("--yes", help="Read more than a year.")] = False,
    json: Json = False,
) -> None:
    """Read a past period of one entity again; the incremental cursor stays where it is."""
    with command_session() as session:
        from loader.runs import run_backfill

        report = run_backfill(session.settings, entity, first, last, confirmed=yes, progress=session.progress)
    show(report, as_json=json)


@app.command()
def reconcile(
    repair: Annotated[bool, typer.Option("--repair", help="Read what is missing, mark what vanished, build.")] = False,
) -> None:
    """Compare source, raw and staging by counts and keys, per entity and facility."""
    with command_session() as session:
        from loader.runs import reconcile as compare

        lines = compare(session.settings, repair=repair, progress=session.progress)
    show_reconciliation(lines)


app.command()(watching.status)
app.command()(watching.rules)


@app.command()
def prune(
    apply: Annotated[bool, typer.Option("--apply", help="Remove them; otherwise they are counted.")] = False,
) -> None:
    """Count raw versions that were replaced long ago and are staged; --apply removes them."""
    with command_session() as session:
        from loader.runs import prune as remove

        tables = remove(session.settings, apply=apply, progress=session.progress)
    show_pruned(tables, apply=apply)


@app.command()
def reset(
    apply: Annotated[bool, typer.Option("--apply", help="Drop it; otherwise it is listed.")] = False,
) -> None:
    """List raw tables, state and models of the source this target belongs to; --apply drops them."""
    with command_session() as session:
        from loader.runs.reset import reset as forget

        found = forget(session.settings, apply=apply, progress=session.progress)
    show_reset(found, apply=apply)


@app.command()
def rebind() -> None:
    """Bind the target to a new address of the same tenant, after a sample of rows was compared."""
    with command_session() as session:
        from loader.runs.rebind import rebind as move

        moved = move(session.settings, progress=session.progress)
    show_rebound(moved)


@app.command(context_settings=_PASS_ON)
def dbt(context: typer.Context) -> None:
    """Check freshness, then dbt build with the arguments given, such as --select orders+."""
    with command_session() as session:
        from loader.runs.dbt_run import run_dbt

        report = run_dbt(session.settings, session.progress, context.args)
    show(report, as_json=False)


@app.command()
def docs() -> None:
    """Write the docs site, a folder that opens from disk: overview, data status, tables, lineage."""
    with command_session() as session:
        from loader.site import build_site

        session.progress.step("Writing the docs site")
        page = build_site(session.settings)
    typer.echo(page)


@app.command(context_settings=_PASS_HELP_ON)
def sim(context: typer.Context) -> None:
    """Run the WMS simulator alone and print its address and credentials; --help lists its options."""
    from loader.simulator.api.command import main

    wms = read_settings().wms
    configured = {"seed": wms.simulator_seed, "scale": wms.simulator_scale, "days": wms.simulator_days}
    # what is typed comes last, and the last one counts
    raise typer.Exit(main([*(f"--{name}={value}" for name, value in configured.items()), *context.args]))


@app.command()
def doctor() -> None:
    """Check the WMS, the target, dbt and this machine; one line each with what to do."""
    from loader.doctor import run_checks

    show_checks(run_checks(read_settings()))


@app.command()
def entities() -> None:
    """List the entities that are read."""

    for name in read_settings().pipeline.all_entities:
        typer.echo(name)


@app.command()
def version() -> None:
    """Print the versions of wms-elt and of what it stands on."""
    from importlib.metadata import version as installed

    for package in ("wms-elt", "dlt", "dbt-core", "dbt-duckdb", "dbt-oracle", "duckdb", "oracledb"):
        typer.echo(f"{package} {installed(package)}")
