"""JSON_TABLE and IS JSON over a document stored as BLOB in UTF-8 or as text."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.kinds import type_of
from tests.support.oracle_double.names import identifier
from tests.support.oracle_double.rewrite.templates import done, duck
from tests.support.oracle_double.spelling import TRUNCATED
from tests.support.oracle_double.types import MAX_VARCHAR2, OracleType, written

# timestamps that Oracle accepts in JSON: ISO 8601 with T
_ISO = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$"
_DAY = r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?)?$"


def text_of(document: exp.Expression) -> exp.Expression:
    """Return the document as text. A BLOB is read as UTF-8."""
    inner = document.this if isinstance(document, exp.FormatJson) else document
    kind = type_of(inner)
    if kind is None:
        raise DoubleGap(f"the type of the document is not known: {inner.sql('oracle')}")
    return duck("try(decode($x))", x=inner) if kind.name == "BLOB" else inner.copy()


def is_json(node: exp.Is) -> exp.Expression:
    return duck("coalesce(json_valid($x), false)", x=text_of(node.this))


def table(node: exp.Table) -> exp.Expression:
    """Translate JSON_TABLE with a row per document to a lateral subquery. A malformed document or NULL has no row."""
    call = node.this
    if call.args["path"].name != "$":
        raise DoubleGap("JSON_TABLE with another row path than $")
    definitions = [column for column in call.args["schema"].expressions if not column.args.get("ordinality")]
    paths = [column.args["path"].name for column in definitions]
    texts = [done(exp.Literal.string(path.removeprefix(TRUNCATED))) for path in paths]
    path_list = done(exp.Array(expressions=texts))
    rows = duck(
        "select json_extract_string(document, $paths) as texts, json_type(document, $paths) as kinds "
        "from (select $doc as document) where json_valid(document)",
        paths=path_list,
        doc=text_of(call.this),
    )
    columns = []
    for column in call.args["schema"].expressions:
        if column.args.get("ordinality"):
            value = duck("cast(1 as bigint)")
        else:
            is_cut = column.args["path"].name.startswith(TRUNCATED)
            value = _value(definitions.index(column) + 1, written(column.args["kind"]), is_cut=is_cut)
        columns.append(done(exp.Alias(this=value, alias=identifier(column.name))))
    query = done(exp.select(*columns, copy=False).from_(done(exp.Subquery(this=rows, alias=_alias("values")))))
    return done(exp.Lateral(this=done(exp.Subquery(this=query)), alias=node.args["alias"].copy()))


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=identifier(name))


def _value(position: int, kind: OracleType, *, is_cut: bool) -> exp.Expression:
    """NULL ON ERROR: objects, arrays and values that don't fit or convert are NULL.

    A DATE is truncated from the time in UTC: JSON_TABLE converts a time with an offset first. TRUNCATE cuts a text.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/adjsn/RETURNING-clause-SQL-query-functions.html
    """
    text = (
        f"case when kinds[{position}] in ('OBJECT', 'ARRAY', 'NULL') then null else nullif(texts[{position}], '') end"
    )
    if kind.name == "VARCHAR2":
        if is_cut:
            cut = f"left({text}, {kind.length})" if kind.in_chars else text
            return duck(f"cut_bytes({cut}, {MAX_VARCHAR2 if kind.in_chars else kind.length})")
        size = "length" if kind.in_chars else "strlen"
        return duck(f"case when {size}({text}) <= {kind.length} then {text} end")
    if kind.name == "NUMBER":
        return duck(f"case when kinds[{position}] <> 'BOOLEAN' then try_cast({text} as {kind.duckdb}) end")
    if kind.name.startswith("TIMESTAMP"):
        return duck(f"case when regexp_matches({text}, '{_ISO}') then try_cast({text} as {kind.duckdb}) end")
    if kind.name == "DATE":
        day = f"date_trunc('day', timezone('UTC', try_cast({text} as timestamptz)))"
        return duck(f"case when regexp_matches({text}, '{_DAY}') then try_cast({day} as timestamp_s) end")
    raise DoubleGap(f"JSON_TABLE column of type {kind.name}")
