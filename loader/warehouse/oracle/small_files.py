"""Loads the small files of a package together: a run with few changes has many files of a few rows.

They share a transaction of two statements, instead of four for each file. A file is in the ledger or not at all,
as if it were loaded alone. If the database refuses the group, its files are loaded one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import oracledb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from dlt.common.storages.load_package import PackageStorage, ParsedLoadJobFileName

from loader.warehouse.oracle import direct_path
from loader.warehouse.oracle.ddl import INCOMING_FILES, bind_columns
from loader.warehouse.oracle.documents import BATCH_ROWS, bindable
from loader.warehouse.oracle.landing_sql import INSERT_LEDGER_OF_FILE, INSERT_NEW_VERSIONS
from loader.warehouse.oracle.pool import committing
from loader.warehouse.oracle.raw_names import entity_of
from loader.warehouse.schema import LEDGER, RAW_LOG_HINT, raw_schema

MOST_ROWS: Final = 1_000
"""Rows of a small file, unless fewer are enough for a direct path load."""

_FORGET_LOADED: Final = """
delete from {incoming} where file_id in (select file_id from {ledger} where dlt_load_id = :load_id)"""
_INSERT: Final = "insert into {incoming} (file_id, {columns}) values (:file_id, {binds})"
_ONE_FILE: Final = "(select * from {incoming} where file_id = :file_{nth})"


@dataclass(frozen=True, slots=True)
class _File:
    table: str
    file_id: str
    path: Path


class SmallFiles:
    """Groups that were loaded or refused. dlt loads with one worker, so the methods need no lock."""

    def __init__(self) -> None:
        self._loaded: set[tuple[str, str]] = set()
        self._tried: set[tuple[str, str]] = set()

    def load(self, client: Any, path: str, load_id: str) -> bool:
        """Load this file and the other small ones of its package; call it in a transaction.

        Args:
            client: dlt's job client.

        Returns:
            Whether this file is loaded, now or earlier. If not, it must be loaded alone.
        """
        key = load_id, ParsedLoadJobFileName.parse(path).file_id
        if key not in self._tried:
            files = _small(client, Path(path), [file_id for _, file_id in self._tried])
            keys = {(load_id, file.file_id) for file in files}
            if key in keys and len(keys) > 1:
                self._tried |= keys
                if _is_loaded(client.sql_client, files, load_id):
                    self._loaded |= keys
        return key in self._loaded


_OF_ENGINE: Final[WeakKeyDictionary[sa.Engine, SmallFiles]] = WeakKeyDictionary()


def small_files(engine: sa.Engine) -> SmallFiles:
    """Return the groups of an engine. Each load has its own engine."""
    return _OF_ENGINE.setdefault(engine, SmallFiles())


def _small(client: Any, path: Path, tried: Sequence[str]) -> list[_File]:
    """Return the small files of the package, this one first, up to one round trip. A table has one, or none."""
    package = path.parent.parent
    folders = (PackageStorage.STARTED_JOBS_FOLDER, PackageStorage.NEW_JOBS_FOLDER)
    found = [path, *(other for folder in folders for other in sorted((package / folder).iterdir()) if other != path)]
    files = [_File(name.table_name, name.file_id, file) for file in found if (name := _raw_file(client, file))]
    tables = [file.table for file in files]
    most = min(MOST_ROWS, direct_path.MIN_ROWS - 1)
    chosen, rows = [], 0
    for file in files:
        number = _row_count(file.path)
        is_alone = tables.count(file.table) == 1 and file.file_id not in tried
        if is_alone and 0 < number <= most and rows + number <= BATCH_ROWS:
            chosen.append(file)
            rows += number
    # dlt lists jobs in any order
    return sorted(chosen, key=lambda file: file.table)


def _raw_file(client: Any, file: Path) -> ParsedLoadJobFileName | None:
    name = ParsedLoadJobFileName.parse(file.name)
    is_raw = client.schema.tables.get(name.table_name, {}).get(RAW_LOG_HINT)
    return name if is_raw and name.file_format == "parquet" else None


def _row_count(file: Path) -> int:
    with suppress(OSError, pa.ArrowInvalid), pq.ParquetFile(file, pre_buffer=False) as parquet:
        return int(parquet.metadata.num_rows)
    # its own job reports what is wrong with it
    return 0


def _is_loaded(client: Any, files: Sequence[_File], load_id: str) -> bool:
    """Insert the files, except those in the ledger, and commit. Return False, and undo all, if that fails."""
    names = {
        "incoming": client.make_qualified_table_name(INCOMING_FILES),
        "ledger": client.make_qualified_table_name(LEDGER),
    }
    connection = client.driver_connection
    try:
        with connection.cursor() as cursor:
            columns = bind_columns()
            binds = ", ".join(f":{name}" for name in columns)
            cursor.executemany(_INSERT.format(**names, columns=", ".join(columns), binds=binds), _rows(files))
            with committing(connection):
                cursor.execute(_block(client, files, names), {"load_id": load_id, **_binds(files)})
    except oracledb.Error as error:
        try:
            connection.rollback()
        except oracledb.Error:
            # the session is lost: dlt repeats the job in another one
            raise error from None
        return False
    return True


def _rows(files: Sequence[_File]) -> pa.Table:
    parts = []
    for file in files:
        with pq.ParquetFile(file.path, pre_buffer=False) as parquet:
            rows = bindable(parquet.read(bind_columns(), use_threads=False))
        parts.append(rows.add_column(0, "file_id", pa.repeat(pa.scalar(file.file_id), rows.num_rows)))
    # documents of more than 32 KB have another type. The driver (oracledb 26.1) crashes if columns have several chunks
    return pa.concat_tables(parts, promote_options="permissive").combine_chunks()


def _block(client: Any, files: Sequence[_File], names: dict[str, str]) -> str:
    statements = [_FORGET_LOADED.format(**names)]
    for nth, file in enumerate(files):
        parts = {
            "table": client.make_qualified_table_name(file.table),
            "columns": ", ".join(raw_schema().names),
            "incoming": _ONE_FILE.format(incoming=names["incoming"], nth=nth),
            "ledger": names["ledger"],
            "nth": nth,
        }
        statements += [INSERT_NEW_VERSIONS.format(**parts), INSERT_LEDGER_OF_FILE.format(**parts)]
    return f"begin{''.join(f'{statement.rstrip()};' for statement in statements)}\nend;"


def _binds(files: Sequence[_File]) -> dict[str, str]:
    ids = {f"file_{nth}": file.file_id for nth, file in enumerate(files)}
    return ids | {f"entity_{nth}": entity_of(file.table) for nth, file in enumerate(files)}
