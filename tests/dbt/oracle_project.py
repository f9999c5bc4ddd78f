"""Compiles the project for Oracle without a server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from dbt.contracts.graph.manifest import Manifest

from tests.dbt.fake_oracle import FakeOracle
from tests.support.harness import REPOSITORY, DbtProject

PROJECT = REPOSITORY / "dbt_project"
# no database name: the profile's default must match, or an incremental build starts from scratch
ENVIRONMENT = {
    "WMS_ELT_DBT_SCHEMA": "wms",
    "WMS_ELT_RAW_SCHEMA": "wms",
    "DBT_ORACLE_USER": "wms",
    "DBT_ENV_SECRET_ORACLE_PASSWORD": "no-secret",
    "DBT_ORACLE_HOST": "localhost",
    "DBT_ORACLE_SERVICE": "none",
    "ORA_PYTHON_DRIVER_TYPE": "thin",
}


def compile_for_oracle(
    work_dir: Path, *, built_before: bool, project_dir: Path = PROJECT, arguments: Sequence[str] = ()
) -> dict[str, str]:
    """Return the compiled SQL of every model, snapshot and data test by name.

    Args:
        work_dir: folder for dbt's artifacts.
        built_before: whether every table exists, so that incremental models compile as an incremental build.
        project_dir: another project to compile.
        arguments: further arguments of ``dbt compile``.
    """
    project = DbtProject(work_dir, target="oracle", project_dir=project_dir)
    with _environment():
        manifest = project.run("parse").result
        with _connection(FakeOracle(tables=_tables(manifest, built_before=built_before))):
            outcome = project.run("compile", *arguments)
    nodes = [result.node for result in outcome.result.results]
    return {node.name: node.compiled_code for node in nodes if getattr(node, "compiled_code", None)}


def write_manifest(work_dir: Path) -> Path:
    """Write the manifest, without compiled SQL. Return its path."""
    path = work_dir / "manifest.json"
    with _environment():
        DbtProject(work_dir, target="oracle").run("parse").result.writable_manifest().write(str(path))
    return path


def statements_sent(work_dir: Path, command: str, selection: str, fake: FakeOracle) -> list[str]:
    """Return what a command sends to Oracle, one line each, without dbt's comments. It may fail on the answers."""
    project = DbtProject(work_dir, target="oracle")
    with _environment(), _connection(fake):
        project.invoke(command, "--select", selection)
    return [" ".join(re.sub(r"/\*.*?\*/", "", sql, flags=re.DOTALL).split()) for sql in fake.statements]


def compile_inline_for_oracle(work_dir: Path, sql: str) -> str:
    """Return a text of SQL and Jinja, compiled."""
    project = DbtProject(work_dir, target="oracle")
    with _environment(), _connection(FakeOracle()):
        return compile_inline(project, sql)


def compile_inline(project: DbtProject, sql: str) -> str:
    """Return a text of SQL and Jinja, compiled for the project's target."""
    outcome = project.run("compile", "--inline", sql)
    return str(outcome.result.results[0].node.compiled_code)


def _tables(manifest: Manifest, *, built_before: bool) -> frozenset[str]:
    sources = [source.identifier for source in manifest.sources.values()]
    built = [node.alias for node in manifest.nodes.values() if node.resource_type in {"model", "seed", "snapshot"}]
    return frozenset([*sources, *(built if built_before else [])])


@contextmanager
def _environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@contextmanager
def _connection(fake: FakeOracle) -> Iterator[None]:
    from dbt.adapters.oracle import connections  # imported here because dbt-oracle logs on import

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections.oracledb, "connect", fake.connect)
        yield
