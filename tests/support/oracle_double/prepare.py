"""From the text of a statement to a checked syntax tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from tests.support.oracle_double.errors import ora
from tests.support.oracle_double.rules.tokens import check_words
from tests.support.oracle_double.rules.tree import check_tree
from tests.support.oracle_double.spelling import respelled
from tests.support.oracle_double.words import words_of

_BIND = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|(?<!:):\"?(\w+)\"?")


def checked_tree(text: str, release: int) -> exp.Expression:
    """The statement's tree, to be changed freely. Raises what Oracle raises for its grammar."""
    words = words_of(text)
    check_words(words, release)
    try:
        tree = sqlglot.parse_one(respelled(text, words), read="oracle")
    except ParseError as error:
        raise ora(900, f"invalid SQL statement: {str(error).splitlines()[0]}") from error
    check_tree(tree, release)
    return tree


def by_position(text: str) -> str:
    """The text with a name of its own for every bind: by position, each occurrence is one."""
    count = iter(range(1, text.count(":") + 1))
    return _BIND.sub(lambda match: f":b{next(count)}" if match[1] else match[0], text)


def bind_names(text: str) -> list[str]:
    """Names of the bind variables in order of appearance, repeated as they are."""
    return [match[1] for match in _BIND.finditer(text) if match[1]]


def used_binds(sql: str, binds: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the binds that DuckDB's text has. DuckDB refuses others."""
    used = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in binds.items() if name in used}
