"""Base of the dbt tests: a small raw database for documents, and the project run in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from loader.warehouse.schema import (
    LEDGER_TABLE,
    RAW_COLUMNS,
    RUN_TABLES,
    Column,
    column_type,
    content_hash,
    raw_schema,
)

REPOSITORY = Path(__file__).parents[2]
EPOCH = datetime.fromisoformat("2026-05-04 12:00:00")
RAW_ARROW = raw_schema().append(pa.field("dlt_load_id", pa.string()))
"""Return a raw table's columns, in order."""
DLT_LOADS = "load_id varchar, schema_name varchar, status bigint, inserted_at timestamp"


@dataclass
class RawDatabase:
    """Handwritten raw tables, as the loader leaves them (docs/explanation/design.md).

    Args:
        path: the DuckDB file. Every call opens and closes it, so that dbt can open it in between.
            A block of `connected` keeps it open.
        is_new: False for a file that has its tables.
    """

    path: Path
    last_read_order: dict[str, int] = field(default_factory=dict)
    is_new: bool = True
    _held: duckdb.DuckDBPyConnection | None = None

    def __post_init__(self) -> None:
        if not self.is_new:
            return
        with self.connected() as connection:
            connection.execute("create schema wms_raw")
            for spec in (LEDGER_TABLE, *RUN_TABLES):
                connection.execute(f"create table wms_raw.{spec.name} ({_columns(spec.columns)})")
            connection.execute(f"create table wms_raw.dlt_loads ({DLT_LOADS})")

    @contextmanager
    def connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Keep the file open during the block: opening and closing a large file takes 100 ms."""
        if self._held is not None:
            yield self._held
            return
        with duckdb.connect(self.path) as connection:
            self._held = connection
            try:
                yield connection
            finally:
                self._held = None

    def put(
        self, entity: str, doc: Mapping[str, object] | str, *, read_order: int | None = None, is_deleted: int = 0
    ) -> int:
        """Append a version of a document. Return its read order, by default the next one.

        `doc` is the document with its `id`, or the text of invalid JSON (then its id is 1).
        """
        return self.put_all(entity, [doc], first_read_order=read_order, is_deleted=is_deleted)

    def put_all(
        self,
        entity: str,
        docs: Sequence[Mapping[str, object] | str],
        *,
        first_read_order: int | None = None,
        is_deleted: int = 0,
    ) -> int:
        """Append a version of each document. Return the last read order."""
        first = first_read_order or self.last_read_order.get(entity, 0) + 1
        rows = [_raw_row(doc, order, is_deleted) for order, doc in enumerate(docs, first)]
        with self.connected() as connection:
            connection.execute(f"create table if not exists wms_raw.{entity} ({_columns(RAW_COLUMNS)})")
            if rows:
                # 0.1 ms per row; executemany takes more than 1 ms
                connection.from_arrow(pa.Table.from_pylist(rows, RAW_ARROW)).insert_into(f"wms_raw.{entity}")
        self.last_read_order[entity] = first + len(rows) - 1
        return self.last_read_order[entity]

    def put_run(self, entity: str, status: str, age: timedelta, message: str | None = None) -> None:
        """Record that a run read the entity and ended `age` ago."""
        finished_at = datetime.now(UTC).replace(tzinfo=None) - age
        self.execute(
            "insert into wms_raw.elt_entity_run (run_id, entity, status, load_mode, started_at, finished_at, message) "
            "values ('run', ?, ?, 'incremental', ?, ?, ?)",
            [entity, status, finished_at, finished_at, message],
        )

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement."""
        with self.connected() as connection:
            connection.execute(sql, list(parameters))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query as Python values."""
        with self.connected() as connection:
            return connection.execute("set timezone = 'UTC'").execute(sql, list(parameters)).fetchall()

    def records(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Return all rows of a query as mappings from column to value."""
        with self.connected() as connection:
            result = connection.execute("set timezone = 'UTC'").execute(sql, list(parameters))
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@dataclass
class DbtProject:
    """The project, run in this process, so that a build doesn't start an interpreter.

    Args:
        work_dir: folder for profiles, dbt's target and its log; one per test process, for parallel tests.
        target: output in the profile.
        manifest: the parsed project; commands then skip parsing.
        project_dir: another copy of the project.
    """

    work_dir: Path
    target: str = "duckdb"
    manifest: Manifest | None = None
    project_dir: Path = REPOSITORY / "dbt_project"

    def __post_init__(self) -> None:
        (self.work_dir / "profiles").mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / "profiles.yml.example", self.work_dir / "profiles" / "profiles.yml")

    @property
    def target_path(self) -> Path:
        """Return the folder of dbt's artifacts."""
        return self.work_dir / "target"

    def invoke(self, command: str, *args: str, on_message: Callable[[str], None] | None = None) -> dbtRunnerResult:
        """Run a command, whatever its outcome.

        Args:
            command: may consist of several words, such as `source freshness`.
            args: as on the command line.
            on_message: called with every message from dbt.
        """
        options = {
            "--project-dir": self.project_dir,
            "--profiles-dir": self.work_dir / "profiles",
            "--target-path": self.target_path,
            "--log-path": self.work_dir / "logs",
            "--log-level": "none",
            "--log-level-file": "none",
            "--target": self.target,
        }
        words = ["--no-write-json", *(str(word) for option in options.items() for word in option)]
        callbacks = [lambda event: on_message(event.info.msg)] if on_message else []
        try:
            runner = dbtRunner(manifest=self.manifest, callbacks=callbacks)
            return without_hooks(runner.invoke([*command.split(), *args, *words]))
        finally:
            DuckDBConnectionManager.close_all_connections()

    def parse(self) -> Manifest:
        """Parse the project once for all later commands."""
        self.manifest = self.run("parse").result
        return self.manifest

    def run(self, command: str, *args: str) -> dbtRunnerResult:
        """Run a command that must succeed. Otherwise fail with dbt's messages."""
        outcome = self.invoke(command, *args)
        assert outcome.success, "\n".join(problems(outcome))
        return outcome


