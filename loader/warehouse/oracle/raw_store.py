"""Oracle implementation of `loader.extract.context.RawStore`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import oracledb
import pyarrow as pa

from loader.warehouse.oracle.ddl import WANTED
from loader.warehouse.oracle.errors import target_error
from loader.warehouse.oracle.known_columns import KnownColumns
from loader.warehouse.oracle.pool import acquire
from loader.warehouse.oracle.raw_names import raw_table
from loader.warehouse.quarantine import Quarantine, QuarantineMixin
from loader.warehouse.schema import DOCUMENT, LEDGER, SOURCE, raw_schema

# rows per round trip; they are narrow
_FETCH_ROWS = 10_000
_SMALL_ROWS = 1_000
_SMALL_ENTITIES = 100
# the index on these columns answers it alone
_LIVE_IDS = """
    select '{entity}' as entity, entity_id from {table}
    group by entity_id having max(is_deleted) keep (dense_rank last order by read_order) = 0
"""
_NO_SOURCE = "(select null as kind, null as identity from dual where 1 = 0)"
_LOG = """
    select
        log.entity, coalesce(log.files, 0), log.last_load_id, log.last_read_order, log.rows_landed,
        source.kind, source.identity
    from (select 1 as one from dual) whole
    left join (
        select
            entity, count(*) as files, max(dlt_load_id) as last_load_id, max(last_read_order) as last_read_order,
            sum(rows_landed) as rows_landed
        from {ledger} where dlt_load_id <> coalesce(:besides, '-') group by entity
    ) log on 1 = 1
    left join {source} source on 1 = 1
