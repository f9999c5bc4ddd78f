"""A few documents in an imitated Oracle and the project that builds them: a command of dbt costs little here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from dbt.cli.main import dbtRunnerResult

from loader.settings import load_settings
from tests.support.harness import EPOCH, DbtProject
from tests.support.oracle_double import execute
from tests.support.oracle_double.server import Server

READER = "REPORTING"
WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
_RAW = (
    "entity_id number(19) not null, mod_ts timestamp, facility_id number(19), company_id number(19), "
    "content_hash varchar2(32 char) not null, doc blob not null, is_deleted number(1) not null, "
    "read_at timestamp not null, read_order number(19) not null, dlt_load_id varchar2(64 char)"
)
_LEDGER = "file_name varchar2(200), entity varchar2(50), landed_at timestamp"
_RUNS = "run_id varchar2(50), entity varchar2(50), status varchar2(20), rows_read number(19), finished_at timestamp"


@contextmanager
def environment(server: Server) -> Iterator[None]:
    """dbt's environment for the user of the server, as the loader sets it."""
    settings = load_settings(
        {
            "GRUPONOS_TARGET__KIND": "oracle",
            "GRUPONOS_TARGET__ORACLE_USER": server.user.lower(),
            "GRUPONOS_TARGET__ORACLE_PASSWORD": server.password,
            "GRUPONOS_TARGET__ORACLE_HOST": "db.example.com",
            "GRUPONOS_TARGET__ORACLE_SERVICE": "ORCLPDB1",
            # without it the catalog of the docs is empty
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
    """Raw tables written by hand, and dbt on them.

    Args:
        server: an empty double, installed.
        project: the project, parsed for Oracle.
    """

    def __init__(self, server: Server, project: DbtProject) -> None:
        self.server = server
        self.project = project
        self.documents: dict[str, dict[int, dict[str, Any]]] = {}
        self.versions: dict[str, int] = {}
        self.execute(f"create table elt_landing ({_LEDGER})")
        self.execute(f"create table elt_entity_run ({_RUNS})")

    def put(self, entity: str, row_id: int, **values: object) -> None:
        """Lands a version of a document."""
        document = {"id": row_id, "mod_ts": EPOCH.isoformat() + "Z", **values}
        self.documents.setdefault(entity, {})[row_id] = document
        self._land(entity, row_id, document, is_deleted=0)

    def delete(self, entity: str, row_id: int) -> None:
        """Lands a mark of deletion."""
        self._land(entity, row_id, self.documents[entity].pop(row_id), is_deleted=1)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """A query over what really stands in the tables; ``{user}`` is their schema."""
        return self.server.rows(sql.format(user=self.server.user))

    def execute(self, sql: str) -> None:
        """A statement of Oracle, committed."""
        session = self.server.logon(self.server.user, self.server.password)
        execute.run(session, sql)
        session.commit()
        session.end()

    def dbt(self, command: str, *args: str) -> dbtRunnerResult:
        """A command of dbt, whatever its outcome."""
        with environment(self.server):
            return self.project.invoke(command, *args)

    def build(self, *selection: str) -> dbtRunnerResult:
        """Builds nodes without their tests, whatever the outcome."""
        return self.dbt("build", "--select", *selection, *WITHOUT_TESTS)

    def _land(self, entity: str, row_id: int, document: dict[str, Any], *, is_deleted: int) -> None:
        if entity not in self.versions:
            self.execute(f"create table {entity} ({_RAW})")
        order = self.versions[entity] = self.versions.get(entity, 0) + 1
        text = json.dumps(document)
        content_hash = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        read_at = EPOCH + timedelta(seconds=order)
        values = [row_id, EPOCH, None, None, content_hash, text.encode(), is_deleted, read_at, order, f"load-{order}"]
        marks = ", ".join("?" for _ in values)
        self.server.duck.cursor().execute(f"insert into {self.server.user}.{entity.upper()} values ({marks})", values)
