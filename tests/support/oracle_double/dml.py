"""Data changes: checked, resolved, translated for DuckDB and executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap, ora
from tests.support.oracle_double.names import fold, identifier
from tests.support.oracle_double.prepare import checked_tree, used_binds
from tests.support.oracle_double.queries import as_text
from tests.support.oracle_double.resolve import Frame, Resolver, rename_table
from tests.support.oracle_double.rules.lobs import check_lobs
from tests.support.oracle_double.session import Result, Session
from tests.support.oracle_double.transaction import BINDS, Work
from tests.support.oracle_double.types import OracleType

Binds = Mapping[str, Any]


def insert(session: Session, text: str, rows: Sequence[Binds], arrow: pa.Table | None = None) -> Result:
    """INSERT of values or of a query; once per row of binds, or once for all rows of an Arrow table."""
    tree = checked_tree(text, session.server.release)
    if isinstance(tree, exp.MultitableInserts):
        return _insert_all(session, tree, rows)
    fold(tree)
    targets = _target_columns(session, tree)
    if isinstance(tree.expression, exp.Values):
        values = tree.expression.expressions[0].expressions
        _check_count(values, targets)
        if arrow is not None:
            return _insert_arrow(session, tree, targets, arrow)
    else:
        columns = Resolver(session.lookup).query(tree.expression)
        if "*" not in tree.expression.sql():
            _check_count(list(columns), targets)
        check_lobs(tree, session.server.release)
    sql = as_text(session, tree)
    return Result(count=sum(session.transaction.change(Work(sql, used_binds(sql, row))) for row in rows))


def change(session: Session, text: str, rows: Sequence[Binds]) -> Result:
    """UPDATE, DELETE and MERGE."""
    tree = checked_tree(text, session.server.release)
    fold(tree)
    resolver, frame = Resolver(session.lookup), Frame()
    if isinstance(tree, exp.Merge):
        _merge(resolver, frame, tree)
    else:
        resolver.source(tree.this, frame, {})
        for assignment in tree.expressions if isinstance(tree, exp.Update) else ():
            assignment.this.set("table", None)
            resolver.expression(assignment, frame, {})
        if tree.args.get("where") is not None:
            resolver.expression(tree.args["where"], frame, {})
    check_lobs(_without_assignments(tree), session.server.release)
    sql = as_text(session, tree)
    return Result(count=sum(session.transaction.change(Work(sql, used_binds(sql, row))) for row in rows))


def _merge(resolver: Resolver, frame: Frame, tree: exp.Merge) -> None:
    resolver.source(tree.this, frame, {})
    resolver.source(tree.args["using"], frame, {})
    resolver.expression(tree.args["on"], frame, {})
    for when in tree.args["whens"].expressions:
        action = when.args["then"]
        where = action.args.get("where")
        is_update = isinstance(action, exp.Update)
        filled = [item.this for item in action.expressions] if is_update else list(action.this.expressions)
        values = [item.expression for item in action.expressions] if is_update else [action.expression]
        for column in filled:
            resolver.expression(column, Frame({tree.this.alias_or_name: frame.sources[tree.this.alias_or_name]}), {})
            column.set("table", None)
        for part in [*values, where]:
            if isinstance(part, exp.Expression):
                resolver.expression(part, frame, {})
        if where is not None:
            when.set("condition", where.this if isinstance(where, exp.Where) else where)
            action.set("where", None)


def _without_assignments(tree: exp.Expression) -> exp.Expression:
    """SET a = b is not a comparison."""
    copy = tree.copy()
    for update in copy.find_all(exp.Update):
        update.set("expressions", [])
    return copy


def _insert_all(session: Session, tree: exp.MultitableInserts, rows: Sequence[Binds]) -> Result:
    """INSERT ALL with one row of binds, as dbt loads seeds. The source is DUAL."""
    count = 0
    for part in tree.expressions:
        single = part.this if isinstance(part, exp.ConditionalInsert) else part
        fold(single)
        _check_count(single.expression.expressions[0].expressions, _target_columns(session, single))
        sql = as_text(session, single)
        count += sum(session.transaction.change(Work(sql, used_binds(sql, row))) for row in rows)
    return Result(count=count)


def _target_columns(session: Session, tree: exp.Insert) -> dict[str, OracleType | None]:
    """Return the columns an INSERT fills, in its order. Gives the table its DuckDB name."""
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    found = session.lookup(table.db or None, table.name)
    if found.catalog != "temp":
        session.server.instance.check_room()
    rename_table(table, found, found.name)
    table.set("alias", None)
    names = [name.name for name in tree.this.expressions] if isinstance(tree.this, exp.Schema) else list(found.columns)
    for name in names:
        if name not in found.columns:
            raise ora(904, f'"{name}": invalid identifier')
    return {name: found.columns[name] for name in names}


def _check_count(values: Sequence[Any], targets: Mapping[str, Any]) -> None:
    if len(values) != len(targets):
        raise ora(*((913, "too many values") if len(values) > len(targets) else (947, "not enough values")))


def _insert_arrow(
    session: Session, tree: exp.Insert, targets: Mapping[str, OracleType | None], rows: pa.Table
) -> Result:
    """INSERT INTO t VALUES (:a, :b) for every row of an Arrow table, with columns bound by position."""
    values = tree.expression.expressions[0].expressions
    names = [value.name.lower() for value in values if isinstance(value, exp.Placeholder)]
    if len(names) != len(values) or len(names) != rows.num_columns:
        raise DoubleGap(f"an Arrow table of {rows.num_columns} columns for other values than {len(values)} binds")
    for (column, kind), bound in zip(targets.items(), rows.schema, strict=True):
        _check_bind(column, kind, bound.type)
    selected = [
        f"nullif(\"{name}\", '')" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else f'"{name}"'
        for name, kind in zip(names, rows.schema.types, strict=True)
    ]
    columns = ", ".join(identifier(name).sql("duckdb") for name in targets)
    table = (tree.this.this if isinstance(tree.this, exp.Schema) else tree.this).sql("duckdb")
    sql = f"insert into {table} ({columns}) select {', '.join(selected)} from {BINDS}"
    return Result(count=session.transaction.change(Work(sql, {}, rows.rename_columns(names))))


def _check_bind(column: str, kind: OracleType | None, bound: pa.DataType) -> None:
    """Refuse conversions that DuckDB makes silently and Oracle doesn't."""
    is_text = pa.types.is_string(bound) or pa.types.is_large_string(bound)
    is_binary = pa.types.is_binary(bound) or pa.types.is_large_binary(bound)
    if kind is not None and kind.name == "BLOB" and is_text:
        raise ora(1465, f"invalid hex number for {column}")
    if kind is not None and kind.name in {"VARCHAR2", "NUMBER", "CLOB"} and is_binary:
        raise ora(932, f"inconsistent datatypes: expected {kind.name} got BINARY for {column}")
