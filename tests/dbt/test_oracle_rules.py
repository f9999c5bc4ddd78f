"""Each rule on SQL it must refuse, and all rules on Oracle SQL they must accept."""

from __future__ import annotations

import pytest

from tests.dbt.oracle_rules import check

BAD = {
    "limit": "select a from t limit 5",
    "boolean literal": "select a from t where b = true",
    "double colon": "select a::number from t",
    "date_trunc": "select date_trunc('day', a) as d from t",
    "now": "select now() as n from t",
    "string_agg": "select string_agg(a, ',') as s from t",
    "no from": "select 1 as a",
    "no from in a branch": "select a from t union all select 2",
    "no from in a subquery": "select x.a from (select 1 as a) x",
    "as before a table alias": "select o.a from orders as o",
    "as before a subquery alias": "select o.a from t join (select a from u) as o on o.a = t.a",
    "group by alias": "select trunc(a) as d, count(*) as n from t group by d",
    "group by position": "select a, count(*) as n from t group by 1",
    "ilike": "select a from t where a ilike 'x%'",
    "interval with its unit inside": "select a + interval '1 day' as b from t",
    "boolean column": "create table t (a boolean)",
    "cast to text": "select cast(a as text) as b from t",
    "cast to bigint": "select cast(a as bigint) as b from t",
    "on conflict": "insert into t (a) values (1) on conflict do nothing",
    "qualify": "select a from t qualify row_number() over (order by a) = 1",
    "replaced table": "create or replace table t as select a from u",
    "except": "select a from t except select a from u",
    "alias with underscore": "select a as _b from t",
    "several rows in values": "insert into t (a) values (1), (2)",
    "values as a table": "select a from (values (1)) x",
    "with recursive": "with recursive c as (select a from t) select a from c",
    "star and column": "select *, a from t",
    "column and star": "select a, * from t",
    "trailing comma": "select a, from t",
    "filter": "select count(*) filter (where a > 1) as n from t",
    "condition as a column": "select a > 1 as is_big from t",
    "is null as a column": "select a is null as is_missing from t",
    "double quotes": 'select a from t where b = "abc"',
    "try_cast": "select try_cast(a as number) as b from t",
    "json arrow": "select a ->> '$.b' as b from t",
    "missing bracket": "select coalesce(a, 1 from t",
    "bracket too many": "select coalesce(a, 1)) as b from t",
    "empty text": "select a from t where b <> ''",
    "reserved alias": "select a as level from t",
    "semicolon": "select a from t;",
    "distinct on": "select distinct on (a) a, b from t",
    "modulo": "select a % 2 as b from t",
    "list": "select [1, 2] as a from t",
    "group by all": "select a, count(*) as n from t group by all",
    "create schema": "create schema marts",
    "drop if exists": "drop table if exists t",
    "long name": f"select a as {'b' * 129} from t",
    "left": "select left(a, 3) as b from t",
}

GOOD = {
    "dual": "select 1 as a from dual",
    "cte": "with o as (select * from orders), final as (select o.a from o) select * from final",
    "case": "select case when a > 1 and b is null then 1 else 0 end as is_big from t",
    "fetch first": "select a from t order by a desc nulls last fetch first 5 rows only",
    "interval": "select a + interval '1' day as b from t where a > timestamp '2026-01-01 00:00:00'",
    "extract": "select extract(day from (a - b)) * 24 as hours from t",
    "cast": "select cast(a as varchar(30)) as b, cast(c as decimal(19, 6)) as d, cast(e as timestamp) as f from t",
    "qualified star": "select t.*, u.a from t left join u on t.a = u.a",
    "group by column": "select a, max(b) as b from t group by a having count(*) > 1",
    "group by renamed column": "select t.a as a, count(*) as n from t group by t.a",
    "window": "select row_number() over (partition by a order by b desc) as n from t",
    "listagg": "select listagg(a, ', ') within group (order by b) as c from t group by d",
    "analytic over set": "select a from t minus select a from u union all select a from v",
    "exists": "select a from t where not exists (select u.a from u where u.a = t.a) and b in (1, 2)",
    "conversion": "select to_number(a default null on conversion error, '9', 'NLS_NUMERIC_CHARACTERS=''.,''') b from t",
    "literal": "select 'true; limit 5 :: \"x\"' as a from dual",
    "comment": "select a -- limit 5\nfrom t /* as t; */",
    "json_table": "select j.b from t left outer join json_table(t.a format json, '$' null on error columns "
    "(n for ordinality, b varchar2(4000) path '$.b')) j on 1 = 1",
    "merge": "merge into t d using (select a, b from u) s on (d.a = s.a) when matched then update set d.b = s.b "
    "when not matched then insert (a, b) values (s.a, s.b)",
    "package": "select to_blob(utl_raw.cast_to_raw('x')) as a from dual",
    "view": "create or replace view v as select a from t",
}


@pytest.mark.parametrize("sql", BAD.values(), ids=BAD.keys())
def test_invalid_sql_is_refused(sql: str) -> None:
    assert check(sql)


@pytest.mark.parametrize("sql", GOOD.values(), ids=GOOD.keys())
def test_valid_sql_is_accepted(sql: str) -> None:
    assert check(sql) == []


def test_finding_has_line_text_and_remedy() -> None:
    (finding,) = check("select a\nfrom t\nlimit 5")
    assert (finding.line, finding.text) == (3, "limit")
    assert "fetch first" in finding.problem
