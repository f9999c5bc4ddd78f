"""The target: can it be opened and written, and does dbt reach it too."""

from __future__ import annotations

from collections.abc import Iterator

from loader.doctor.check import Check, failed
from loader.errors import WmsEltError
from loader.settings import Settings
from loader.target import Column, TableSpec, open_target
from loader.target.tables import create_statement
from loader.transform import DbtProject

_PROBE = TableSpec("elt_doctor", (Column("n", "bigint"),), key=("n",))


def examine_target(settings: Settings) -> Iterator[Check]:
    """Opens it, creates a table and drops it again."""
    try:
        with open_target(settings) as target:
            target.ensure_run_tables()
            table = target.raw(_PROBE.name)
            target.execute(create_statement(table, _PROBE, settings.target.kind))
            target.insert(_PROBE, [{"n": 1}])
            target.execute(f"drop table {table}")
            yield Check("target", "ok", f"{target.description} can be opened and written")
    except WmsEltError as error:
        yield failed("target", error)


def examine_dbt(settings: Settings) -> Iterator[Check]:
    """Connects with dbt's own profile."""
    try:
        DbtProject(settings).connect()
    except WmsEltError as error:
        yield failed("dbt", error)
    else:
        yield Check("dbt", "ok", f"the project and its profile are found, target {settings.target.kind} answers")
