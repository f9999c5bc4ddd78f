"""dlt's DuckDB destination with a load job for raw tables (docs/explanation/design.md, raw tables)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import duckdb
from dlt.common.configuration import configspec
from dlt.common.data_writers.escape import escape_duckdb_literal
from dlt.common.destination import DestinationCapabilitiesContext
from dlt.common.destination.client import HasFollowupJobs, LoadJob, RunnableLoadJob
from dlt.common.destination.typing import PreparedTableSchema
from dlt.common.normalizers.naming import NamingConvention
from dlt.common.schema.typing import TColumnSchema
from dlt.common.storages.load_package import ParsedLoadJobFileName
from dlt.destinations import duckdb as dlt_duckdb
from dlt.destinations.impl.duckdb.configuration import DuckDbClientConfiguration
from dlt.destinations.impl.duckdb.duck import DuckDbClient
from dlt.destinations.impl.duckdb.sql_client import DuckDbSqlClient

from loader.warehouse.completed_loads import has_completed
from loader.warehouse.schema import DOCUMENT, LEDGER, LEDGER_TABLE, RAW_LOG_HINT, column_definitions, raw_schema

_CACHE = "16MB"

CREATE_LEDGER = "create table if not exists {ledger} ({columns})"

# arg_max reads three narrow columns of the ids in the file, and no documents
SELECT_NEW_VERSIONS = """
create or replace temp table new_versions as
with incoming as (
    select entity_id, read_order, content_hash || is_deleted as version
    from read_parquet({file})
),
current_versions as (
    select entity_id, arg_max(content_hash || is_deleted, read_order) as version
    from {table}
    where entity_id in (select entity_id from incoming)
    group by entity_id
),
compared as (
    select
        incoming.read_order,
        incoming.version,
        coalesce(
            lag(incoming.version) over (partition by incoming.entity_id order by incoming.read_order),
            current_versions.version
        ) as version_before
    from incoming
    left join current_versions on current_versions.entity_id = incoming.entity_id
)
select read_order from compared where version is distinct from version_before
"""

COUNT_ROWS = "select (select count(*) from new_versions), (select count(*) from read_parquet({file}))"

INSERT_NEW_VERSIONS = """
insert into {table} ({columns}, dlt_load_id)
select {columns}, $load_id from read_parquet({file}) {only_new}
"""

ONLY_NEW = "where read_order in (select read_order from new_versions)"

FIND_IN_LEDGER = "select 1 from {ledger} where dlt_load_id = $load_id and file_id = $file_id"

INSERT_LEDGER = """
insert into {ledger}
select $load_id, $file_id, $entity, count(*), $landed, min(read_order), max(read_order),
    current_timestamp at time zone 'UTC'
