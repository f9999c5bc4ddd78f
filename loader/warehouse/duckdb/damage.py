"""A DuckDB file that is cut, overwritten or otherwise spoilt: how it is noticed, and what is said."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from loader.errors import TargetError

_DAMAGE: Final = re.compile(
    r"Corrupt|checksum|not a valid DuckDB|Could not read (enough bytes|all bytes|from file)|replaying WAL"
    r"|database has been invalidated|Input/output error",
    re.IGNORECASE,
)
_FATAL: Final = re.compile(r"\b(FATAL|INTERNAL) Error\b", re.IGNORECASE)
# the first bytes of a log: the number of a field and the kind of the entry that names the version
_LOG_BEGINS: Final = b"d\x00b"
_HEADERS: Final = 3 * 4096
_CHECKSUM: Final = 8
_BLOCK_SIZES: Final = frozenset(2**power for power in range(14, 19))
# iteration, meta block, free list, number of blocks, size of a block
_HEADER: Final = struct.Struct("<QqqQQ")
# another key that an index keeps near the same one
_BESIDE: Final = MappingProxyType(
    {
        "VARCHAR": "{key} || chr(1)",
        "BIGINT": "{key} + (select max({key}) - min({key}) + 1 from {table})",
        "TIMESTAMP": "{key} + interval 1 microsecond",
    }
)
_HINT: Final = (
    "Run `wms-elt doctor`, which reads every table. Restore the file and its .wal file from a backup, or move both "
    "away and run `make elt`, which reads again what the WMS still shows. Nothing else holds the data."
)


def is_damage(error: BaseException) -> bool:
    """Whether DuckDB says that the file is damaged, or broke off for a reason that may be damage."""
    return isinstance(error, (duckdb.FatalException, duckdb.InternalException)) or says_damage(str(error))


def says_damage(text: str) -> bool:
    """Whether a message of DuckDB, perhaps quoted by dbt, speaks of a damaged file."""
    return bool(_DAMAGE.search(text) or _FATAL.search(text))


def is_text(path: Path) -> bool:
    """Whether the file is text: then it is another file in the place of the database, not a damaged one."""
    try:
        with path.open("rb") as file:
            begins = file.read(_HEADERS)
        return bool(begins) and b"\0" not in begins and bool(begins.decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        return False


def damage_error(text: str, path: Path) -> TargetError:
    """``WMS_TGT_007`` with DuckDB's reason."""
    reason = text.strip().splitlines()[0] if text.strip() else "DuckDB gives no reason"
    return TargetError(
        "WMS_TGT_007",
        f"The DuckDB file is damaged or is no DuckDB database: {reason}",
        hint=_HINT,
        context={"path": path},
    )


def check_log(path: Path) -> None:
    """Refuses a log that is no log: DuckDB would drop it without a word, and the commits in it.

    Raises:
        TargetError: ``WMS_TGT_007``.
    """
    log = path.with_name(path.name + ".wal")
    try:
        with log.open("rb") as file:
            begins = file.read(len(_LOG_BEGINS))
    except OSError:
        return
    if begins and begins != _LOG_BEGINS[: len(begins)]:
        raise damage_error(f"its log {log.name} is not a log of DuckDB.", path)


def check_size(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuses a file that lacks more blocks than can be free, of those that the newer of its two headers counts.

    DuckDB writes the header after the blocks it counts, but never writes free blocks at the end of the file.
    `pragma_database_size` alone is no proof: it also counts blocks that an open connection has reserved and not yet
    written.

    Raises:
        TargetError: ``WMS_TGT_007``.
    """
    try:
        with path.open("rb") as file:
            begins = file.read(_HEADERS)
    except OSError:
        return
    if len(begins) < _HEADERS:
        return
    _, _, _, blocks, block_size = max(_HEADER.unpack_from(begins, at + _CHECKSUM) for at in (4096, 8192))
    wanted, length = _HEADERS + blocks * block_size, path.stat().st_size
    is_readable = block_size in _BLOCK_SIZES and blocks < 2**40
    if is_readable and length < wanted and (wanted - length) > _free_blocks(connection) * block_size:
        raise damage_error(f"it has {length:,} bytes, and {wanted:,} belong to it.", path)


def _free_blocks(connection: duckdb.DuckDBPyConnection) -> int:
    sql = "select free_blocks from pragma_database_size() where database_name = current_database()"
    found = connection.execute(sql).fetchone()
    return int(found[0]) if found else 0


def read_everything(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Reads every block of every table and index, so that its checksum is looked at; returns the number of tables.

    Nothing cheaper is sure: DuckDB looks at a block when it reads it, and at no other time. Measured: 4 CPU
    milliseconds a megabyte of the file, 0.4 s for 200,000 documents of 1.7 KB.

    Args:
        connection: may write; nothing that is written stays.

    Raises:
        TargetError: ``WMS_TGT_007``.
    """
    sql = """
        select schema_name, table_name from duckdb_tables()
        where database_name = current_database() and not internal and not temporary order by all
    """
    try:
        tables = connection.execute(sql).fetchall()
        for schema, table in tables:
            name = f'"{schema}"."{table}"'
            connection.execute(f"select bit_xor(hash(columns(*))) from {name}").fetchall()  # noqa: S608
        _read_indexes(connection)
    except duckdb.Error as error:
        if is_damage(error):
            raise damage_error(str(error), path) from error
        raise
    return len(tables)


def _read_indexes(connection: duckdb.DuckDBPyConnection) -> None:
    """Reads the index of every key, which no query does, but each load: a new key beside every one that is there."""
    keys = """
        select constraints.schema_name, constraints.table_name, columns.column_name, columns.data_type
        from duckdb_constraints() constraints
        join duckdb_columns() columns
            on columns.table_oid = constraints.table_oid and columns.database_oid = constraints.database_oid
            and columns.column_name = constraints.constraint_column_names[-1]
        where constraints.database_name = current_database() and constraint_type in ('PRIMARY KEY', 'UNIQUE')
    """
    for schema, table, column, kind in connection.execute(keys).fetchall():
        name, key = f'"{schema}"."{table}"', f'"{column}"'
        beside = _BESIDE.get(kind, "").format(key=key, table=name)
        if beside:
            _insert_in_vain(connection, f"insert into {name} select * replace ({beside} as {key}) from {name}")  # noqa: S608


def _insert_in_vain(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute("begin transaction")
    try:
        connection.execute(sql)
    finally:
        with suppress(duckdb.Error):
            connection.rollback()
