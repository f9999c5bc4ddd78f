"""A LOB can't be compared, sorted, grouped or made distinct (ORA-00932, from 23ai ORA-22848)."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.errors import ora
from tests.support.oracle_double.kinds import type_of

_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)


def check_lobs(tree: exp.Expression, release: int) -> None:
    """Check a resolved tree."""
    for node in tree.walk():
        if isinstance(node, _COMPARISONS):
            _refuse(list(node.iter_expressions()), release, "a comparison")
        elif isinstance(node, (exp.Group, exp.Order, exp.PartitionedByProperty)):
            _refuse(node.expressions, release, "GROUP BY or ORDER BY")
        elif isinstance(node, exp.Window):
            _refuse(node.args.get("partition_by") or [], release, "PARTITION BY")
        elif isinstance(node, exp.Distinct):
            _refuse(_projection(node.parent), release, "DISTINCT")
        elif isinstance(node, exp.SetOperation) and node.args.get("distinct"):
            _refuse([*_projection(node.left), *_projection(node.right)], release, "a set operator")


def _projection(node: exp.Expression | None) -> list[exp.Expression]:
    if isinstance(node, exp.Subquery):
        return _projection(node.this)
    if isinstance(node, exp.SetOperation):
        return [*_projection(node.left), *_projection(node.right)]
    return list(node.expressions) if node is not None else []


def _refuse(nodes: list[exp.Expression], release: int, where: str) -> None:
    for node in nodes:
        kind = type_of(node)
        if kind is not None and kind.is_lob:
            if release < 23:
                raise ora(932, f"inconsistent datatypes: expected - got {kind.name} in {where}")
            raise ora(22848, f"cannot use {kind.name} type as comparison key in {where}")
