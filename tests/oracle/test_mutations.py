"""The double detects every undone fix of the destination (oracle A.1), so its rules are effective."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from dlt.common.normalizers.naming import snake_case
from dlt.destinations.impl.sqlalchemy.configuration import SqlalchemyClientConfiguration
from dlt.destinations.impl.sqlalchemy.db_api_client import SqlalchemyClient
from dlt.destinations.impl.sqlalchemy.sqlalchemy_job_client import SqlalchemyJobClient
from dlt.destinations.impl.sqlalchemy.type_mapper import SqlalchemyTypeMapper

from loader.pipeline import naming
from loader.warehouse.oracle import connect as oracle
from loader.warehouse.oracle import (
    dlt_client as client,
)
from loader.warehouse.oracle import (
    dlt_configuration as configuration,
)
from loader.warehouse.oracle import (
    documents,
    types,
)
from loader.warehouse.oracle import errors as oracle_errors
from loader.warehouse.oracle import (
    load_job as job,
)
from loader.warehouse.oracle import pool as oracle_pool
from loader.warehouse.oracle import (
    raw_store as landed,
)
from tests.oracle.mutation_scenario import play
from tests.support.sampling import parameters

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


def stock_numbers(patch: Patch) -> None:
    stock = SqlalchemyTypeMapper.db_type_from_bigint_type
    patch.setattr(types.OracleTypeMapper, "db_type_from_bigint_type", stock)


def stock_reflection(patch: Patch) -> None:
    patch.setattr(client.OracleSqlClient, "reflect_table", SqlalchemyClient.reflect_table)


def stock_errors(patch: Patch) -> None:
    stock = SqlalchemyClient._make_database_exception
    patch.setattr(client.OracleSqlClient, "_make_database_exception", stock)


def every_error_is_final(patch: Patch) -> None:
    patch.setattr(oracle_errors, "RETRIABLE", frozenset())


def every_error_is_retriable(patch: Patch) -> None:
    patch.setattr(client, "is_retriable", lambda _: True)


def stock_jobs(patch: Patch) -> None:
    patch.setattr(client.OracleJobClient, "create_load_job", SqlalchemyJobClient.create_load_job)


def package_completed_twice(patch: Patch) -> None:
    patch.setattr(client.OracleJobClient, "complete_load", SqlalchemyJobClient.complete_load)


def no_indexes(patch: Patch) -> None:
    patch.setattr(client, "ensure_indexes", lambda *_: None)


def ids_as_doubles(patch: Patch) -> None:
    real = landed._fetch

    def rounded(connection: Any, sql: str, binds: Any, schema: pa.Schema) -> pa.Table:
        names = [field.with_type(pa.float64()) if field.name == "entity_id" else field for field in schema]
        return real(connection, sql, binds, pa.schema(names)).cast(schema)

    patch.setattr(landed, "_fetch", rounded)


def bind_types_left_to_the_driver(patch: Patch) -> None:
    patch.setattr(oracle, "_bind_type", lambda _: None)


def session_without_name_and_timeout(patch: Patch) -> None:
    def only_zone(connection: Any, *_: object) -> None:
        connection.cursor().execute("alter session set time_zone = 'UTC'")

    patch.setattr(oracle_pool, "prepare_session", only_zone)


def arguments_without(name: str) -> Callable[[Patch], None]:
    real = oracle_pool.connect_arguments

    def undo(patch: Patch) -> None:
        patch.setattr(
            oracle_pool, "connect_arguments", lambda target: {k: v for k, v in real(target).items() if k != name}
        )

    undo.__name__ = f"no_{name}"
    return undo


def every_row_is_new(patch: Patch) -> None:
    sql = job.INSERT_NEW_VERSIONS.split("where read_order in")[0]
    patch.setattr(job, "INSERT_NEW_VERSIONS", sql)


def no_ledger(patch: Patch) -> None:
    patch.setattr(job, "FIND_LOADED", job.FIND_LOADED.replace("file_id = :file_id", "file_id = :file_id and 1 = 0"))


def temporary_table_only_once(patch: Patch) -> None:
    patch.setattr(client, "ensure_landing_tables", lambda *_: None)


MUTATIONS: tuple[Callable[[Patch], None], ...] = (
    stock_texts,
    document_as_text,
    stock_timestamps,
    stock_numbers,
    stock_reflection,
    stock_table_names,
    stock_dataset_check,
    stock_location,
    stock_naming,
    stock_errors,
    every_error_is_final,
    every_error_is_retriable,
    stock_jobs,
    package_completed_twice,
    no_indexes,
    no_casts,
    short_documents_only,
    document_bound_first,
    ids_as_doubles,
    bind_types_left_to_the_driver,
    session_zone_left_alone,
    session_without_name_and_timeout,
    *map(arguments_without, ("stmtcachesize", "tcp_connect_timeout", "program", "connection_id_prefix")),
    every_row_is_new,
    no_ledger,
    temporary_table_only_once,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Any]]:
    """Observations with every fix in place."""
    with pytest.MonkeyPatch.context() as patch:
        found = list(play(tmp_path_factory.mktemp("whole"), patch))
    assert ("attempts", 1) in found
    assert found[-1][0] == "run", found[-1]
    return found


@pytest.mark.parametrize("undo", parameters(MUTATIONS, 5), ids=lambda undo: undo.__name__)
def test_undone_fix_is_detected(
    undo: Callable[[Patch], None], whole: list[tuple[str, Any]], tmp_path: Path, monkeypatch: Patch
) -> None:
    """Compares observations up to the first difference."""
    undo(monkeypatch)
    with closing(play(tmp_path, monkeypatch)) as played:
        assert any(found != expected for found, expected in zip_longest(played, whole))


def test_repeated_scenario_gives_same_result(whole: list[tuple[str, Any]], tmp_path: Path, monkeypatch: Patch) -> None:
    """Otherwise every mutation would be detected."""
    assert list(play(tmp_path, monkeypatch)) == whole
