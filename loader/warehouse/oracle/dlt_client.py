"""dlt's SQLAlchemy clients, adapted to Oracle.

They use private names of dlt, which a canary test checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, cast

import oracledb
import sqlalchemy as sa
from dlt.common.destination.capabilities import DestinationCapabilitiesContext
from dlt.common.destination.client import LoadJob, StorageSchemaInfo
from dlt.common.destination.typing import PreparedTableSchema
from dlt.common.schema import Schema, TSchemaTables
from dlt.destinations.exceptions import (
    DatabaseTerminalException,
    DatabaseTransientException,
    DatabaseUndefinedRelation,
)
from dlt.destinations.impl.sqlalchemy.db_api_client import SqlalchemyClient
from dlt.destinations.impl.sqlalchemy.sqlalchemy_job_client import SqlalchemyJobClient

from loader.warehouse.oracle.ddl import ensure_indexes, ensure_landing_tables
from loader.warehouse.oracle.dlt_configuration import OracleClientConfiguration
from loader.warehouse.oracle.errors import is_retriable, oracle_codes, target_error
from loader.warehouse.oracle.load_job import OracleLandingJob
from loader.warehouse.oracle.pool import committing
from loader.warehouse.oracle.remembered import remembered
from loader.warehouse.oracle.types import reflected_type
from loader.warehouse.schema import RAW_LOG_HINT

_UNDEFINED_RELATION: Final = "ORA-00942"
_NAME_ALREADY_USED: Final = "ORA-00955"
_COLUMNS: Final = """
select column_name, data_type, nullable from all_tab_columns
where owner = :owner and table_name = :table_name order by column_id
"""


class OracleSqlClient(SqlalchemyClient):
    """SQL client for the login user's schema, with unquoted names.

    Attributes:
        where: the database for messages, without secrets.
    """

    where: str = "Oracle"

    @property
    def driver_connection(self) -> oracledb.Connection:
        """The driver's connection, which supports Arrow."""
        return cast(oracledb.Connection, self.native_connection.connection.driver_connection)

    def has_dataset(self) -> bool:
        """True, because the dataset is the login user's schema."""
        return True

    def make_qualified_table_name_path(
        self,
        table_name: str | None,
        quote: bool = True,
        casefold: bool = True,
        dataset_name: str | None = None,
        catalog: str | None = None,
    ) -> list[str]:
        """Return unquoted names. dlt would quote them in lower case, which is a different name (ORA-00942)."""
        return [part for part in (catalog, dataset_name or self.dataset_name, table_name) if part]

    def reflect_table(
        self, table_name: str, metadata: sa.MetaData | None = None, include_columns: Sequence[str] | None = None
    ) -> sa.Table | None:
        """Return the table, or None if it doesn't exist. Needs one query; SQLAlchemy's reflection needs a dozen."""
        binds = {"owner": self.dataset_name.upper(), "table_name": table_name.upper()}
        rows = self.execute_sql(_COLUMNS, **binds) or []
        columns = [
            sa.Column(name.lower(), reflected_type(data_type), nullable=nullable == "Y")
            for name, data_type, nullable in rows
            if include_columns is None or name.lower() in include_columns
        ]
        target = self.metadata if metadata is None else metadata
        return sa.Table(table_name, target, *columns, schema=self.dataset_name, extend_existing=True) if rows else None

    def create_table(self, table_obj: sa.Table) -> None:
        """Create the table. Accept that a concurrent pipeline has created it: dlt's own tables are shared."""
        try:
            super().create_table(table_obj)
        except DatabaseTerminalException as error:
            if _NAME_ALREADY_USED not in oracle_codes(error):
                raise

    def _make_database_exception(self, error: Exception) -> Exception:  # type: ignore[override]
        """Classify errors by ORA code: dlt treats all but two errors as transient and retries them five times."""
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        if not isinstance(cause, oracledb.Error):
            unchanged: Exception = super()._make_database_exception(error)
            return unchanged
        explained = target_error(cause, self.where)
        if _UNDEFINED_RELATION in oracle_codes(cause):
            return DatabaseUndefinedRelation(explained)
        return DatabaseTransientException(explained) if is_retriable(cause) else DatabaseTerminalException(explained)


