"""Rules on the parsed statement that don't need the catalogue."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.errors import ora
from tests.support.oracle_double.rules.words import PSEUDO_COLUMNS, RESERVED

MAX_NAME_BYTES = 128
_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not, exp.Boolean)


def check_tree(tree: exp.Expression, release: int) -> None:
    """Raise Oracle's error for the first broken rule."""
    for node in tree.walk():
        if isinstance(node, exp.Identifier):
            _identifier(node)
        elif isinstance(node, exp.Select):
            _select(node, release)
        elif isinstance(node, exp.Values) and release < 23 and len(node.expressions) > 1:
            raise ora(933, "SQL command not properly ended (several rows in VALUES)")
        elif isinstance(node, exp.Merge):
            _merge(node)


def _identifier(node: exp.Identifier) -> None:
    name = node.name
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ora(972, f"identifier {name} is too long")
    if node.args.get("quoted"):
        return
    if name.startswith(("_", "$", "#")) or name[:1].isdigit():
        raise ora(911, f"invalid character in {name}")
    is_reference = isinstance(node.parent, exp.Column) and node.arg_key == "this"
    if name.upper() in RESERVED - (PSEUDO_COLUMNS if is_reference else frozenset()):
        raise ora(904, f'"{name.upper()}": invalid identifier (reserved word)')


def _select(node: exp.Select, release: int) -> None:
    if node.args.get("from_") is None and release < 23:
        raise ora(923, "FROM keyword not found where expected")
    if len(node.expressions) > 1 and any(isinstance(item, exp.Star) for item in node.expressions):
        raise ora(923, "FROM keyword not found where expected (* next to other columns)")
    for item in node.expressions:
        if release < 23 and isinstance(item.unalias(), _CONDITIONS):
            raise ora(923, "FROM keyword not found where expected (a condition as a column)")
    group = node.args.get("group")
    if group and any(isinstance(item, exp.Literal) and not item.is_string for item in group.expressions):
        raise ora(979, "not a GROUP BY expression (a position)")


def _merge(node: exp.Merge) -> None:
    """ORA-38104: a column in the ON clause can't be updated."""
    keys = {column.name.upper() for column in node.args["on"].find_all(exp.Column)}
    for update in node.find_all(exp.Update):
        for assignment in update.expressions:
            if assignment.this.name.upper() in keys:
                raise ora(38104, f"Columns referenced in the ON Clause cannot be updated: {assignment.this.name}")
