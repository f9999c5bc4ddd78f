"""Checks of the target: the loader and dbt can connect, and the loader can write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from loader.dbt import DbtProject
from loader.doctor.check import Check, failed
from loader.doctor.profile import differences, is_comparable, is_outdated
from loader.errors import ConfigError, WmsEltError
from loader.settings import Settings
from loader.warehouse import Column, TableSpec, Warehouse, open_warehouse, without_wait
from loader.warehouse.quarantine import count_set_aside
from loader.warehouse.schema import create_statement
from loader.warehouse.source_guard import source_binding

_PROBE = TableSpec("elt_doctor", (Column("n", "bigint"),), key=("n",))


def check_target(settings: Settings) -> Iterator[Check]:
    """Connect, check the database, then create a table, write to it and drop it."""
    try:
        target = open_warehouse(without_wait(settings))
    except WmsEltError as error:
        yield failed("target", error)
        return
    with target:
        yield Check("target", "ok", f"connected to {target.description}")
        if settings.target.kind == "oracle":
            yield from _check_oracle(target, settings)
        else:
            yield _check_damage(target, settings)
        yield from _check_quarantine(target)
        source = _source(target, settings)
        yield source
        if source.status == "ok":
            yield _check_tables(target, settings)
        else:
            yield Check("tables", "skipped", "not checked, because the target belongs to another source")


def check_dbt(settings: Settings) -> Iterator[Check]:
    """Connect with dbt's profile, and compare it with the settings."""
    try:
        project = DbtProject(settings)
        project.connect()
        output = project.output()
        elsewhere = ", ".join(differences(output, settings.target, partial(_db_name, settings)))
    except WmsEltError as error:
        yield failed("dbt", error)
        return
    if elsewhere:
        hint = "Correct profiles.yml (profiles.yml.example reads everything from the settings), or remove it."
        message = f"The profile and the loader use different targets: {elsewhere}."
        yield Check("dbt", "failed", message, hint, ConfigError.exit_code)
        return
    same = "" if is_comparable(output, settings.target) else "; its address has another form and was not compared"
    own = f" and yours in {settings.target.dbt_project_dir}" if settings.target.dbt_project_dir else ""
    message = f"found the project{own} and its profile, connected to target {settings.target.kind}{same}"
    yield Check("dbt", "ok", message)
    if is_outdated(output):
        option = "`disabled_optimizers: build_side_probe_side`"
        hint = f"Add {option} to config_options in its duckdb output (docs/how-to/upgrade.md)."
        yield Check("profile", "warn", "profiles.yml is from an earlier release.", hint)


def _db_name(settings: Settings) -> str:
    with open_warehouse(settings) as target:
        [(name,)] = target.fetch("select sys_context('userenv', 'DB_NAME') from dual")
    return str(name)


def _check_oracle(target: Warehouse, settings: Settings) -> Iterator[Check]:
    # importing the driver is slow, and DuckDB doesn't need it
    from loader.doctor.oracle import check_oracle
    from loader.warehouse.oracle.connect import OracleWarehouse

    if isinstance(target, OracleWarehouse):
        yield from check_oracle(target, settings.target)


def _check_damage(target: Warehouse, settings: Settings) -> Check:
    started = time.monotonic()
    try:
        message = target.check_damage(thorough=True)
    except WmsEltError as error:
        return failed("damage", error)
    size = settings.target.duckdb_path.stat().st_size / 1024**2
    return Check("damage", "ok", f"none found: {message} ({size:,.0f} MiB, {time.monotonic() - started:.1f} s)")


def _check_quarantine(target: Warehouse) -> Iterator[Check]:
    """Warn about documents in quarantine."""
    try:
        counts = count_set_aside(target)
    except WmsEltError as error:
        yield failed("quarantine", error)
        return
    if counts:
        named = ", ".join(f"{entity} {count:,}" for entity, count in sorted(counts.items()))
        hint = "Query elt_quarantine and correct the documents in the WMS. They are read again when they change."
        yield Check("quarantine", "warn", f"Documents in quarantine: {named}.", hint)


def _source(target: Warehouse, settings: Settings) -> Check:
    try:
        binding = source_binding(target, settings, to_load=True)
    except WmsEltError as error:
        return failed("source", error)
    if binding.refusal:
        return failed("source", binding.refusal)
    if binding.recorded is None:
        return Check("source", "ok", f"the target is empty; the first load binds it to {binding.configured}")
    return Check("source", "ok", f"the target contains data of {binding.recorded}, as configured")


def _check_tables(target: Warehouse, settings: Settings) -> Check:
    table = target.raw(_PROBE.name)
    try:
        target.ensure_run_tables()
        if target.exists(table):
            # left by an earlier check that was killed
            target.execute(f"drop table {table}")
        target.execute(create_statement(table, _PROBE, settings.target.kind))
        target.insert(_PROBE, [{"n": 1}])
        target.execute(f"drop table {table}")
    except WmsEltError as error:
        return failed("tables", error)
    return Check("tables", "ok", "created, wrote and dropped a table")
