"""DuckDB text with holes, as syntax trees."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp

_DONE = "duckdb"


@lru_cache(maxsize=500)
def _parsed(template: str) -> exp.Expression:
    tree = sqlglot.parse_one(template, read="duckdb")
    for node in tree.walk():
        node.meta[_DONE] = True
    return tree


def duck(template: str, **parts: exp.Expression) -> exp.Expression:
    """A DuckDB expression; ``$name`` in the template is replaced by the part, which is still to be rewritten.

    A part is moved and not copied, except for holes that name it again: trees are deep and copies of copies are slow.
    """
    tree = _parsed(template).copy()
    moved: set[str] = set()
    for hole in list(tree.find_all(exp.Placeholder, exp.Parameter)):
        part = parts[hole.name].copy() if hole.name in moved else parts[hole.name]
        moved.add(hole.name)
        hole.replace(part)
    return tree


def done(node: exp.Expression) -> exp.Expression:
    """Marks a node as DuckDB's already; its children are not."""
    node.meta[_DONE] = True
    return node


def is_done(node: exp.Expression) -> bool:
    return bool(node.meta.get(_DONE))
