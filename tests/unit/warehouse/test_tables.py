from __future__ import annotations

import re

import pytest

from loader.warehouse.schema import RUN, RUN_TABLES, TableSpec, create_statement

# words that Oracle reserves or rejects as a column name
RESERVED = {"level", "size", "date", "comment", "mode", "number", "access", "start", "session", "file", "row"}


@pytest.mark.parametrize("spec", RUN_TABLES, ids=lambda spec: spec.name)
def test_names_are_valid_unquoted_on_both_engines(spec: TableSpec) -> None:
    for name in (spec.name, *spec.column_names):
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,29}", name)
        assert name not in RESERVED
    assert set(spec.key) <= set(spec.column_names)
    assert len(set(spec.column_names)) == len(spec.columns)


def test_create_statement_oracle_works_on_19c() -> None:
    sql = create_statement("elt_run", RUN, "oracle")
    assert "run_id varchar2(128 char)" in sql
    assert "quality_score binary_double" in sql
    assert "started_at timestamp(6)" in sql
    assert "if not exists" not in sql
    assert "constraint" not in sql
