"""Detects and reports DuckDB files that are truncated, overwritten or otherwise damaged."""

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
# first bytes of a WAL file: a field number and the type of the version entry
_LOG_BEGINS: Final = b"d\x00b"
_HEADERS: Final = 3 * 4096
_CHECKSUM: Final = 8
_BLOCK_SIZES: Final = frozenset(2**power for power in range(14, 19))
# iteration, meta block, free list, number of blocks, block size
_HEADER: Final = struct.Struct("<QqqQQ")
# SQL of a new key that the index stores near an existing key
_NEIGHBOUR_KEY: Final = MappingProxyType(
    {
        "VARCHAR": "{key} || chr(1)",
        "BIGINT": "{key} + (select max({key}) - min({key}) + 1 from {table})",
        "TIMESTAMP": "{key} + interval 1 microsecond",
    }
)
_HINT: Final = (
    "Run `wms-elt doctor`, which reads every table. Restore the file and its .wal file from a backup. Without a "
    "backup, move both files away and run `make elt`, which reads all rows that the WMS still has."
)


def is_damage(error: BaseException) -> bool:
    """Whether DuckDB reports a damaged file, or a fatal error that damage may have caused."""
    return isinstance(error, (duckdb.FatalException, duckdb.InternalException)) or says_damage(str(error))


def says_damage(text: str) -> bool:
    """Whether a DuckDB message, possibly quoted by dbt, reports a damaged file."""
    return bool(_DAMAGE.search(text) or _FATAL.search(text))


def is_text(path: Path) -> bool:
    """Whether the file is text: then it is not a damaged database, but a different file."""
    try:
        with path.open("rb") as file:
            begins = file.read(_HEADERS)
        return bool(begins) and b"\0" not in begins and bool(begins.decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        return False


def damage_error(text: str, path: Path) -> TargetError:
    """Return ``WMS_TGT_007`` with DuckDB's reason."""
    reason = text.strip().splitlines()[0] if text.strip() else "DuckDB gives no reason."
    return TargetError(
        "WMS_TGT_007",
        f"Can't use the DuckDB file, because it is damaged or not a DuckDB database: {reason}",
        hint=_HINT,
        context={"path": path},
    )


def check_log(path: Path) -> None:
    """Check that the WAL file is valid. DuckDB would silently discard an invalid one, with the commits in it.

    Raises:
        TargetError: ``WMS_TGT_007``, the WAL file is damaged.
    """
    log = path.with_name(path.name + ".wal")
    try:
        with log.open("rb") as file:
            begins = file.read(len(_LOG_BEGINS))
    except OSError:
        return
    if begins and begins != _LOG_BEGINS[: len(begins)]:
        raise damage_error(f"{log.name} is not a DuckDB WAL file.", path)


def check_size(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Check that the file is not truncated: missing blocks must be free blocks.

    The newer of the two headers has the number of blocks. DuckDB writes it after the blocks, but never writes free
    blocks at the end of the file. `pragma_database_size` is no proof, because it also counts blocks that an open
    connection has reserved but not yet written.

    Raises:
        TargetError: ``WMS_TGT_007``, the file is truncated.
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
        raise damage_error(f"it has {length:,} of {wanted:,} bytes.", path)


def _free_blocks(connection: duckdb.DuckDBPyConnection) -> int:
    sql = "select free_blocks from pragma_database_size() where database_name = current_database()"
    found = connection.execute(sql).fetchone()
    return int(found[0]) if found else 0


def read_everything(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Read every block of every table and index, so that DuckDB verifies all checksums. Return the number of tables.

    There is no cheaper way: DuckDB verifies a block only when it reads it. Measured: 4 CPU milliseconds per megabyte,
    0.4 s for 200,000 documents of 1.7 KB.

    Args:
        connection: may write; nothing that is written stays.

    Raises:
        TargetError: ``WMS_TGT_007``, a block is damaged.
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
    """Read every index block by inserting a new key next to each existing one; queries do not read index blocks."""
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
        neighbour = _NEIGHBOUR_KEY.get(kind, "").format(key=key, table=name)
        if neighbour:
            _insert_and_roll_back(connection, f"insert into {name} select * replace ({neighbour} as {key}) from {name}")  # noqa: S608


def _insert_and_roll_back(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute("begin transaction")
    try:
        connection.execute(sql)
    finally:
        with suppress(duckdb.Error):
            connection.rollback()
