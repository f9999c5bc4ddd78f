"""Macros that differ between the databases: their reviewed SQL, and their results on DuckDB."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.dbt.crafted_values import document_columns
from tests.dbt.oracle_project import compile_inline, compile_inline_for_oracle
from tests.support.harness import DbtProject, RawDatabase

TYPES = {
    "a_text": ("string(30)", "$.text"),
    "a_relation": ("integer", "$.relation_id.id"),
    "a_quantity": ("decimal", "$.quantity"),
    "a_timestamp": ("timestamp", "$.time_ts"),
    "a_day": ("date", "$.day_date"),
    "is_flag": ("boolean", "$.flag"),
}
DOCUMENTS = f"with {{{{ json_columns('thing_id', {document_columns(TYPES)}) }}}}\n"

MACROS = """
to_day:          {{ to_day('t.changed_at') }}
seconds_between: {{ seconds_between('t.started_at', 't.ended_at') }}
add_days:        {{ add_days('t.started_at', 't.shelf_life_days') }}
hash_key:        {{ hash_key(['t.order_nbr', 't.seq_nbr']) }}
list_agg:        {{ list_agg('t.reason', 't.rule_name', '; ') }}
utc_now:         {{ utc_now() }}
from_dual:       {{ from_dual() }}
pseudonym:       {{ pseudonym('t.pick_user', '30') }}
gather_statistics:
{{ gather_statistics() }}
index_on:
{{ index_on('order_hdr_id', unique=true) }}
{{ index_on(['facility_id', 'order_nbr']) }}
"""


def wall_clock(utc: str) -> str:
    """Return local time at a facility in New York."""
    return f"""{{{{ to_facility_time("timestamp '{utc}'", "'America/New_York'") }}}}"""


def business_date(utc: str) -> str:
    """Return its local day."""
    return f"""{{{{ to_day(to_facility_time("timestamp '{utc}'", "'America/New_York'")) }}}}"""


VALUES = {
    "{{ to_day(start) }}": date(2026, 5, 31),
    "{{ seconds_between(start, end) }}": 86401,
    "{{ seconds_between(end, start) }}": -86401,
    "{{ seconds_between(start, start) }}": 0,
    "{{ seconds_between(start, 'null') }}": None,
    "{{ add_days(start, 1) }}": datetime.fromisoformat("2026-06-01 23:59:59.9"),
    "{{ add_days(start, -0.5) }}": datetime.fromisoformat("2026-05-31 11:59:59.9"),
    """{{ hash_key(["'a'", "'b'"]) }}""": hashlib.md5(b"a|b").hexdigest(),
    """{{ pseudonym("'ana'", '8') }}""": hashlib.md5(b"ana").hexdigest()[:8],
    "{{ pseudonym('null', '8') }}": None,
    "typeof({{ utc_now() }})": "TIMESTAMP",
    "{{ utc_now() }} = now() at time zone 'UTC'": True,
    # the nights of the clock changes: 01:59:59 is followed by 03:00, and by 01:00
    wall_clock("2026-03-08 06:59:59"): datetime.fromisoformat("2026-03-08 01:59:59"),
    wall_clock("2026-03-08 07:00:00"): datetime.fromisoformat("2026-03-08 03:00:00"),
    wall_clock("2026-11-01 05:59:59"): datetime.fromisoformat("2026-11-01 01:59:59"),
    wall_clock("2026-11-01 06:00:00"): datetime.fromisoformat("2026-11-01 01:00:00"),
    # business dates with 25 hours and with 23
    business_date("2026-11-01 03:59:59"): date(2026, 10, 31),
    business_date("2026-11-01 04:00:00"): date(2026, 11, 1),
    business_date("2026-11-02 04:59:59"): date(2026, 11, 1),
    business_date("2026-11-02 05:00:00"): date(2026, 11, 2),
    business_date("2026-03-08 05:00:00"): date(2026, 3, 8),
    business_date("2026-03-09 04:00:00"): date(2026, 3, 9),
}

KEY_PARTS = (("'a'", "'bc'"), ("'ab'", "'c'"), ("null", "'a'"), ("'a'", "null"), ("null", "null"))


@pytest.fixture
def duckdb(raw_db: RawDatabase, dbt_project: DbtProject) -> DbtProject:
    return dbt_project


@pytest.mark.parametrize("text", [DOCUMENTS, MACROS], ids=["documents", "cross_db"])
def test_sql_on_duckdb(duckdb: DbtProject, text: str, snapshot: SnapshotAssertion) -> None:
    assert compile_inline(duckdb, text) == snapshot


@pytest.mark.parametrize("text", [DOCUMENTS, MACROS], ids=["documents", "cross_db"])
def test_sql_on_oracle(oracle_work_dir: Path, text: str, snapshot: SnapshotAssertion) -> None:
    assert compile_inline_for_oracle(oracle_work_dir, text) == snapshot


def test_values_on_duckdb(raw_db: RawDatabase, duckdb: DbtProject) -> None:
    start, end = "timestamp '2026-05-31 23:59:59.900000'", "timestamp '2026-06-02 00:00:01.100000'"
    text = f"{{% set start, end = {start!r}, {end!r} %}}select {', '.join(VALUES)}"
    (row,) = raw_db.rows(compile_inline(duckdb, text))
    assert dict(zip(VALUES, row, strict=True)) == VALUES


def test_hash_key_separates_nulls_and_value_boundaries(raw_db: RawDatabase, duckdb: DbtProject) -> None:
    keys = ", ".join(f"{{{{ hash_key({list(parts)}) }}}}" for parts in KEY_PARTS)
    (row,) = raw_db.rows(compile_inline(duckdb, f"select {keys}"))
    assert len(set(row)) == len(KEY_PARTS)


def test_list_agg_sorts_and_omits_nulls(raw_db: RawDatabase, duckdb: DbtProject) -> None:
    rows = "(select 'b' as a, 2 as n union all select null, 1 union all select 'c', 0) t"
    (row,) = raw_db.rows(compile_inline(duckdb, f"select {{{{ list_agg('a', 'n', '; ') }}}} from {rows}"))
    assert row == ("c; b",)


def test_unit_test_fixtures_on_oracle(oracle_work_dir: Path) -> None:
    types = {"id": "NUMBER(19,0)", "nbr": "VARCHAR2(30 CHAR)", "at": "TIMESTAMP(6)", "doc": "BLOB"}
    rows = [{"id": 1, "nbr": "a'b", "at": "2026-05-31 10:00:00"}, {"doc": "{}"}]
    text = f"{{{{ get_fixture_sql({rows}, {types}) }}}};{{{{ get_fixture_sql([], {types}) }}}}"
    filled, _, empty = " ".join(compile_inline_for_oracle(oracle_work_dir, text).split()).partition(";")
    assert filled == (
        "select cast(1 as NUMBER(19,0)) as id, cast('a''b' as VARCHAR2(30 CHAR)) as nbr, "
        "cast('2026-05-31 10:00:00' as TIMESTAMP(6) default null on conversion error, "
        "'YYYY-MM-DD HH24:MI:SS.FF') as at, "
        "to_blob(null) as doc from dual union all "
        "select cast(null as NUMBER(19,0)) as id, cast(null as VARCHAR2(30 CHAR)) as nbr, "
        "cast(null as TIMESTAMP(6)) as at, "
        "to_blob(utl_raw.cast_to_raw('{}')) as doc from dual"
    )
    assert empty.startswith("select cast(null as NUMBER(19,0)) as id, ")
    assert empty.endswith(" from dual where 1 = 0")
