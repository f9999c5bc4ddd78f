"""KEEP (DENSE_RANK FIRST | LAST ORDER BY ...) and LISTAGG."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.rewrite.templates import duck


def kept(node: exp.Window) -> exp.Expression:
    """Aggregate the rows that rank first or last. Structs compare from left to right and may hold a NULL."""
    orders = node.args["order"].expressions
    if len(orders) != 1:
        raise DoubleGap("KEEP with several sort columns")
    at_end = bool(node.args.get("first")) == bool(orders[0].args.get("desc"))
    function, inner = node.this, node.this.this
    parts = {"x": inner, "k": orders[0].this}
    if isinstance(function, exp.Max) and at_end:
        return duck("max({'k': $k, 'x': $x}).x", **parts)
    if isinstance(function, exp.Min) and not at_end:
        return duck("min({'k': $k, 'x': $x}).x", **parts)
    if isinstance(function, (exp.Max, exp.Min)):
        return duck(f"{'arg_max' if at_end else 'arg_min'}({{'x': $x}}, $k).x", **parts)
    raise DoubleGap(f"KEEP with {function.key}")
