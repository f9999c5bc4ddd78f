"""Classes of statements on Oracle."""

from __future__ import annotations

import pytest

from tests.bench.statements import CLASSES, class_of, counted

NODE = '/* {"node_id": "test.wms_elt.unique"} */ '


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("comment on column a.b.c is 'x'", "comments"),
        ("create or replace view v as select 1 from dual", "definitions"),
        ("begin execute immediate 'drop table t'; end;", "definitions"),
        ("begin delete from t; merge into t; end;", "changes"),
        ("begin dbms_stats.gather_table_stats(ownname => 'A'); end;", "statistics"),
        ("select 1 from sys.all_tab_columns where upper(table_name) = 'A'", "look_ups_with_function"),
        ("select 1 from user_tab_columns where table_name = 'A'", "look_ups"),
        ("alter session set time_zone = 'UTC'", "sessions"),
        ("begin execute immediate 'alter session set nls_comp = ''BINARY'''; end;", "sessions"),
        ("COMMIT", "ends"),
        (f"{NODE}select count(*) as failures from t", "tests"),
        ("-- new\nmerge into t using u", "changes"),
        ("with a as (select 1 from dual) select * from a", "queries"),
    ],
)
def test_statement_class(text: str, expected: str) -> None:
    assert class_of(text) == expected
    assert expected in CLASSES


def test_counts_include_classes_without_statements() -> None:
    counts = counted(["COMMIT", "commit", "select 1 from dual"])
    assert (counts["statements"], counts["ends"], counts["queries"], counts["comments"]) == (3, 2, 1, 0)
