"""A few documents in the double and the part of the project that builds them, so that dbt commands are fast."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from dbt.cli.main import dbtRunnerResult

from loader.settings import load_settings
from loader.warehouse.schema import (
    ENTITY_RUN,
    LEDGER_TABLE,
    RAW_COLUMNS,
    column_definitions,
    content_hash,
    create_statement,
)
from tests.support.harness import EPOCH, DbtProject
from tests.support.oracle_double import execute
from tests.support.oracle_double.server import Server

READER = "REPORTING"
WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@contextmanager
def environment(server: Server) -> Iterator[None]:
    """Return dbt's environment for the server's user, as the loader sets it."""
    settings = load_settings(
        {
            "GRUPONOS_TARGET__KIND": "oracle",
            "GRUPONOS_TARGET__ORACLE_USER": server.user.lower(),
            "GRUPONOS_TARGET__ORACLE_PASSWORD": server.password,
            "GRUPONOS_TARGET__ORACLE_HOST": "db.example.com",
            "GRUPONOS_TARGET__ORACLE_SERVICE": "ORCLPDB1",
            # without it the docs catalog is empty
            "GRUPONOS_TARGET__ORACLE_DB_NAME": server.database,
        },
        env_file=None,
    )
    options = {"DBT_ORACLE_THREADS": "1", "DBT_ORACLE_READERS": READER.lower()}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (settings.dbt_environment() | options).items():
            patch.setenv(name, value)
        yield


class SmallWarehouse:
    """Handwritten raw tables and the dbt project on them.

    Args:
        server: an empty double, installed.
        project: the project, parsed for Oracle.
    """

    def __init__(self, server: Server, project: DbtProject) -> None:
        self.server = server
        self.project = project
        self.documents: dict[str, dict[int, dict[str, Any]]] = {}
        self.versions: dict[str, int] = {}
        for spec in (LEDGER_TABLE, ENTITY_RUN):
            self.execute(create_statement(spec.name, spec, "oracle"))

    def put(self, entity: str, row_id: int, **values: object) -> None:
        """Land a version of a document."""
        document = {"id": row_id, "mod_ts": EPOCH.isoformat() + "Z", **values}
        self.documents.setdefault(entity, {})[row_id] = document
        self._land(entity, row_id, document, is_deleted=0)

    def delete(self, entity: str, row_id: int) -> None:
        """Land a tombstone."""
        self._land(entity, row_id, self.documents[entity].pop(row_id), is_deleted=1)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the double's DuckDB tables directly; ``{user}`` is their schema."""
        return self.server.rows(sql.format(user=self.server.user))

    def execute(self, sql: str) -> None:
        """Execute and commit an Oracle statement."""
        session = self.server.logon(self.server.user, self.server.password)
        execute.run(session, sql)
        session.commit()
        session.end()

    def dbt(self, command: str, *args: str) -> dbtRunnerResult:
        """Run a dbt command, whatever its outcome."""
        with environment(self.server):
            return self.project.invoke(command, *args)

    def build(self, *selection: str) -> dbtRunnerResult:
        """Build nodes without their tests, whatever the outcome."""
        return self.dbt("build", "--select", *selection, *WITHOUT_TESTS)

    def _land(self, entity: str, row_id: int, document: dict[str, Any], *, is_deleted: int) -> None:
        if entity not in self.versions:
            self.execute(f"create table {entity} ({column_definitions(RAW_COLUMNS, 'oracle')})")
        order = self.versions[entity] = self.versions.get(entity, 0) + 1
        text = json.dumps(document).encode()
        read_at = EPOCH + timedelta(seconds=order)
        keys = [row_id, EPOCH, None, None, content_hash(text)]
        values = [*keys, text, is_deleted, read_at, order, f"load-{order}"]
        marks = ", ".join("?" for _ in values)
        self.server.duck.cursor().execute(f"insert into {self.server.user}.{entity.upper()} values ({marks})", values)
