"""The target: can it be opened and written, and does dbt reach it too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from loader.dbt import DbtProject
from loader.doctor.check import Check, failed
from loader.doctor.profile import differences, is_comparable, is_outdated
from loader.errors import ConfigError, WmsEltError
from loader.settings import Settings
from loader.warehouse import Column, TableSpec, Warehouse, open_warehouse
from loader.warehouse.quarantine import count_set_aside
from loader.warehouse.schema import create_statement
from loader.warehouse.source_guard import source_binding

_PROBE = TableSpec("elt_doctor", (Column("n", "bigint"),), key=("n",))


def check_target(settings: Settings) -> Iterator[Check]:
    """Opens it; on Oracle looks at the database and the user; creates a table, writes to it and drops it again."""
    try:
        target = open_warehouse(settings)
    except WmsEltError as error:
        yield failed("target", error)
        return
    with target:
        yield Check("target", "ok", f"{target.description} answers")
        if settings.target.kind == "oracle":
            yield from _check_oracle(target, settings)
        else:
            yield _whole(target, settings)
        yield from _set_aside(target)
        source = _source(target, settings)
        yield source
        if source.status == "ok":
            yield _written(target, settings)
        else:
            yield Check("tables", "skipped", "nothing is written to a target of another source")


def check_dbt(settings: Settings) -> Iterator[Check]:
    """Connects with dbt's own profile, and holds it against the settings."""
    try:
        project = DbtProject(settings)
        project.connect()
        output = project.output()
        elsewhere = ", ".join(differences(output, settings.target, partial(_db_name, settings)))
    except WmsEltError as error:
        yield failed("dbt", error)
        return
    if elsewhere:
        advice = "Compare profiles.yml with profiles.yml.example, which has all of it from the settings, or remove it."
        finding = f"the profile leads elsewhere than the loader: {elsewhere}"
        yield Check("dbt", "failed", finding, advice, ConfigError.exit_code)
        return
    same = "" if is_comparable(output, settings.target) else "; its address is written another way and was not compared"
    yield Check("dbt", "ok", f"the project and its profile are found, target {settings.target.kind} answers{same}")
    if is_outdated(output):
        option = "`disabled_optimizers: build_side_probe_side`"
        advice = f"Add {option} to the config_options of its duckdb output (docs/how-to/upgrade.md)."
        yield Check("profile", "warn", "profiles.yml was copied from an earlier release", advice)


def _db_name(settings: Settings) -> str:
    with open_warehouse(settings) as target:
        [(name,)] = target.fetch("select sys_context('userenv', 'DB_NAME') from dual")
    return str(name)


def _check_oracle(target: Warehouse, settings: Settings) -> Iterator[Check]:
    # the driver is no light import, and DuckDB does not need it
    from loader.doctor.oracle import check_oracle
    from loader.warehouse.oracle.connect import OracleWarehouse

    if isinstance(target, OracleWarehouse):
        yield from check_oracle(target, settings.target)


def _whole(target: Warehouse, settings: Settings) -> Check:
    started = time.monotonic()
    try:
        finding = target.check_damage(thorough=True)
    except WmsEltError as error:
        return failed("damage", error)
    size = settings.target.duckdb_path.stat().st_size / 1024**2
    return Check("damage", "ok", f"none found: {finding} ({size:,.0f} MiB, {time.monotonic() - started:.1f} s)")


def _set_aside(target: Warehouse) -> Iterator[Check]:
    """Documents that cannot be landed."""
    try:
        counts = count_set_aside(target)
    except WmsEltError as error:
        yield failed("quarantine", error)
        return
    if counts:
        named = ", ".join(f"{entity} {count:,}" for entity, count in sorted(counts.items()))
        advice = "Query elt_quarantine for them and correct them in the WMS; they are read again when they change."
        yield Check("quarantine", "warn", f"documents that cannot be landed are set aside: {named}", advice)


def _source(target: Warehouse, settings: Settings) -> Check:
    try:
        binding = source_binding(target, settings, to_load=True)
    except WmsEltError as error:
        return failed("source", error)
    if binding.refusal:
        return failed("source", binding.refusal)
    if binding.recorded is None:
        return Check("source", "ok", f"the target holds no data yet; the first load binds it to {binding.configured}")
    return Check("source", "ok", f"the target holds data of {binding.recorded}, as configured")


def _written(target: Warehouse, settings: Settings) -> Check:
    table = target.raw(_PROBE.name)
    try:
        target.ensure_run_tables()
        if target.exists(table):
            # an earlier doctor was killed
            target.execute(f"drop table {table}")
        target.execute(create_statement(table, _PROBE, settings.target.kind))
        target.insert(_PROBE, [{"n": 1}])
        target.execute(f"drop table {table}")
    except WmsEltError as error:
        return failed("tables", error)
    return Check("tables", "ok", "a table can be created, written and dropped")
