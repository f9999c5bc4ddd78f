"""Publishes the read copy: a DuckDB file of marts and histories that readers open while a run writes the other file.

A draft next to the copy replaces it in one step. So readers see the marts of one build, and a kill leaves a draft that
the next run removes. Readers of the former copy keep it until they close it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import msgspec

from loader.errors import TargetError
from loader.files import mode_of_new_file
from loader.marts.declared import Mart
from loader.warehouse.duckdb.connect import DuckDbWarehouse

ABOUT: Final = "read_copy"
"""Table of the copy with one row: where its marts come from."""

# drivers of BI tools have older releases of DuckDB than this project
_FORMAT: Final = "v1.2.0"
_DRAFT: Final = "wms_elt_draft"
_FORMER: Final = "wms_elt_former"
_WRITERS: Final = 0o222
_COLUMNS: Final = """
    select lower(table_name), lower(column_name), data_type from duckdb_columns()
    where database_name = current_database() and lower(schema_name) = ? order by table_name, column_index
"""


class ReadCopyError(Exception):
    """The copy can't be written; the former one is unchanged."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where the marts of a copy come from.

    Args:
        built_at: start of the build, aware UTC.
    """

    built_at: datetime
    run_id: str
    source: str
    release: str


def last_stamp(target: DuckDbWarehouse, path: Path, schema: str) -> Stamp | None:
    """Return the stamp of the published copy; None if there is none, or it can't be read."""
    if not path.is_file():
        return None
    try:
        with _attached(target.connection, path, _FORMER, "read_only"):
            sql = f"select built_at, run_id, source, release from {_FORMER}.{_quoted(schema)}.{ABOUT}"  # noqa: S608
            row = target.connection.execute(sql).fetchone()
    except duckdb.Error:
        return None
    return Stamp(row[0].replace(tzinfo=UTC), *map(str, row[1:])) if row else None


