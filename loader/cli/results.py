"""Prints the results of commands that change or check something, and sets the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from loader.cli.output import console, print_json, print_screen

if TYPE_CHECKING:
    from loader.doctor import Check
    from loader.report import RunReport
    from loader.report.reconciliation import Reconciliation
    from loader.runs.prune import Pruned
    from loader.runs.rebind import Rebound
    from loader.runs.reset import Reset


def show_report(report: RunReport, *, as_json: bool) -> None:
    """Print the report of a run and exit with its exit code."""
    from loader.report import render, to_json

    if as_json:
        typer.echo(to_json(report), nl=False)
    else:
        print_screen(render(report))
    raise typer.Exit(report.exit_code)


def show_checks(checks: Iterable[Check], *, as_json: bool) -> None:
    """Print checks as they finish, or all as JSON, and exit with the exit code of the first failed one."""
    from rich.text import Text

    if as_json:
        found = list(checks)
        print_json(found)
        raise typer.Exit(next((check.exit_code for check in found if check.exit_code), 0))
    screen, exit_code = console(), 0
    styles = {"ok": "green", "warn": "yellow", "failed": "bold red", "skipped": "dim"}
    for check in checks:
        line = Text(f"{check.status:8}", style=styles[check.status])
        screen.print(line.append(f"{check.name}: {check.message}", style="default"), soft_wrap=True)
        if check.hint:
            screen.print(Text(f"        {check.hint}", style="default"), soft_wrap=True)
        exit_code = exit_code or check.exit_code
    raise typer.Exit(exit_code)


def show_reconciliation(lines: Sequence[Reconciliation], *, as_json: bool) -> None:
    """Print the comparison; exit with 40 if anything differs, or with the code of an error."""
    from loader.report.reconciliation import as_rows, render

    if as_json:
        print_json(as_rows(lines))
    else:
        print_screen(render(lines))
    failed = [line.error.exit_code for line in lines if line.error]
    raise typer.Exit(failed[0] if failed else 0 if all(line.agrees for line in lines) else 40)


def show_pruned(tables: Sequence[Pruned], *, apply: bool, as_json: bool) -> None:
    """Print one line per raw table and the next step."""
    if as_json:
        print_json({"is_applied": apply, "tables": tables})
        return
    for table in tables:
        found = table.kept_because or f"{table.superseded:,} of {table.versions:,} versions"
        typer.echo(f"{table.entity:24}{found}")
    total = sum(table.superseded for table in tables)
    if apply:
        typer.echo(f"{total:,} versions were deleted.")
    else:
        typer.echo(f"{total:,} versions can be deleted. Run `make prune APPLY=1` to delete them.")


def show_reset(found: Reset, *, apply: bool, as_json: bool = False) -> None:
    """Print the objects of the former source, the objects that stay, and the next step."""
    if as_json:
        print_json({"is_applied": apply, **asdict(found)})
        return
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


def show_rebound(moved: Rebound, *, as_json: bool) -> None:
    """Print the comparison of each entity's sample and the target's source."""
    if as_json:
        samples = [{**asdict(agreement), "text": str(agreement)} for agreement in moved.agreements]
        print_json({"former": str(moved.former), "now": str(moved.now), "agreements": samples})
        return
    for agreement in moved.agreements:
        typer.echo(str(agreement))
    if moved.agreements:
        typer.echo(f"The target belonged to {moved.former}; it now belongs to {moved.now}.")
        typer.echo("Run `wms-elt full` once, because documents contain links with the address.")
    else:
        typer.echo(f"The target already belongs to {moved.now}. Nothing was changed.")
