"""Reads the target's raw tables and checks that they are a consistent log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from tests.system.soak.recorder import Version

REWRITTEN = '"long_text":"|"unreadable_|^[{]"id":"|:9223372036854775808,|"9999-12-31T23:59:59-03:00"'
"""Marks a document changed by a fault: the simulator sent it, but it differs from the ground truth."""

CURRENT = """
    select entity_id, doc from wms_raw.{entity}
    qualify row_number() over (partition by entity_id order by read_order desc) = 1 and is_deleted = {deleted}
    order by entity_id
"""

ROWS = """
    select entity_id, content_hash, is_deleted, read_order, dlt_load_id, left(sha256(doc), 32) = content_hash,
        regexp_matches(doc, ?)
    from wms_raw.{entity} order by read_order
"""


class RawLog:
    """Opens the file for each query, or once within `reading`, since a load needs it in between."""

    def __init__(self, path: Path, entities: Sequence[str]) -> None:
        self.path = path
        self._entities = entities
        self._held: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep the file open for the queries in the block."""
        with self._open() as self._held:
            try:
                yield
            finally:
                self._held = None

    def current(self, entity: str) -> dict[int, bytes]:
        """Return the live documents by id."""
        return self._newest(entity, deleted=0)

    def deleted(self, entity: str) -> dict[int, bytes]:
        """Return the documents of the ids whose latest version is a tombstone."""
        return self._newest(entity, deleted=1)

    def versions(self) -> set[Version]:
        """Return every live version of every entity."""
        with self._open() as connection:
            return {
                Version(entity, row_id, content_hash)
                for entity in self._tables(connection)
                for row_id, content_hash in connection.execute(
                    f"select entity_id, content_hash from wms_raw.{entity} where is_deleted = 0"
                ).fetchall()
            }

    def is_bound(self) -> bool:
        """Whether the target holds data and records its source. An empty target has no source."""
        if not self.path.exists():
            return False
        with self._open() as connection:
            sql = "select count(*) from duckdb_tables() where schema_name = 'wms_raw' and table_name in (?, ?)"
            if connection.execute(sql, ["elt_source", "elt_landing"]).fetchall() != [(2,)]:
                return False
            held = "select 1 from wms_raw.elt_source where exists (select 1 from wms_raw.elt_landing)"
            return bool(connection.execute(held).fetchall())

    def runs(self) -> int:
        """Return the number of runs in the history, which may include one killed at its very end."""
        with self._open() as connection:
            return connection.execute("select count(*) from wms_raw.elt_run").fetchall()[0][0]

    def check(self, shown: set[Version]) -> None:
        """Check that the log holds only sent documents, no repeated version, and agrees with the ledger.

        Raises:
            AssertionError: the log is inconsistent.
        """
        with self._open() as connection:
            loads = connection.execute("select count(*), count(distinct load_id) from wms_raw.dlt_loads").fetchall()
            assert loads[0][0] == loads[0][1], "a load package was completed twice"
            for entity in self._tables(connection):
                rows = connection.execute(ROWS.format(entity=entity), [REWRITTEN]).fetchall()
                _check_rows(entity, rows, shown)
                _check_ledger(entity, rows, _ledger(connection, entity))

    def _newest(self, entity: str, *, deleted: int) -> dict[int, bytes]:
        with self._open() as connection:
            if entity not in self._tables(connection):
                return {}
            found = connection.execute(CURRENT.format(entity=entity, deleted=deleted)).fetchall()
        return {row_id: document.encode() for row_id, document in found}

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._held:
            yield self._held
            return
        with duckdb.connect(str(self.path), read_only=True) as connection:
            yield connection

    def _tables(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        sql = "select table_name from duckdb_tables() where schema_name = 'wms_raw'"
        found = {name for (name,) in connection.execute(sql).fetchall()}
        return [entity for entity in self._entities if entity in found]


def _ledger(connection: duckdb.DuckDBPyConnection, entity: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        """select dlt_load_id, rows_read, rows_landed, first_read_order, last_read_order
        from wms_raw.elt_landing where entity = ? order by landed_at, first_read_order""",
        [entity],
    ).fetchall()


def _check_rows(entity: str, rows: list[tuple[Any, ...]], shown: set[Version]) -> None:
    newest: dict[int, tuple[str, int]] = {}
    orders: list[int] = []
    for row_id, content_hash, is_deleted, read_order, _, is_true, is_rewritten in rows:
        where = f"{entity} {row_id} at {read_order}"
        assert is_true, f"{where}: the hash is not that of the document"
        assert newest.get(row_id) != (content_hash, is_deleted), f"{where}: the same version twice in a row"
        if is_deleted:
            assert newest[row_id][0] == content_hash, f"{where}: a tombstone with other values"
        elif not is_rewritten:
            assert Version(entity, row_id, content_hash) in shown, f"{where}: never shown by the source"
        newest[row_id] = content_hash, is_deleted
        orders.append(read_order)
    assert all(before < after for before, after in pairwise(orders)), f"{entity}: read_order is not unique"


def _check_ledger(entity: str, rows: list[tuple[Any, ...]], ledger: list[tuple[Any, ...]]) -> None:
    landed: dict[str, list[int]] = {}
    for _, _, _, read_order, load_id, *_ in rows:
        landed.setdefault(load_id, []).append(read_order)
    last = 0
    for load_id, rows_read, rows_landed, first_order, last_order in ledger:
        assert last < first_order, f"{entity}: {load_id} repeats the numbers of an earlier file"
        assert last_order - first_order + 1 >= rows_read >= rows_landed, f"{entity}: {load_id} does not add up"
        own = [order for order in landed.get(load_id, []) if first_order <= order <= last_order]
        assert len(own) == rows_landed, f"{entity}: {load_id} landed {len(own)}, not {rows_landed}"
        last = last_order
    assert sum(row[2] for row in ledger) == len(rows), f"{entity}: rows without a ledger row"