from read_parquet({file})
having count(*) > 0
"""


class LandingJob(RunnableLoadJob, HasFollowupJobs):
    """Inserts the new versions of a file and a ledger row in one transaction. Repeating it changes nothing."""

    def run(self) -> None:
        """Load the file. dlt calls this in a worker thread with a connected client."""
        client: DuckDbSqlClient = self._job_client.sql_client  # type: ignore[attr-defined]
        names = {
            "table": client.make_qualified_table_name(self.load_table_name),
            "ledger": client.make_qualified_table_name(LEDGER),
            # CREATE TABLE takes no parameters
            "file": escape_duckdb_literal(self._file_path),
        }
        job = {"load_id": self._load_id, "file_id": ParsedLoadJobFileName.parse(self._file_path).file_id}
        with client.begin_transaction():
            connection: duckdb.DuckDBPyConnection = client.native_connection
            if connection.execute(FIND_IN_LEDGER.format(**names), job).fetchall():
                return
            landed = _insert_new_versions(connection, names, self._load_id)
            ledger_row = {**job, "entity": self.load_table_name, "landed": landed}
            connection.execute(INSERT_LEDGER.format(**names), ledger_row)


def _insert_new_versions(connection: duckdb.DuckDBPyConnection, names: dict[str, str], load_id: str) -> int:
    """Insert the new versions and return their number."""
    connection.execute(SELECT_NEW_VERSIONS.format(**names))
    [(landed, read)] = connection.execute(COUNT_ROWS.format(**names)).fetchall()
    if landed:
        columns = ", ".join(raw_schema().names)
        only_new = "" if landed == read else ONLY_NEW
        sql = INSERT_NEW_VERSIONS.format(**names, columns=columns, only_new=only_new)
        connection.execute(sql, {"load_id": load_id})
    return int(landed)


def drop_cache(connection: duckdb.DuckDBPyConnection) -> None:
    """Free the blocks that DuckDB caches after a load: the next step reads pages, which need memory too."""
    [(limit,)] = connection.execute("select current_setting('memory_limit')").fetchall()
    # DuckDB frees what a lower limit requires, or refuses the limit
    with suppress(duckdb.OutOfMemoryException):
        connection.execute(f"set memory_limit = '{_CACHE}'")
    connection.execute(f"set memory_limit = '{limit}'")


class LandingDuckDbClient(DuckDbClient):
    """dlt client with support for raw tables and the ledger."""

    def create_load_job(
        self, table: PreparedTableSchema, file_path: str, load_id: str, restore: bool = False
    ) -> LoadJob:
        """Return our job for a raw table, and dlt's own job for its system tables."""
        if table.get(RAW_LOG_HINT):
            return LandingJob(file_path)
        return super().create_load_job(table, file_path, load_id, restore)

    def initialize_storage(self, truncate_tables: Iterable[str] | None = None) -> None:
        """Create the dataset and the ledger if they are missing, in every run: a kill may have left only one."""
        super().initialize_storage(truncate_tables)  # type: ignore[arg-type]
        ledger = self.sql_client.make_qualified_table_name(LEDGER)
        columns = column_definitions(LEDGER_TABLE.columns, "duckdb")
        self.sql_client.execute_sql(CREATE_LEDGER.format(ledger=ledger, columns=columns))

    def complete_load(self, load_id: str) -> None:
        """Write the package's row of ``dlt_loads`` only once, even if dlt completes the package again."""
        if not has_completed(self.sql_client, self.schema.loads_table_name, load_id):
            super().complete_load(load_id)
        drop_cache(self.sql_client.native_connection)

    def _get_column_def_sql(self, c: TColumnSchema, table: PreparedTableSchema | None = None) -> str:
        definition = super()._get_column_def_sql(c, table)  # type: ignore[arg-type]
        if table is not None and table.get(RAW_LOG_HINT) and c["name"] == DOCUMENT:
            # measured with 200k documents: half the CPU and a third of the file size of automatic compression
            name, _, rest = definition.partition(" VARCHAR")
            return f"{name} VARCHAR USING COMPRESSION zstd{rest}"
        return definition


@configspec(init=False)
class LandingDuckDbConfiguration(DuckDbClientConfiguration):
    """dlt's destination configuration, with the file path as its text."""

    def __str__(self) -> str:
        # dlt would format a URL with SQLAlchemy, whose import takes more CPU than the rest of a load step
        return f"duckdb:{self.credentials.database}" if self.credentials else "duckdb"


class landing_duckdb(dlt_duckdb):  # noqa: N801 - dlt names a destination by its factory's class name
    """DuckDB destination factory for raw tables. `credentials` is an open connection or a path."""

    spec: type[DuckDbClientConfiguration] = LandingDuckDbConfiguration

    def capabilities(
        self, config: DuckDbClientConfiguration | None = None, naming: NamingConvention | None = None
    ) -> DestinationCapabilitiesContext:
        """Return dlt's capabilities without resolving a configuration, which takes a tenth of a small load."""
        return super().capabilities(config or self.spec(), naming)

    @property
    def client_class(self) -> type[DuckDbClient]:
        """Client class that dlt instantiates per thread."""
        return LandingDuckDbClient
