"""DuckDB implementation of `loader.extract.context.RawStore`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loader.warehouse.duckdb.errors import statement_error
from loader.warehouse.quarantine import Quarantine, QuarantineMixin
from loader.warehouse.schema import EMPTY_LOG, LEDGER, SOURCE, raw_schema


class DuckDbRawStore(QuarantineMixin):
    """Raw tables of an open DuckDB file; thread-safe, because every call uses its own cursor.

    Args:
        connection: connection to the target file.
        schema: schema of the raw tables.
        quarantine: for documents that can't be loaded.
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
        """Return the highest `read_order` in the ledger, which includes incomplete load packages."""
        if not self._exists(LEDGER):
            return 0
        sql = f"select coalesce(max(last_read_order), 0) from {self._name(LEDGER)} where entity = ?"  # noqa: S608
        with self._cursor() as cursor:
            rows = cursor.execute(sql, [entity]).fetchall()
        return int(rows[0][0])

    def log_position(self, besides: str | None) -> str:
        """Return the number of loaded files, the last load package and the source of the data."""
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
        """Return the ids of live rows (current version with ``is_deleted`` 0), ascending."""
        return np.asarray(self.live_versions(entity, None, None).column("entity_id"), dtype=np.int64)

    def live_versions(self, entity: str, after_id: int | None, until_id: int | None) -> pa.Table:
        """Return `entity_id`, `mod_ts` and `facility_id` of live rows with ``after_id < id <= until_id``, by id."""
        if not self._exists(entity):
            return raw_schema().empty_table().select(["entity_id", "mod_ts", "facility_id"])
        sql = f"""
            -- wrapped in a struct, because arg_max skips nulls
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
        """Return the current version of each id, in the columns of the raw table."""
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
        """Count live rows by facility id, among the given ids or all. Rows without a facility are not counted."""
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
        """Count the new versions of the load packages by entity, from the ledger."""
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
        """Return the source as a suffix of the log position: a package from another source must not be loaded."""
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
        # names are validated in the settings, and quoted because they may be reserved words
        return f'"{self._schema}"."{table}"'
