"""Opens the target for a load: dlt destination, dataset and raw store, for DuckDB or Oracle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlt.common.destination import Destination

from loader.pipeline.dlt_settings import own_dlt
from loader.settings import Settings, TargetSettings
from loader.warehouse import Sessions
from loader.warehouse.duckdb.destination import landing_duckdb
from loader.warehouse.duckdb.raw_store import DuckDbRawStore
from loader.warehouse.quarantine import Quarantine

if TYPE_CHECKING:
    from loader.warehouse.oracle.raw_store import OracleRawStore


@dataclass(frozen=True, slots=True)
class LandingSession:
    """An open target, as a load needs it.

    Args:
        destination: dlt destination that uses the open connection.
        dataset: schema of the raw tables; on Oracle, the user.
        raw_store: access to the raw tables.
        description: the target for messages, without secrets.
    """

    destination: Destination[Any, Any]
    dataset: str
    raw_store: DuckDbRawStore | OracleRawStore
    description: str


@contextmanager
def open_landing(settings: Settings, sessions: Sessions | None = None) -> Iterator[LandingSession]:
    """Open the target for one load, and isolate the dlt configuration while it is open.

    Raises:
        TargetError: the target can't be opened (WMS_TGT_*).
    """
    with own_dlt(settings.wms.concurrency, settings.pipeline.work_dir), ExitStack() as opened:
        if settings.target.kind == "oracle":
            yield opened.enter_context(_oracle(settings.target, sessions or opened.enter_context(Sessions(settings))))
        else:
            yield opened.enter_context(_duckdb(settings.target, sessions or Sessions(settings)))


@contextmanager
def _duckdb(settings: TargetSettings, sessions: Sessions) -> Iterator[LandingSession]:
    with sessions.open_duckdb() as target:
        # measured with 200k documents: a third less CPU than with two threads, less memory, equally fast
        target.execute("set threads = 1")
        dataset = settings.raw_schema
        raw_store = DuckDbRawStore(target.connection, dataset, Quarantine(lambda: target), settings.duckdb_path)
        yield LandingSession(landing_duckdb(credentials=target.connection), dataset, raw_store, target.description)


@contextmanager
def _oracle(settings: TargetSettings, sessions: Sessions) -> Iterator[LandingSession]:
    # importing SQLAlchemy and oracledb takes 0.5 CPU seconds, and DuckDB doesn't need them
    from loader.warehouse.oracle.destination import engine, landing_oracle
    from loader.warehouse.oracle.pool import describe
    from loader.warehouse.oracle.raw_store import OracleRawStore

    # on Oracle, a schema is a user
    dataset, where, pool = str(settings.oracle_user).lower(), describe(settings), sessions.pool()
    with ExitStack() as opened:
        quarantine = Quarantine(lambda: opened.enter_context(sessions.open()))
        raw_store = OracleRawStore(pool, dataset, where, quarantine, sessions.known_columns)
        engine_of_load = engine(pool, sessions.known_columns)
        destination = landing_oracle(
            credentials=engine_of_load, location=where, direct_path=settings.oracle_direct_path
        )
        yield LandingSession(destination, dataset, raw_store, where)