def without_hooks(outcome: dbtRunnerResult) -> dbtRunnerResult:
    """Remove the results of the hook at the start of a command."""
    if results := getattr(outcome.result, "results", None):
        outcome.result.results = [row for row in results if str(row.node.resource_type) != "operation"]
    return outcome


def problems(outcome: dbtRunnerResult) -> list[str]:
    """Return names and messages of failed nodes, or the exception that stopped the command."""
    if outcome.exception:
        return [str(outcome.exception)]
    good = {"success", "pass", "no-op"}
    return [f"{result.node.name}: {result.message}" for result in outcome.result if str(result.status) not in good]


def _columns(columns: Sequence[Column]) -> str:
    """Return column names and types as the loader creates them, without constraints: tests insert incomplete rows."""
    return ", ".join(f"{column.name} {column_type(column, 'duckdb')}" for column in columns)


def _raw_row(doc: Mapping[str, object] | str, read_order: int, is_deleted: int) -> dict[str, object]:
    text = doc if isinstance(doc, str) else json.dumps(doc, separators=(",", ":"), default=str)
    return {
        "entity_id": 1 if isinstance(doc, str) else doc["id"],
        "mod_ts": None if isinstance(doc, str) else _utc(doc.get("mod_ts")),
        "content_hash": content_hash(text.encode()),
        "doc": text,
        "is_deleted": is_deleted,
        "read_at": EPOCH + timedelta(seconds=read_order),
        "read_order": read_order,
        "dlt_load_id": f"load-{read_order}",
    }


def _utc(value: object) -> datetime | None:
    """Return a document's timestamp in UTC without time zone, or null if missing or unreadable."""
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return None