"""
_ONLY_SOURCE = "select null, 0, null, null, null, kind, identity from {} source"


class _Log(NamedTuple):
    """What the ledger says.

    Args:
        position: number of loaded files, last load package and source of the data.
        read_orders: the highest `read_order` by entity, including incomplete load packages.
        rows_landed: new versions by entity.
    """

    position: str
    read_orders: Mapping[str, int]
    rows_landed: Mapping[str, int]


class OracleRawStore(QuarantineMixin):
    """Raw tables in Oracle; thread-safe, because every call uses its own session.

    Args:
        pool: sessions of the user that owns the raw tables.
        owner: name of that user.
        where: the database for messages, without secrets.
        quarantine: for documents that can't be loaded.
        known: columns that other steps of the run have read.
    """

    def __init__(
        self,
        pool: oracledb.ConnectionPool,
        owner: str,
        where: str,
        quarantine: Quarantine | None = None,
        known: KnownColumns | None = None,
    ) -> None:
        super().__init__(quarantine)
        self._pool = pool
        self._owner = owner
        self._where = where
        self._known = known or KnownColumns()
        self._lock = threading.Lock()
        self._asked: set[str] = set()
        # as of the start of this package
        self._log: _Log | None = None
        # live ids of small entities, until the next package is loaded
        self._small_ids: Mapping[str, npt.NDArray[np.int64]] | None = None

    def last_read_order(self, entity: str) -> int:
        """Return the highest `read_order` in the ledger, which includes incomplete load packages."""
        with self._lock:
            # what this package lands comes after its first question for an entity
            log = self._read_log() if entity in self._asked else self._known_log()
            self._asked.add(entity)
        return log.read_orders.get(entity, 0)

    def log_position(self, besides: str | None) -> str:
        """Return the number of loaded files, the last load package and the source of the data.

        Called before each package, whose documents are compared with what earlier ones landed.
        """
        log = self._read_log(besides)
        with self._lock:
            self._small_ids = None
            self._asked.clear()
            self._log = None if besides else log
        return log.position

    def _known_log(self) -> _Log:
        if self._log is None:
            self._log = self._read_log()
        return self._log

    def _read_log(self, besides: str | None = None) -> _Log:
        with self._session() as connection:
            has_ledger = self._exists(connection, LEDGER)
            source = self._name(SOURCE.name) if self._exists(connection, SOURCE.name) else _NO_SOURCE
            sql = _LOG.format(ledger=self._name(LEDGER), source=source) if has_ledger else _ONLY_SOURCE.format(source)
            rows = _rows(connection, sql, **({"besides": besides} if has_ledger else {}))
        return _log(rows)

    def live_ids(self, entity: str) -> npt.NDArray[np.int64]:
        """Return the ids of live rows (current version with ``is_deleted`` 0), ascending."""
        with self._lock:
            if self._small_ids is None:
                self._small_ids = self._live_ids_of(self._small_entities())
            small = self._small_ids.get(entity)
        if small is not None:
            return small
        return np.asarray(self.live_versions(entity, None, None).column("entity_id"), dtype=np.int64)

    def _small_entities(self) -> list[str]:
        """Return entities whose live ids may be read together: lookups, which are read whole in each run."""
        landed = self._known_log().rows_landed
        names = sorted(entity for entity, rows in landed.items() if rows <= _SMALL_ROWS)[:_SMALL_ENTITIES]
        with self._session() as connection:
            return [name for name in names if self._exists(connection, name)]

    def _live_ids_of(self, entities: Sequence[str]) -> Mapping[str, npt.NDArray[np.int64]]:
        parts = [_LIVE_IDS.format(entity=entity, table=self._name(entity)) for entity in entities]
        found: dict[str, list[int]] = {entity: [] for entity in entities}
        if parts:
            with self._session() as connection:
                for entity, row_id in _rows(connection, " union all ".join(parts)):
                    found[str(entity)].append(int(row_id))
        return {entity: np.sort(np.asarray(ids, dtype=np.int64)) for entity, ids in found.items()}

    def live_versions(self, entity: str, after_id: int | None, until_id: int | None) -> pa.Table:
        """Return `entity_id`, `mod_ts` and `facility_id` of live rows with ``after_id < id <= until_id``, by id."""
        schema = pa.schema([raw_schema().field(name) for name in ("entity_id", "mod_ts", "facility_id")])
        bounds = {"after_id": after_id, "until_id": until_id}
        conditions = {"after_id": "entity_id > :after_id", "until_id": "entity_id <= :until_id"}
        given = [name for name, bound in bounds.items() if bound is not None]
        where = f"where {' and '.join(conditions[name] for name in given)}" if given else ""
        sql = f"""
            select entity_id,
                max(mod_ts) keep (dense_rank last order by read_order) as mod_ts,
                max(facility_id) keep (dense_rank last order by read_order) as facility_id
            from {self._name(entity)} {where}
            group by entity_id having max(is_deleted) keep (dense_rank last order by read_order) = 0
            order by entity_id
        """  # noqa: S608
        with self._session() as connection:
            if not self._exists(connection, entity):
                return schema.empty_table()
            return _fetch(connection, sql, {name: bounds[name] for name in given}, schema)

    def current_versions(self, entity: str, ids: npt.NDArray[np.int64]) -> pa.Table:
        """Return the current version of each id, in the columns of the raw table."""
        names = raw_schema().names
        sql = f"""
            select {", ".join(names)} from {self._name(entity)}
            where (entity_id, read_order) in (
                select entity_id, max(read_order) from {self._name(entity)}
                where entity_id in (select entity_id from {self._name(WANTED)}) group by entity_id
            )
            order by entity_id
        """  # noqa: S608
        # the driver returns a BLOB as bytes
        schema = pa.schema([field.with_type(_binary_document(field)) for field in raw_schema()])
        with self._session() as connection:
            self._want(connection, ids)
            return _fetch(connection, sql, {}, schema).cast(raw_schema())

    def facility_counts(self, entity: str, ids: npt.NDArray[np.int64] | None) -> Mapping[int, int]:
        """Count live rows by facility id, among the given ids or all. Rows without a facility are not counted."""
        of_wanted = f"where entity_id in (select entity_id from {self._name(WANTED)})"  # noqa: S608
        sql = f"""
            select facility_id, count(*) from (
                select entity_id, max(facility_id) keep (dense_rank last order by read_order) as facility_id
                from {self._name(entity)} {"" if ids is None else of_wanted}
                group by entity_id having max(is_deleted) keep (dense_rank last order by read_order) = 0
            ) where facility_id is not null group by facility_id
        """  # noqa: S608
        with self._session() as connection:
            if ids is not None:
                self._want(connection, ids)
            return {int(facility): int(rows) for facility, rows in _rows(connection, sql)}

    def landed_rows(self, load_ids: Sequence[str]) -> Mapping[str, int]:
        """Count the new versions of the load packages by entity, from the ledger."""
        sql = f"""
            select entity, sum(rows_landed) from {self._name(LEDGER)} where dlt_load_id = :load_id group by entity
        """  # noqa: S608
        landed: dict[str, int] = {}
        with self._session() as connection:
            if not self._exists(connection, LEDGER):
                return {}
            for load_id in load_ids:
                for entity, rows in _rows(connection, sql, load_id=load_id):
                    landed[str(entity)] = landed.get(str(entity), 0) + int(rows)
        return landed

    @contextmanager
    def _session(self) -> Iterator[oracledb.Connection]:
        try:
            # the session rolls back at the end, which clears the temporary table
            with acquire(self._pool) as connection:
                yield connection
        except oracledb.Error as error:
            raise target_error(error, self._where) from error

    def _exists(self, connection: oracledb.Connection, table: str) -> bool:
        """Whether the table exists. One that exists is not looked up again."""
        with connection.cursor() as cursor:
            return bool(self._known.of(raw_table(table), cursor))

    def _want(self, connection: oracledb.Connection, ids: npt.NDArray[np.int64]) -> None:
        if not len(ids):
            return
        wanted = pa.table({"entity_id": pa.array(ids, pa.int64())})
        with connection.cursor() as cursor:
            cursor.executemany(f"insert into {self._name(WANTED)} (entity_id) values (:entity_id)", wanted)  # noqa: S608

    def _name(self, table: str) -> str:
        return f"{self._owner}.{raw_table(table)}"


def _log(rows: Sequence[Any]) -> _Log:
    """Parse the rows of a query of the log: one by entity, and one if there are none."""
    of_entity = [row for row in rows if row[0] is not None]
    files, last = sum(row[1] for row in of_entity), max((row[2] for row in of_entity), default="")
    source = next((f" {kind} {identity}" for *_, kind, identity in rows if kind), "")
    return _Log(
        f"{files} {last}{source}",
        {str(row[0]): int(row[3]) for row in of_entity if row[3] is not None},
        {str(row[0]): int(row[4] or 0) for row in of_entity},
    )


def _rows(connection: oracledb.Connection, sql: str, **binds: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, binds)
        return list(cursor.fetchall())


def _fetch(connection: oracledb.Connection, sql: str, binds: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    # without the schema, NUMBER(19) arrives as double, which rounds ids above 2**53
    frame = connection.fetch_df_all(sql, dict(binds), arraysize=_FETCH_ROWS, requested_schema=schema)
    # a frame without rows may have no columns, and its stream then fails with an IndexError (oracledb 26.1)
    return pa.table(frame) if frame.num_columns() and frame.num_rows() else schema.empty_table()


def _binary_document(field: pa.Field[Any]) -> pa.DataType:
    return pa.large_binary() if field.name == DOCUMENT else field.type
