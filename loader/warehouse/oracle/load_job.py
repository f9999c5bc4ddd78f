"""Load job for raw tables on Oracle (docs/explanation/design.md, raw tables)."""

from __future__ import annotations

from typing import Any

import oracledb
from dlt.common.destination.client import HasFollowupJobs, RunnableLoadJob
from dlt.common.storages.load_package import ParsedLoadJobFileName

from loader.warehouse.oracle import direct_path
from loader.warehouse.oracle.ddl import INCOMING, bind_columns
from loader.warehouse.oracle.documents import read_batches
from loader.warehouse.oracle.landing_sql import (
    FIND_LOADED,
    INSERT_INCOMING,
    INSERT_LEDGER,
    INSERT_LEDGER_DIRECT,
    INSERT_NEW_VERSIONS,
)
from loader.warehouse.oracle.raw_names import entity_of
from loader.warehouse.oracle.small_files import small_files
from loader.warehouse.schema import LEDGER, raw_schema


class OracleLandingJob(RunnableLoadJob, HasFollowupJobs):
    """Inserts the new versions of a file and a ledger row in one transaction. Repeating it changes nothing.

    Args:
        file_path: parquet file.
        direct: whether a file with only new ids may be loaded by direct path.
    """

    def __init__(self, file_path: str, *, direct: bool = False) -> None:
        super().__init__(file_path)
        self._direct = direct

    def run(self) -> None:
        """Load the file. dlt calls this in a worker thread with a connected client."""
        client = self._job_client.sql_client  # type: ignore[attr-defined]
        names = {
            "table": client.make_qualified_table_name(self.load_table_name),
            "incoming": client.make_qualified_table_name(INCOMING),
            "ledger": client.make_qualified_table_name(LEDGER),
            "columns": ", ".join(raw_schema().names),
        }
        small = small_files(client.engine)
        with client.begin_transaction():
            if small.load(self._job_client, self._file_path, self._load_id):
                return
        job = {"load_id": self._load_id, "file_id": ParsedLoadJobFileName.parse(self._file_path).file_id}
        with client.begin_transaction(), client.driver_connection.cursor() as cursor:
            orders = direct_path.read_orders(self._file_path)
            bounds = direct_path.bounds(orders)
            [(is_recorded, rows)] = cursor.execute(FIND_LOADED.format(**names), {**job, **bounds}).fetchall()
            if is_recorded:
                return
            # needed even if direct path is off now: it may have been on when an earlier load was interrupted
            found = orders if rows else orders[:0]
            before = direct_path.landed_orders(cursor, names["table"], self._load_id, found)
            if len(before) or (self._direct and direct_path.is_above(cursor, names["table"], self._file_path)):
                connection, table = client.driver_connection, names["table"]
                landed = direct_path.load(connection, table, self._file_path, self._load_id, before)
                cursor.execute(INSERT_LEDGER_DIRECT.format(**names), {**job, **self._counts(landed, orders)})
                return
            landed = self._insert_new_versions(cursor, names)
            cursor.execute(
                INSERT_LEDGER.format(**names), {**job, "entity": entity_of(self.load_table_name), "landed": landed}
            )

    def _counts(self, landed: int, orders: direct_path.Orders) -> dict[str, Any]:
        return {
            "entity": entity_of(self.load_table_name),
            "rows_read": len(orders),
            "landed": landed,
            "first_order": int(orders.min()),
            "last_order": int(orders.max()),
        }

    def _insert_new_versions(self, cursor: oracledb.Cursor, names: dict[str, Any]) -> int:
        """Insert the new versions and return their number."""
        columns = bind_columns()
        binds = ", ".join(f":{name}" for name in columns)
        insert = INSERT_INCOMING.format(incoming=names["incoming"], columns=", ".join(columns), binds=binds)
        for batch in read_batches(self._file_path):
            cursor.executemany(insert, batch)
        cursor.execute(INSERT_NEW_VERSIONS.format(**names), {"load_id": self._load_id})
        return cursor.rowcount
