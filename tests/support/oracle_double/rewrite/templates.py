"""DuckDB text with placeholders, as syntax trees."""

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
    """Return a DuckDB expression. ``$name`` in the template is replaced by the part, which is rewritten later.

    A part is moved, not copied, unless its name repeats: trees are deep and copying is slow.
    """
    tree = _parsed(template).copy()
    moved: set[str] = set()
    for hole in list(tree.find_all(exp.Placeholder, exp.Parameter)):
        part = parts[hole.name].copy() if hole.name in moved else parts[hole.name]
        moved.add(hole.name)
        hole.replace(part)
    return tree


def done(node: exp.Expression) -> exp.Expression:
    """Mark a node as already translated, but not its children."""
    node.meta[_DONE] = True
    return node


def is_done(node: exp.Expression) -> bool:
    return bool(node.meta.get(_DONE))
