"""``wms-elt discover`` and ``wms-elt generate-staging``: first contact with a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from loader.cli.output import Json, print_json
from loader.cli.session import command_session


def discover(
    max_requests: Annotated[int, typer.Option(min=20, max=5000, help="Most requests to send to the WMS.")] = 250,
    sample_rows: Annotated[int, typer.Option(min=1, max=1250, help="Newest rows of each entity to look at.")] = 100,
    all_entities: Annotated[
        bool, typer.Option("--all", help="Look at every entity of the WMS, not only at those to read.")
    ] = False,
    no_rules: Annotated[
        bool, typer.Option("--no-rules", help="Skip the business rules, which take dbt a minute.")
    ] = False,
    json: Json = False,
) -> None:
    """Examine the WMS before a first load. Finds readable entities, sizes, statuses, and differences from staging."""
    with command_session() as session:
        from loader.discovery.discover import Limits
        from loader.runs.discover import discover as examine

        limits = Limits(max_requests, sample_rows, every_entity=all_entities, with_rules=not no_rules)
        found = examine(session.settings, limits=limits, progress=session.progress)
    if json:
        typer.echo(found.files[-1].read_text(encoding="utf-8"))
        return
    from loader.site import discovery_verdict

    verdict = discovery_verdict(found.discovery)
    typer.echo(f"{verdict.title}. {verdict.summary}")
    for finding in verdict.findings:
        typer.echo(f"{'act' if finding.colour == 'bad' else 'check':6}{finding.text}\n      {finding.hint}")
    typer.echo(f"{found.discovery.requests} requests. Written: {', '.join(map(str, found.files))}")


def generate_staging(
    entities: Annotated[list[str], typer.Argument(help="Entities of the WMS, such as uom.")],
    directory: Annotated[
        Path | None, typer.Option("--dir", help="Directory for the models; default models/staging/wms of your project.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace existing models in the directory.")] = False,
    json: Json = False,
) -> None:
    """Write staging models for entities of the WMS. With their YAML, source and tests."""
    with command_session() as session:
        from loader.runs.discover import generate_staging as generate

        read = session.settings.pipeline.all_entities
        files = generate(session.settings, entities, directory=directory, force=force, progress=session.progress)
    if json:
        print_json(files)
        return
    for file in files:
        typer.echo(f"{'changed' if file.is_changed else 'created':9}{file.path}")
    typer.echo(_next_step([name for name in dict.fromkeys(entities) if name not in read]))


def _next_step(unread: Sequence[str]) -> str:
    """Say what to do after models were written; `unread` are their entities that the settings don't name."""
    if not unread:
        return "Next: run `make elt`."
    return f"Next: add {','.join(unread)} to GRUPONOS_PIPELINE__EXTRA_ENTITIES, then run `make elt`."
