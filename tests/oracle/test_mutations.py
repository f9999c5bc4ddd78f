"""Every fix of the destination, undone, is noticed by the double (oracle A.1): its rules are worth something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from dlt.common.normalizers.naming import snake_case
from dlt.destinations.impl.sqlalchemy.configuration import SqlalchemyClientConfiguration
from dlt.destinations.impl.sqlalchemy.db_api_client import SqlalchemyClient
from dlt.destinations.impl.sqlalchemy.type_mapper import SqlalchemyTypeMapper

from loader.landing import naming
from loader.landing.oracle import client, configuration, documents, job, types
from loader.landing.oracle.objects import INCOMING
from loader.target import oracle_pool
from tests.extract.fake_wms import START
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO
from tests.oracle_double.faults import Fault
from tests.oracle_double.server import Server

Patch = pytest.MonkeyPatch


def stock_texts(patch: Patch) -> None:
    patch.setattr(types.OracleTypeMapper, "db_type_from_text_type", SqlalchemyTypeMapper.db_type_from_text_type)


def document_as_text(patch: Patch) -> None:
    patch.setattr(types.OracleTypeMapper, "db_type_from_text_type", lambda *_: sa.String(255))


def stock_timestamps(patch: Patch) -> None:
    stock = SqlalchemyTypeMapper.db_type_from_timestamp_type
    patch.setattr(types.OracleTypeMapper, "db_type_from_timestamp_type", stock)


def stock_table_names(patch: Patch) -> None:
    stock = SqlalchemyClient.make_qualified_table_name_path
    patch.setattr(client.OracleSqlClient, "make_qualified_table_name_path", stock)


def stock_dataset_check(patch: Patch) -> None:
    patch.setattr(client.OracleSqlClient, "has_dataset", lambda _: False)


def stock_location(patch: Patch) -> None:
    stock = SqlalchemyClientConfiguration.data_location
    patch.setattr(configuration.OracleClientConfiguration, "data_location", stock)


def stock_naming(patch: Patch) -> None:
    stock = snake_case.NamingConvention.normalize_identifier
    patch.setattr(naming.NamingConvention, "normalize_identifier", stock)


def no_casts(patch: Patch) -> None:
    def encoded(rows: pa.Table) -> pa.Table:
        hashes = rows.column("content_hash").dictionary_encode()
        return rows.set_column(rows.schema.get_field_index("content_hash"), "content_hash", hashes)

    patch.setattr(documents, "bindable", encoded)


def short_documents_only(patch: Patch) -> None:
    patch.setattr(documents, "_MAX_RAW_BYTES", 10**9)


def document_bound_first(patch: Patch) -> None:
    order = [types.DOCUMENT, *documents.bind_columns()[:-1]]
    patch.setattr(documents, "bind_columns", lambda: order)
    patch.setattr(job, "bind_columns", lambda: order)


def session_zone_left_alone(patch: Patch) -> None:
    patch.setattr(oracle_pool, "prepare_session", lambda *_: None)


def every_row_is_new(patch: Patch) -> None:
    sql = job.INSERT_NEW_VERSIONS.split("where read_order in")[0]
    patch.setattr(job, "INSERT_NEW_VERSIONS", sql)


def no_ledger(patch: Patch) -> None:
    patch.setattr(job, "FIND_IN_LEDGER", job.FIND_IN_LEDGER + " and 1 = 0")


def temporary_table_only_once(patch: Patch) -> None:
    patch.setattr(client, "ensure_landing_tables", lambda *_: None)


MUTATIONS: tuple[Callable[[Patch], None], ...] = (
    stock_texts,
    document_as_text,
    stock_timestamps,
    stock_table_names,
    stock_dataset_check,
    stock_location,
    stock_naming,
    no_casts,
    short_documents_only,
    document_bound_first,
    session_zone_left_alone,
    every_row_is_new,
    no_ledger,
    temporary_table_only_once,
)


def observed(directory: Path, patch: Patch) -> Any:
    """What a story leaves: rows, sessions' zones, states kept; or how it failed."""
    server = Server(19)
    server.install(patch)
    loads = OracleLoads(directory, server)
    loads.wms.put("item", 1, LONG_AGO.replace(microsecond=123456), description="x" * 40_000)
    loads.wms.put("item", 2, LONG_AGO)
    # read whole in every run
    loads.wms.put("order_status", 0, description="A")
    try:
        # the answer to the job's commit is lost, so the job runs twice
        server.faults.plan(Fault("ORA-03113", 1, "^COMMIT$", after=True, follows="insert into wms_elt.elt_landing"))
        loads.run()
        loads.wms.now = START.replace(minute=30)
        loads.wms.put("item", 3, START)
        loads.blank_machine()
        outcome = loads.run().outcomes["item"]
        columns = "entity_id, mod_ts, content_hash, is_deleted"
        rows = [loads.query(f"select {columns} from wms_raw.{entity} order by read_order") for entity in loads.wms.rows]
        zones = {session.time_zone for session in server.sessions}
        created = sum(INCOMING in entry.text and "create" in entry.text for entry in server.statements)
        return rows, zones, outcome.mode, outcome.rows_read, created
    except Exception as error:
        return type(error).__name__, str(error)[:300]
    finally:
        server.close()


@pytest.mark.parametrize("undo", MUTATIONS, ids=lambda undo: undo.__name__)
def test_a_fix_undone_is_noticed(undo: Callable[[Patch], None], tmp_path: Path, monkeypatch: Patch) -> None:
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
    whole = observed(tmp_path / "whole", monkeypatch)
    assert len(whole) == 5, whole
    undo(monkeypatch)
    assert observed(tmp_path / "broken", monkeypatch) != whole
