"""dlt destination factory for Oracle."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import oracledb
import sqlalchemy as sa
from dlt.common.destination import DestinationCapabilitiesContext
from dlt.common.normalizers.naming import NamingConvention
from dlt.destinations import sqlalchemy as dlt_sqlalchemy
from dlt.destinations.impl.sqlalchemy.configuration import SqlalchemyClientConfiguration
from sqlalchemy.pool import NullPool

from loader.warehouse.oracle.dlt_client import OracleJobClient
from loader.warehouse.oracle.dlt_configuration import OracleClientConfiguration
from loader.warehouse.oracle.known_columns import KnownColumns
from loader.warehouse.oracle.pool import acquire
from loader.warehouse.oracle.remembered import remember
from loader.warehouse.oracle.types import OracleTypeMapper


class landing_oracle(dlt_sqlalchemy):  # noqa: N801 - dlt names a destination by its factory's class name
    """Destination factory for raw tables.

    Args:
        credentials: an engine from `engine`.
        location: the database for messages, without secrets.
        direct_path: whether to load files with only new ids by direct path.
    """

    spec = OracleClientConfiguration

    def _raw_capabilities(self) -> DestinationCapabilitiesContext:
        capabilities: DestinationCapabilitiesContext = super()._raw_capabilities()
        capabilities.preferred_loader_file_format = "parquet"
        capabilities.supported_loader_file_formats = ["parquet", "typed-jsonl"]
        # two jobs of one table must see each other's rows
        capabilities.loader_parallelism_strategy = "table-sequential"
        capabilities.supports_ddl_transactions = False
        return capabilities

    @classmethod
    def adjust_capabilities(
        cls,
        caps: DestinationCapabilitiesContext,
        config: SqlalchemyClientConfiguration,
        naming: NamingConvention | None,
    ) -> DestinationCapabilitiesContext:
        """Return dlt's capabilities with our type mapper."""
        adjusted: DestinationCapabilitiesContext = super().adjust_capabilities(caps, config, naming)
        adjusted.type_mapper = OracleTypeMapper
        return adjusted

    @property
    def client_class(self) -> type[OracleJobClient]:
        """Client class that dlt instantiates per thread."""
        return OracleJobClient


def engine(pool: oracledb.ConnectionPool, known: KnownColumns | None = None) -> sa.Engine:
    """Return an engine that uses connections of the pool. Its URL has no address and no secrets.

    Args:
        known: what other steps of the run have read from the dictionary.
    """
    creator: Any = partial(acquire, pool)
    # closing a session returns it to the pool, which rolls back an open transaction; SQLAlchemy would always do so
    created = sa.create_engine("oracle+oracledb://", creator=creator, poolclass=NullPool, pool_reset_on_return=None)
    for name, replacement in _WITHOUT_STATEMENTS.items():
        setattr(created.dialect, name, replacement)
    remember(created, known or KnownColumns())
    return created


def _end(method: str, session: Any) -> None:
    """Commit or roll back only an open transaction: dlt ends one after each query."""
    if session.transaction_in_progress:
        getattr(session, method)()


_WITHOUT_STATEMENTS: Final = {
    "do_commit": partial(_end, "commit"),
    "do_rollback": partial(_end, "rollback"),
    # SQLAlchemy asks the first connection for these; `prepare_session` sets the decimal character
    "_get_default_schema_name": lambda _connection: None,
    "get_default_isolation_level": lambda _connection: "READ COMMITTED",
    "_detect_decimal_char": lambda _connection: None,
}
"""Methods of SQLAlchemy's dialect that need no statement here."""
