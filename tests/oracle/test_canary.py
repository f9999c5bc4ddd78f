"""Private dlt names that the destination uses: if an upgrade moves one, its name fails here."""

from __future__ import annotations

import inspect

import dlt
import pytest
from dlt.destinations.exceptions import DatabaseException
from dlt.destinations.impl.sqlalchemy import configuration, db_api_client, sqlalchemy_job_client, type_mapper
from dlt.load.exceptions import LoadClientJobTerminalRetry

SIGNATURES = {
    db_api_client.SqlalchemyClient: {
        "__init__": ["self", "dataset_name", "staging_dataset_name", "credentials", "capabilities"],
        "_make_database_exception": ["self", "e"],
        "make_qualified_table_name_path": ["self", "table_name", "quote", "casefold", "dataset_name", "catalog"],
        "reflect_table": ["self", "table_name", "metadata", "include_columns"],
        "has_dataset": ["self"],
        "begin_transaction": ["self"],
    },
    sqlalchemy_job_client.SqlalchemyJobClient: {
        "__init__": ["self", "schema", "config", "capabilities"],
        "create_load_job": ["self", "table", "file_path", "load_id", "restore"],
        "initialize_storage": ["self", "truncate_tables"],
        "update_stored_schema": ["self", "only_tables", "expected_update", "force"],
    },
    type_mapper.SqlalchemyTypeMapper: {
        "db_type_from_text_type": ["self", "column", "table"],
        "db_type_from_bigint_type": ["self", "column", "table"],
        "db_type_from_timestamp_type": ["self", "column", "table"],
        "db_type_from_bool_type": ["self", "column", "table"],
    },
    configuration.SqlalchemyClientConfiguration: {"data_location": ["self"]},
}


@pytest.mark.parametrize("owner", SIGNATURES, ids=lambda owner: owner.__name__)
def test_overridden_dlt_names_exist(owner: type) -> None:
    for name, parameters in SIGNATURES[owner].items():
        assert list(inspect.signature(getattr(owner, name)).parameters) == parameters, name


def test_dlt_errors_keep_cause_attribute() -> None:
    assert "client_exception" in inspect.getsource(LoadClientJobTerminalRetry)
    assert "dbapi_exception" in inspect.getsource(DatabaseException)


def test_dlt_release_is_supported() -> None:
    assert dlt.__version__.startswith("1.31.")
