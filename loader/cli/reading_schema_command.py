"""``wms-elt reading-schema``: statements for a schema of views on an Oracle target."""

from __future__ import annotations

from typing import Annotated

import typer

from loader.cli.output import Json, print_json
from loader.cli.session import read_settings
from loader.errors import ConfigError


def reading_schema(
    schema: Annotated[str, typer.Option("--schema", help="User that gets the views.")] = "WMS_READ",
    reader: Annotated[list[str] | None, typer.Option("--reader", help="User or role that may read them.")] = None,
    json: Json = False,
) -> None:
    """Print SQL of views for analysts, for an Oracle DBA. The views of the marts have keys and relations."""
    from loader.dbt import DbtProject
    from loader.marts import read_marts
    from loader.marts.reading_schema import statements

    settings = read_settings()
    owner = settings.target.oracle_user
    if settings.target.kind != "oracle" or owner is None:
        raise ConfigError(
            "WMS_CONF_086",
            "Can't write views: the target is DuckDB.",
            hint=f"Open the read copy, {settings.target.read_copy}. It has marts and histories only.",
        )
    found = list(statements(read_marts(DbtProject(settings).manifest()), owner, schema, reader or ()))
    if json:
        print_json(found)
        return
    for statement in found:
        typer.echo(statement)