class OracleJobClient(SqlalchemyJobClient):
    """dlt client with support for raw tables and the objects that loading needs."""

    def __init__(
        self, schema: Schema, config: OracleClientConfiguration, capabilities: DestinationCapabilitiesContext
    ) -> None:
        super().__init__(schema, config, capabilities)
        stock = self.sql_client
        # SQLAlchemy would quote a name with # in lower case, which is another user (ORA-01918)
        user = sa.sql.quoted_name(stock.dataset_name, quote=False)
        self.sql_client: OracleSqlClient = OracleSqlClient(
            user, stock.staging_dataset_name, config.credentials, capabilities
        )
        self.sql_client.where = config.data_location()
        self.config: OracleClientConfiguration = config

    def create_load_job(
        self, table: PreparedTableSchema, file_path: str, load_id: str, restore: bool = False
    ) -> LoadJob:
        """Return our job for a raw table, and dlt's own job for its system tables."""
        if table.get(RAW_LOG_HINT):
            return OracleLandingJob(file_path, direct=self.config.direct_path)
        return super().create_load_job(table, file_path, load_id, restore)

    def initialize_storage(self, truncate_tables: Iterable[str] | None = None) -> None:
        """Create the ledger and the temporary tables if they are missing."""
        super().initialize_storage(truncate_tables)  # type: ignore[arg-type]
        with self.sql_client.begin_transaction():
            client = self.sql_client
            ensure_landing_tables(client.driver_connection, client.dataset_name, remembered(client.engine).known)

    def complete_load(self, load_id: str) -> None:
        """Write the package's row of ``dlt_loads`` only once, even if dlt completes the package again."""
        table = self._to_table_object(self.schema.tables[self.schema.loads_table_name])  # type: ignore[arg-type]
        values = (load_id, self.schema.name, 0, datetime.now(UTC), self.schema.version_hash)
        row = [sa.literal(value, column.type) for value, column in zip(values, table.columns, strict=True)]
        is_new = ~sa.exists().where(table.columns[0] == load_id)
        with self.sql_client.begin_transaction(), committing(self.sql_client.driver_connection):
            self.sql_client.execute_sql(table.insert().from_select(table.columns.keys(), sa.select(*row).where(is_new)))

    def get_stored_schema(self, schema_name: str | None = None) -> StorageSchemaInfo | None:  # type: ignore[override]
        """Return the newest stored schema, and remember it."""
        stored: StorageSchemaInfo | None = super().get_stored_schema(schema_name)  # type: ignore[arg-type]
        if stored is not None:
            remembered(self.sql_client.engine).schemas[stored.version_hash] = stored
        return stored

    def get_stored_schema_by_hash(self, version_hash: str) -> StorageSchemaInfo | None:  # type: ignore[override]
        """Return the stored schema of a hash, without a query if this load has read it."""
        known = remembered(self.sql_client.engine).schemas.get(version_hash)
        return known or super().get_stored_schema_by_hash(version_hash)

    def update_stored_schema(
        self,
        only_tables: Iterable[str] | None = None,
        expected_update: TSchemaTables | None = None,
        force: bool = False,
    ) -> TSchemaTables | None:
        """Create missing tables, columns and indexes."""
        update = super().update_stored_schema(only_tables, expected_update, force)  # type: ignore[arg-type]
        raw_tables = [name for name, table in self.schema.tables.items() if dict(table).get(RAW_LOG_HINT)]
        with self.sql_client.begin_transaction():
            client = self.sql_client
            ensure_indexes(client.driver_connection, client.dataset_name, raw_tables, remembered(client.engine).known)
        return update
