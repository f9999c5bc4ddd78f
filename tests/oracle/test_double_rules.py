"""Statements the double refuses, with Oracle's error code, and those it accepts on the release that supports them."""

from __future__ import annotations

from typing import Any

import oracledb
import pyarrow as pa
import pytest

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.server import Server

BOTH = (19, 23)
REFUSED = [
    ("select nope from t", 904, BOTH),
    ("select a as x from t where x = 1", 904, BOTH),
    ('select "a" from t', 904, BOTH),
    ("select level_ from nowhere", 942, BOTH),
    ('select 1 as one from "wms_elt"."t"', 942, BOTH),
    ("select a from t limit 1", 933, BOTH),
    ("select a from t z where z.a = '1'::number", 923, BOTH),
    ("select now() as n from dual", 904, BOTH),
    ("select string_agg(b, ',') as n from t", 904, BOTH),
    ("select * from t as z", 933, BOTH),
    ("select count(*) as n from t group by 1", 979, BOTH),
    ("select a from t where b ilike 'x'", 920, BOTH),
    ("select interval '1 day' as i from dual", 30089, BOTH),
    ("select cast(a as text) as x from t", 902, BOTH),
    ("select cast(a as varchar2) as x from t", 906, BOTH),
    ("insert into t (a) values (1) on conflict do nothing", 933, BOTH),
    ("select a from t qualify a = 1", 933, BOTH),
    ("create or replace table t2 (a number)", 922, BOTH),
    ("create schema x", 2420, BOTH),
    ("select 1 as _x from dual", 911, BOTH),
    ("create table _t (a number)", 911, BOTH),
    ("select *, a from t", 923, BOTH),
    ("select a, from t", 936, BOTH),
    ("select 1 as level from dual", 904, BOTH),
    ("select a from t;", 911, BOTH),
    ("select a from t where b is distinct from 'x'", 908, BOTH),
    ("create table no_such_user.t (a number)", 1918, BOTH),
    ("create table wms_elt.user (a number)", 903, BOTH),
    ("select 1 as one from wms_elt.order", 903, BOTH),
    ("insert into wms_elt.session (a) values (1)", 903, BOTH),
    ("create table t (a number)", 955, BOTH),
    ("create index i2 on t (d)", 2327, BOTH),
    ("create index i3 on t (b)", 1408, BOTH),
    ("insert into t (a) values (1)", 1, BOTH),
    ("insert into t (b) values ('x')", 1400, BOTH),
    ("insert into t (a, b) values (2, '')", 1400, BOTH),
    ("insert into t (a, b) values (2, 'toolong')", 12899, BOTH),
    ("insert into t (a) values (1, 2)", 913, BOTH),
    ("select c / 0 as x from t", 1476, BOTH),
    ("select a, a + 1 from t union all select a from t", 1789, BOTH),
    ("create table u as select a + 1 from t", 998, BOTH),
    ("update view_of_nothing set a = 1", 942, BOTH),
    ("drop table nowhere", 942, BOTH),
    ("select 1 as one", 923, (19,)),
    ("select true as x from dual", 904, (19,)),
    ("select a from t except select a from t", 933, (19,)),
    ("drop table if exists nowhere", 933, (19,)),
    ("insert into t (a, b) values (5, 'x'), (6, 'y')", 933, (19,)),
    ("select a = 1 as x from t", 923, (19,)),
    ("select d from t order by d", 932, (19,)),
    ("select d from t order by d", 22848, (23,)),
    ("select distinct d from t", 932, (19,)),
    ("select a from t where e = 'x'", 932, (19,)),
    ("select a from t where e = 'x'", 22848, (23,)),
    ("select e from t union select e from t", 932, (19,)),
]


@pytest.fixture(params=BOTH)
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    double = Server(request.param)
    double.install(monkeypatch)
    yield double
    double.close()


@pytest.fixture
def connection(server: Server) -> Any:
    opened = oracledb.connect(user="wms_elt", password=server.password)
    cursor = opened.cursor()
    cursor.execute("create table t (a number(19) primary key, b varchar2(3 char) not null, c number, d blob, e clob)")
    cursor.execute("create index i1 on t (b)")
    cursor.execute("insert into t (a, b, c) values (1, 'x', 2)")
    opened.commit()
    return opened


