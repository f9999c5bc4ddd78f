"""Parses and checks the text of a statement."""

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
    """Return the statement's tree, which callers may change. Raises Oracle's syntax errors."""
    words = words_of(text)
    check_words(words, release)
    try:
        tree = sqlglot.parse_one(respelled(text, words), read="oracle")
    except ParseError as error:
        raise ora(900, f"invalid SQL statement: {str(error).splitlines()[0]}") from error
    check_tree(tree, release)
    return tree


def by_position(text: str) -> str:
    """Give every bind its own name: by position, each occurrence is a separate bind."""
    count = iter(range(1, text.count(":") + 1))
    return _BIND.sub(lambda match: f":b{next(count)}" if match[1] else match[0], text)


def bind_names(text: str) -> list[str]:
    """Return the names of the bind variables in order, with repetitions."""
    return [match[1] for match in _BIND.finditer(text) if match[1]]


def used_binds(sql: str, binds: Mapping[str, Any]) -> dict[str, Any]:
    """Return the binds in DuckDB's text. DuckDB refuses any others."""
    used = set(re.findall(r"\$(\w+)", sql))
    return {name: value for name, value in binds.items() if name in used}
