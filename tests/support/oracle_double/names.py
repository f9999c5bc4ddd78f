"""Folds names as Oracle does, and keeps quoted ones apart in DuckDB, which ignores case."""

from __future__ import annotations

from sqlglot import exp

_QUOTED = "~"
"""Suffix of the DuckDB name of a quoted identifier that is not all upper case: "id" and ID are two names on Oracle."""


def folded(identifier: exp.Identifier) -> str:
    """Return the name in upper case unless quoted; a quoted name in other case gets a suffix."""
    name = identifier.name
    if not identifier.args.get("quoted") or name == name.upper():
        return name.upper()
    return name + _QUOTED


def shown(name: str) -> str:
    """Return the name as Oracle shows it."""
    return name.removesuffix(_QUOTED)


def fold(tree: exp.Expression) -> None:
    """Fold every identifier of the tree in place."""
    for node in list(tree.find_all(exp.Identifier)):
        node.set("this", folded(node))
        node.set("quoted", True)


def identifier(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)
