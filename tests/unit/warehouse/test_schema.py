"""The forms that are derived from the declaration of the raw tables and of the ledger."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from dlt.common.normalizers.naming import NamingConvention
from dlt.common.schema.normalizers import naming_from_reference

from loader.pipeline import naming
from loader.warehouse.schema import (
    LEDGER_TABLE,
    RAW_COLUMNS,
    column_definitions,
    content_hash,
    create_statement,
    raw_columns,
    raw_schema,
)


def test_every_form_has_the_same_columns_in_the_same_order() -> None:
    names = [column.name for column in RAW_COLUMNS]
    assert raw_schema().names == names[:-1]
    assert [hint["name"] for hint in raw_columns()] == names


def test_nullability_is_the_same_for_arrow_and_dlt() -> None:
    hints = {hint["name"]: hint["nullable"] for hint in raw_columns()}
    assert {field.name: field.nullable for field in raw_schema()} == {
        name: nullable for name, nullable in hints.items() if name != "dlt_load_id"
    }


def test_arrow_rows_fit_the_duckdb_table() -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table raw ({column_definitions(RAW_COLUMNS, 'duckdb')})")
        empty: pa.Table = connection.sql("select * exclude (dlt_load_id) from raw").to_arrow_table()
    assert empty.schema.types == raw_schema().types


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("duckdb", "dlt_load_id varchar not null, file_id varchar not null, entity varchar not null"),
        ("oracle", "dlt_load_id varchar2(64 char) not null, file_id varchar2(64 char) not null, entity varchar2(128"),
    ],
)
def test_ledger_is_created_for_each_engine(dialect: str, expected: str) -> None:
    statement = create_statement("elt_landing", LEDGER_TABLE, dialect)  # type: ignore[arg-type]
    assert statement.startswith(f"create table elt_landing ({expected}")
    assert statement.endswith("primary key (dlt_load_id, file_id))")


def test_content_hash_is_what_duckdb_computes() -> None:
    with duckdb.connect() as connection:
        [(computed,)] = connection.execute("select left(sha256('{}'), 32)").fetchall()
    assert content_hash(b"{}") == computed


def test_naming_is_found_by_the_name_that_release_0_1_stored() -> None:
    found: NamingConvention = naming_from_reference("loader.pipeline.naming")
    assert isinstance(found, naming.NamingConvention)
