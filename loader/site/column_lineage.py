"""Traces each column to the columns that it is computed from, by the compiled SQL of the models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any, Final

from loader.site.catalogue import Table

Origin = tuple[str, str]
"""Unique id of a table, and a column of it."""
Lineage = Mapping[tuple[str, str], tuple[Origin, ...]]
"""Origins of a column in the parents of its table, by table and column; columns of constants are missing."""

_FALLBACK: Final = "text"
_SNAPSHOT_COLUMNS: Final = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")
_TEXT: Final = re.compile(r"(n?var)?char|clob|text|string", re.IGNORECASE)


def trace_columns(tables: Iterable[Table], dialect: str) -> tuple[Lineage, tuple[str, ...]]:
    """Traces the columns of all tables with SQL, in about 20 CPU milliseconds per table.

    Args:
        dialect: ``duckdb`` or ``oracle``, of the compiled SQL.

    Returns:
        The lineage, and the names of tables whose SQL can't be traced.
    """
    # imported late: importing takes 0.3 s
    from sqlglot.errors import SqlglotError
    from sqlglot.schema import MappingSchema

    known = _in_order(tables)
    schema = MappingSchema(_schema(known), dialect=dialect)
    by_relation = {table.relation: table.node for table in known}
    lineage: dict[tuple[str, str], tuple[Origin, ...]] = {}
    untraced: list[str] = []
    for table in known:
        if table.compiled and table.kind != "seed":
            try:
                found = _trace(table.compiled, schema, dialect)
            except (SqlglotError, RecursionError):
                untraced.append(table.name)
                continue
            # for a table that isn't built yet, of which only some columns are declared
            added = _SNAPSHOT_COLUMNS if table.kind == "snapshot" else ()
            names = dict.fromkeys((*(column.name for column in table.columns), *found, *added))
            schema.add_table(table.relation, dict.fromkeys(names, _FALLBACK))
            for column, origins in found.items():
                named = {(by_relation[relation], name) for relation, name in origins if relation in by_relation}
                if named:
                    lineage[table.node, column] = tuple(sorted(named))
    return lineage, tuple(untraced)


def personal_columns(tables: Iterable[Table], lineage: Lineage) -> frozenset[Origin]:
    """Returns the columns that are marked as personal data, and all texts computed from them, such as pseudonyms.

    A number or time computed from them, such as a count of people, isn't personal data.
    """
    columns = {(table.node, column.name): column for table in tables for column in table.columns}
    found = {place for place, column in columns.items() if column.is_personal}
    readers: dict[Origin, list[Origin]] = {}
    for column, origins in lineage.items():
        for origin in origins:
            readers.setdefault(origin, []).append(column)
    waiting = list(found)
    while waiting:
        for reader in readers.get(waiting.pop(), ()):
            if reader not in found and reader in columns and _TEXT.match(columns[reader].type):
                found.add(reader)
                waiting.append(reader)
    return frozenset(found)


def _in_order(tables: Iterable[Table]) -> Sequence[Table]:
    """Returns the tables after those that they read."""
    known = {table.node: table for table in tables}
    order = TopologicalSorter({table.node: table.parents for table in known.values()}).static_order()
    return [known[node] for node in order if node in known]


def _schema(tables: Iterable[Table]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for table in tables:
        name, _, relation = table.relation.partition(".")
        if table.columns:
            schema.setdefault(name, {})[relation] = {column.name: _FALLBACK for column in table.columns}
    return schema


def _trace(sql: str, schema: Any, dialect: str) -> Mapping[str, set[Origin]]:
    """Returns the relations and columns that each output column of a query is computed from."""
    from sqlglot import parse_one
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    tree = qualify(
        parse_one(sql, read=dialect),
        schema=schema,
        dialect=dialect,
        validate_qualify_columns=False,
        quote_identifiers=False,
        identify=False,
    )
    scope = build_scope(tree)
    return _outputs(scope, {}) if scope else {}


def _outputs(scope: Any, known: dict[int, Mapping[str, set[Origin]]]) -> Mapping[str, set[Origin]]:
    from sqlglot import exp

    if id(scope) in known:
        return known[id(scope)]
    known[id(scope)] = {}  # a recursive query reads itself
    found: dict[str, set[Origin]] = {}
    if isinstance(scope.expression, exp.SetOperation):
        # columns of a union correspond by place
        left, right = (list(_outputs(part, known).items()) for part in scope.set_operation_scopes)
        for place, (name, origins) in enumerate(left):
            found[name] = origins | (right[place][1] if place < len(right) else set())
    else:
        for projection in scope.expression.selects:
            found[projection.alias_or_name.lower()] = {
                origin
                for column in projection.find_all(exp.Column)
                for origin in _origins(scope.sources.get(column.table), column.name.lower(), known)
            }
    known[id(scope)] = found
    return found


def _origins(source: Any, column: str, known: dict[int, Mapping[str, set[Origin]]]) -> Iterable[Origin]:
    from sqlglot import exp

    if source is None:
        return ()
    if isinstance(source, exp.Table):
        return ((f"{source.db}.{source.name}".lower(), column),)
    return _outputs(source, known).get(column, set())
