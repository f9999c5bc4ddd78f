"""What DuckDB already holds, for the extraction (protocol `RawStore` in loader.extract.context)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loader.warehouse.duckdb.errors import statement_error
from loader.warehouse.quarantine import Quarantine, SetsAside
from loader.warehouse.schema import EMPTY_LOG, LEDGER, SOURCE, raw_schema


class DuckDbRawStore(SetsAside):
    """Answers from an open connection; every call uses a cursor of its own, so threads may share the object.

    Args:
        connection: open on the target file.
        schema: the raw tables' schema.
        quarantine: for documents that cannot be landed.
        path: of the file, for messages.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: str,
        quarantine: Quarantine | None = None,
        path: Path = Path(),
    ) -> None:
        super().__init__(quarantine)
        self._connection = connection
        self._schema = schema
        self._path = path

    def last_read_order(self, entity: str) -> int:
        """From the ledger, so that rows of an unfinished load package count as well."""
        if not self._exists(LEDGER):
            return 0
        sql = f"select coalesce(max(last_read_order), 0) from {self._name(LEDGER)} where entity = ?"  # noqa: S608
        with self._cursor() as cursor:
            rows = cursor.execute(sql, [entity]).fetchall()
        return int(rows[0][0])

    def log_position(self, besides: str | None) -> str:
        """Number of files landed and the last load package, from the ledger; and the source they came from."""
        source = self._source()
        if not self._exists(LEDGER):
            return EMPTY_LOG + source
        sql = f"""
            select count(*), coalesce(max(dlt_load_id), '') from {self._name(LEDGER)}
            where dlt_load_id is distinct from ?
        """  # noqa: S608
        with self._cursor() as cursor:
            [(files, last)] = cursor.execute(sql, [besides]).fetchall()
        return f"{files} {last}{source}"

    def live_ids(self, entity: str) -> npt.NDArray[np.int64]:
        """Ids whose current version is not a tombstone, ascending."""
        return np.asarray(self.live_versions(entity, None, None).column("entity_id"), dtype=np.int64)

    def live_versions(self, entity: str, after_id: int | None, until_id: int | None) -> pa.Table:
        """`entity_id`, `mod_ts` and `facility_id` of the live rows with ``after_id < id <= until_id``, ascending."""
        if not self._exists(entity):
            return raw_schema().empty_table().select(["entity_id", "mod_ts", "facility_id"])
        sql = f"""
            -- wrapped, because arg_max passes over a null
            select entity_id,
                arg_max({{'value': mod_ts}}, read_order).value as mod_ts,
                arg_max({{'value': facility_id}}, read_order).value as facility_id
            from {self._name(entity)}
            where entity_id > coalesce($after_id, entity_id - 1) and entity_id <= coalesce($until_id, entity_id)
            group by entity_id having arg_max(is_deleted, read_order) = 0 order by entity_id
        """  # noqa: S608
        bounds = {"after_id": after_id, "until_id": until_id}
        with self._cursor() as cursor:
            versions: pa.Table = cursor.sql(sql, params=bounds).to_arrow_table()
        return versions

    def current_versions(self, entity: str, ids: npt.NDArray[np.int64]) -> pa.Table:
        """The current version of each id, in the raw table's columns."""
        sql = f"""
            select {", ".join(raw_schema().names)} from {self._name(entity)}
            where entity_id in (select entity_id from wanted_ids)
            qualify row_number() over (partition by entity_id order by read_order desc) = 1
            order by entity_id
        """  # noqa: S608
        with self._cursor() as cursor:
            cursor.register("wanted_ids", pa.table({"entity_id": ids}))
            versions: pa.Table = cursor.sql(sql).to_arrow_table()
        return versions.cast(raw_schema())

    def facility_counts(self, entity: str, ids: npt.NDArray[np.int64] | None) -> Mapping[int, int]:
        """Live rows by facility id, of the ids or of all; rows without a facility are left out."""
        chosen = self.live_ids(entity) if ids is None else ids
        sql = f"""
            select facility_id, count(*) from (
                select entity_id, arg_max(facility_id, read_order) as facility_id from {self._name(entity)}
                where entity_id in (select entity_id from wanted_ids) group by entity_id
            ) where facility_id is not null group by facility_id
        """  # noqa: S608
        with self._cursor() as cursor:
            cursor.register("wanted_ids", pa.table({"entity_id": chosen}))
            counts = cursor.execute(sql).fetchall()
        return {int(facility): int(rows) for facility, rows in counts}

    def landed_rows(self, load_ids: Sequence[str]) -> Mapping[str, int]:
        """New versions by entity that the load packages landed, from the ledger."""
        if not (load_ids and self._exists(LEDGER)):
            return {}
        sql = f"""
            select entity, sum(rows_landed) from {self._name(LEDGER)}
            where list_contains($load_ids, dlt_load_id) group by entity
        """  # noqa: S608
        with self._cursor() as cursor:
            rows = cursor.execute(sql, {"load_ids": list(load_ids)}).fetchall()
        return {str(entity): int(landed) for entity, landed in rows}

    def _source(self) -> str:
        """The target's source as a suffix; a package that was read from another one must not be loaded."""
        if not self._exists(SOURCE.name):
            return ""
        sql = f"select kind, identity from {self._name(SOURCE.name)}"  # noqa: S608
        with self._cursor() as cursor:
            rows = cursor.execute(sql).fetchall()
        return "".join(f" {kind} {identity}" for kind, identity in rows)

    def _exists(self, table: str) -> bool:
        sql = "select 1 from information_schema.tables where table_schema = ? and table_name = ?"
        with self._cursor() as cursor:
            return bool(cursor.execute(sql, [self._schema, table]).fetchall())

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            yield self._connection.cursor()
        except duckdb.Error as error:
            raise statement_error(error, self._path) from error

    def _name(self, table: str) -> str:
        # names come from validated settings; quoting is for reserved words
        return f'"{self._schema}"."{table}"'