@pytest.mark.parametrize(("sql", "code", "releases"), REFUSED)
def test_statement_is_refused_with_oracle_code(
    connection: Any, server: Server, sql: str, code: int, releases: tuple[int, ...]
) -> None:
    if server.release not in releases:
        pytest.skip("of another release")
    with pytest.raises(oracledb.Error) as refusal:
        connection.cursor().execute(sql)
    assert refusal.value.args[0].code == code


@pytest.mark.parametrize(
    "sql", ["select 1 as one", "drop table if exists nowhere", "select a from t except select a from t"]
)
def test_newer_syntax_passes_on_newer_release(connection: Any, server: Server, sql: str) -> None:
    if server.release == 23:
        connection.cursor().execute(sql)


def test_empty_text_is_null_and_concatenation_skips_it(connection: Any) -> None:
    sql = "select '' as a, b || null || '!' as b, nullif(substr(b, 1, 0), 'x') as c from t"
    assert connection.cursor().execute(sql).fetchall() == [(None, "x!", None)]


def test_failed_statement_rolls_back_only_itself(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("insert into t (a, b) values (2, 'y')")
    with pytest.raises(oracledb.IntegrityError):
        cursor.execute("insert into t (a, b) values (2, 'z')")
    connection.commit()
    assert cursor.execute("select count(*) from t").fetchone() == (2,)


def test_ddl_commits_open_transaction(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("insert into t (a, b) values (2, 'y')")
    cursor.execute("create table u (a number)")
    connection.rollback()
    assert cursor.execute("select count(*) from t").fetchone() == (2,)


def test_temporary_rows_are_private_and_deleted_on_commit(connection: Any, server: Server) -> None:
    cursor = connection.cursor()
    cursor.execute("create global temporary table g (a number) on commit delete rows")
    cursor.execute("insert into g (a) values (1)")
    other = oracledb.connect(user="wms_elt", password=server.password).cursor()
    assert other.execute("select count(*) from g").fetchone() == (0,)
    assert cursor.execute("select count(*) from g").fetchone() == (1,)
    connection.commit()
    assert cursor.execute("select count(*) from g").fetchone() == (0,)


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        (pa.array(["x"]).dictionary_encode(), "DPY-3032"),
        (pa.array([b"x" * 40_000], pa.binary()), "ORA-01461"),
        (pa.array(["x"]), "ORA-01465"),
    ],
)
def test_arrow_uses_real_driver(connection: Any, column: Any, problem: str) -> None:
    with pytest.raises(oracledb.Error, match=problem):
        connection.cursor().executemany("insert into t (d) values (:d)", pa.table({"d": column}))


def test_unsupported_statement_is_not_oracle_error(connection: Any) -> None:
    with pytest.raises(DoubleGap):
        connection.cursor().execute("select soundex(b) as s from t connect by level < 2")


def test_cached_statement_is_resolved_again_for_new_table(connection: Any) -> None:
    """The double caches resolved statements for all servers in a process."""
    cursor = connection.cursor()
    sql = "select c from t"
    assert cursor.execute(sql).fetchall() == [(2,)]
    cursor.execute("alter table t rename to u")
    with pytest.raises(oracledb.Error, match="ORA-00942"):
        cursor.execute(sql)
    cursor.execute("create table t as select b as c from u")
    assert cursor.execute(sql).fetchall() == [("x",)]
    cursor.execute("drop table t")
    cursor.execute("create table t as select b from u")
    with pytest.raises(oracledb.Error, match="ORA-00904"):
        cursor.execute(sql)


def test_dictionary_lists_every_definition(connection: Any) -> None:
    cursor = connection.cursor()
    sql = "select table_name from user_tables order by table_name"
    assert cursor.execute(sql).fetchall() == [("T",)]
    cursor.execute("create table u (a number)")
    assert cursor.execute(sql).fetchall() == [("T",), ("U",)]
    cursor.execute("drop table t")
    assert cursor.execute(sql).fetchall() == [("U",)]