def publish(
    target: DuckDbWarehouse,
    path: Path,
    schema: str,
    marts: Sequence[Mart],
    stamp: Stamp,
    *,
    changed: Collection[str] | None = None,
) -> int:
    """Write the marts that exist in the target to a new copy, and return its size in bytes.

    Args:
        schema: of the marts, in the target and in the copy.
        changed: marts that a build of affected rows has built since the former copy; the other rows are taken from that
            copy. None = all rows are taken from the target.

    Raises:
        ReadCopyError: the copy can't be written, for example because the disk is full.
    """
    remove_drafts(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    connection = target.connection
    try:
        tables = _tables(connection, schema, marts)
        if changed is not None and _has_layout(connection, path, schema, _digest(tables)):
            _copy_file(path, draft)
            with _attached(connection, draft, _DRAFT, "read_write"), target.transaction():
                _update(target, schema, [table for table in tables if _may_differ(table.mart, changed)])
                _stamp(target, schema, tables, stamp)
        else:
            with _attached(connection, draft, _DRAFT, f"storage_version '{_FORMAT}'"):
                is_laid_out = _layout_copied(connection, path, schema, _digest(tables))
                with target.transaction():
                    _fill(target, schema, tables, is_laid_out=is_laid_out)
                    _stamp(target, schema, tables, stamp)
        _replace(draft, path)
        return path.stat().st_size
    except (duckdb.Error, TargetError, OSError) as error:
        raise ReadCopyError(str(error).strip().partition("\n")[0]) from error
    finally:
        remove_drafts(path)


def remove_drafts(path: Path) -> None:
    """Remove what a kill left of an unfinished copy."""
    for left in path.parent.glob(f".{path.name}.*"):
        with suppress(OSError):
            left.unlink()


@dataclass(frozen=True, slots=True)
class _Table:
    mart: Mart
    columns: tuple[tuple[str, str], ...]
    """Names and types."""


def _tables(connection: duckdb.DuckDBPyConnection, schema: str, marts: Iterable[Mart]) -> list[_Table]:
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, name, data_type in connection.execute(_COLUMNS, [schema.lower()]).fetchall():
        columns.setdefault(table, []).append((name, data_type))
    return [_Table(mart, tuple(columns[mart.name])) for mart in marts if mart.name in columns]


def _may_differ(mart: Mart, changed: Collection[str]) -> bool:
    return mart.is_view or mart.name in changed


def _update(target: DuckDbWarehouse, schema: str, tables: Iterable[_Table]) -> None:
    """Take affected rows from the target, or all rows of marts that have no affected keys."""
    for table in tables:
        name, affected = table.mart.name, table.mart.affected
        copy, rows = f"{_DRAFT}.{_quoted(schema)}.{_quoted(name)}", ""
        if affected:
            rows = f" where {_quoted(affected.column)} in (select * from {target.model(affected.keys)})"  # noqa: S608
        target.execute(f"delete from {copy}{rows}")  # noqa: S608
        target.execute(f"insert into {copy} select * from {target.model(name)}{rows}")  # noqa: S608


def _fill(target: DuckDbWarehouse, schema: str, tables: Sequence[_Table], *, is_laid_out: bool) -> None:
    if not is_laid_out:
        for statement in _definitions(schema, tables):
            target.execute(statement)
    copy = f"{_DRAFT}.{_quoted(schema)}"
    for table in tables:
        name = table.mart.name
        target.execute(f"insert into {copy}.{_quoted(name)} select * from {target.model(name)}")  # noqa: S608


def _stamp(target: DuckDbWarehouse, schema: str, tables: Sequence[_Table], stamp: Stamp) -> None:
    about = (datetime.now(UTC), stamp.built_at, stamp.run_id, stamp.source, stamp.release, _digest(tables))
    table = f"{_DRAFT}.{_quoted(schema)}.{ABOUT}"
    target.execute(f"delete from {table}")  # noqa: S608
    target.execute(f"insert into {table} values (?, ?, ?, ?, ?, ?)", about)  # noqa: S608


def _copy_file(path: Path, draft: Path) -> None:
    shutil.copyfile(path, draft)
    draft.chmod(mode_of_new_file())


def _has_layout(connection: duckdb.DuckDBPyConnection, path: Path, schema: str, layout: str) -> bool:
    """Whether the former copy has the same tables and comments."""
    if not path.is_file():
        return False
    with suppress(duckdb.Error), _attached(connection, path, _FORMER, "read_only"):
        sql = f"select 1 from {_FORMER}.{_quoted(schema)}.{ABOUT} where layout = ?"  # noqa: S608
        return connection.execute(sql, [layout]).fetchone() is not None
    return False


def _layout_copied(connection: duckdb.DuckDBPyConnection, path: Path, schema: str, layout: str) -> bool:
    """Copy tables and comments from the former copy if they are the same: a thousand comments take 0.7 CPU seconds."""
    if not _has_layout(connection, path, schema, layout):
        return False
    with suppress(duckdb.Error), _attached(connection, path, _FORMER, "read_only"):
        connection.execute(f"copy from database {_FORMER} to {_DRAFT} (schema)")
        return True
    return False


def _definitions(schema: str, tables: Iterable[_Table]) -> Iterator[str]:
    """Statements that create the tables, with the descriptions as comments."""
    own = f"{_DRAFT}.{_quoted(schema)}"
    yield f"create schema {own}"
    yield (
        f"create table {own}.{ABOUT} "
        "(published_at timestamp, built_at timestamp, run_id varchar, source varchar, release varchar, layout varchar)"
    )
    yield f"comment on table {own}.{ABOUT} is {_text('Where the marts of this copy come from; times are UTC.')}"
    for table in tables:
        name = f"{own}.{_quoted(table.mart.name)}"
        yield f"create table {name} ({', '.join(f'{_quoted(column)} {of_type}' for column, of_type in table.columns)})"
        yield f"comment on table {name} is {_text(_about(table.mart))}"
        joins = {relation.column: f"Joins {relation.mart}.{relation.key}." for relation in table.mart.relations}
        for column, _ in table.columns:
            if comment := f"{table.mart.columns.get(column, '')} {joins.get(column, '')}".strip():
                yield f"comment on column {name}.{_quoted(column)} is {_text(comment)}"


def _about(mart: Mart) -> str:
    return f"{mart.description} Key: {', '.join(mart.key)}." if mart.key else mart.description


def _digest(tables: Sequence[_Table]) -> str:
    return hashlib.sha256(msgspec.json.encode([_FORMAT, duckdb.__version__, tables])).hexdigest()[:32]


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, path: Path, name: str, options: str) -> Iterator[None]:
    connection.execute(f"attach {_text(str(path.absolute()))} as {name} ({options})")
    try:
        yield
    finally:
        connection.execute(f"detach {name}")


def _replace(draft: Path, path: Path) -> None:
    """Put the draft in the place of the copy, also for the case of a power loss, and make it read-only."""
    with draft.open("rb") as file:
        os.fchmod(file.fileno(), mode_of_new_file() & ~_WRITERS)
        os.fsync(file.fileno())
    os.replace(draft, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _text(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
