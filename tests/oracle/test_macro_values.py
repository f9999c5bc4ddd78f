"""Macros that differ between the databases give the same values on the double as on DuckDB."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.dbt import crafted_values
from tests.dbt.oracle_project import compile_inline
from tests.oracle.minimal_warehouse import SmallWarehouse, environment
from tests.support.harness import REPOSITORY, DbtProject
from tests.support.oracle_double import execute
from tests.support.oracle_double.server import Server

START, END = "timestamp '2026-05-31 23:59:59.900000'", "timestamp '2026-06-02 00:00:01.100000'"
VALUES = {
    "{{ to_day(start) }}": datetime.fromisoformat("2026-05-31"),
    "{{ seconds_between(start, end) }}": 86401,
    "{{ seconds_between(end, start) }}": -86401,
    "{{ seconds_between(start, start) }}": 0,
    "{{ add_days(start, 1) }}": datetime.fromisoformat("2026-06-01 23:59:59.9"),
    "{{ add_days(start, -0.5) }}": datetime.fromisoformat("2026-05-31 11:59:59.9"),
    """{{ hash_key(["'a'", "'b'"]) }}""": hashlib.md5(b"a|b").hexdigest(),
    """{{ hash_key(["null", "'b'"]) }}""": hashlib.md5(b"~|b").hexdigest(),
    """{{ pseudonym("'ana'", '8') }}""": hashlib.md5(b"ana").hexdigest()[:8],
    """{{ word_at("'c:name r:qty'", 2) }}""": "r:qty",
    """{{ word_at("'c:name r:qty'", 3) }}""": None,
    "{{ number_text('-12.50') }}": "-12.5",
    "{{ number_text('100') }}": "100",
    "{{ timestamp_text(end) }}": "2026-06-02T00:00:01Z",
    "{{ date_text(end) }}": "2026-06-02",
    "{{ ratio('1.0', '3.0') }}": Decimal("0.3333"),
    "{{ ratio('1', '0') }}": None,
    # without daylight saving time since 2019, and with it
    """{{ to_facility_time(end, "'America/Sao_Paulo'") }}""": datetime.fromisoformat("2026-06-01 21:00:01.1"),
    """{{ to_facility_time(end, "'America/New_York'") }}""": datetime.fromisoformat("2026-06-01 20:00:01.1"),
}


def test_values_on_oracle(oracle_project: DbtProject, server: Server) -> None:
    columns = ", ".join(f"{text} as c{n}" for n, text in enumerate(VALUES))
    assert dict(zip(VALUES, _row(oracle_project, server, f"select {columns} from dual"), strict=True)) == VALUES


def test_list_agg_sorts_and_omits_nulls(oracle_project: DbtProject, server: Server) -> None:
    rows = "(select 'b' as a, 2 as n from dual union all select null, 1 from dual union all select 'c', 0 from dual) t"
    assert _row(oracle_project, server, f"select {{{{ list_agg('a', 'n', '; ') }}}} as c from {rows}") == ["c; b"]


def test_crafted_values_read_as_on_duckdb(small: SmallWarehouse, server: Server) -> None:
    for number, case in enumerate(crafted_values.CASES):
        small.put("crafted", number, **{case.field: case.value})
    with environment(server):
        sql = compile_inline(small.project, crafted_values.QUERY.replace("TABLE", "crafted"))
    rows = execute.run(server.logon(server.user, server.password), sql).rows
    assert rows is not None
    assert crafted_values.misread([_as_days(row) for row in rows.to_pylist()]) == []


LOST = (
    "(select 1 as crafted_id, 'c:name r:qty' as lost_values, 0 as is_deleted, start_at as loaded_at from days "
    "union all select 2, 'r:qty', 0, start_at from days union all select 3, 'u:day', 1, start_at from days union all "
    "select 4, null, 0, start_at from days)"
)
"""Four records of the entity `crafted`; the third is deleted, and the fourth has all its values."""


def test_value_losses_are_counted_on_oracle(oracle_project: DbtProject, server: Server) -> None:
    """The models as they are, over records of one entity."""
    words = _model("int_quality__values_lost", {"'stg_wms__' ~ entity": LOST, "'int_date__day_numbers'": "numbered"})
    words = re.sub(r"entities = \[.*?\]", "entities = ['crafted']", words, flags=re.DOTALL)
    counted = _model("value_losses", {"'int_quality__values_lost'": "words_lost"})
    numbered = " union all ".join(f"select {n} as day_number from dual" for n in range(1, 5))
    text = (
        f"with days as (select {START} as start_at from dual), numbered as ({numbered}), "
        f"words_lost as ({words}), counted as ({counted}) "
        "select entity, column_name, kind, record_count, example_entity_id from counted order by column_name"
    )
    assert _rows(oracle_project, server, text) == [
        ["crafted", "name", "cut", 1, 1],
        ["crafted", "qty", "out_of_range", 2, 1],
    ]


def _model(name: str, inputs: dict[str, str]) -> str:
    """Return the text of a model with other inputs."""
    (path,) = (REPOSITORY / "dbt_project" / "models").rglob(f"{name}.sql")
    text = path.read_text(encoding="utf-8")
    for reference, replacement in inputs.items():
        assert f"{{{{ ref({reference}) }}}}" in text
        text = text.replace(f"{{{{ ref({reference}) }}}}", replacement)
    return text


def _as_days(row: dict[str, Any]) -> dict[str, Any]:
    """Return names in lower case, and an Oracle DATE, which has a time, as a day."""
    named = {name.lower(): value for name, value in row.items()}
    return named | {"a_day": named["a_day"] and named["a_day"].date()}


def _row(project: DbtProject, server: Server, text: str) -> list[object]:
    return _rows(project, server, text)[0]


def _rows(project: DbtProject, server: Server, text: str) -> list[list[object]]:
    with environment(server):
        sql = compile_inline(project, f"{{% set start, end = {START!r}, {END!r} %}}{text}")
    rows = execute.run(server.logon(server.user, server.password), sql).rows
    assert rows is not None
    return [list(row.values()) for row in rows.to_pylist()]
