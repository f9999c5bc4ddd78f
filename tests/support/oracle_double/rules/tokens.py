"""Rules on the words of a statement that sqlglot's permissive parser would accept (oracle B.4)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from sqlglot.tokens import TokenType

from tests.support.oracle_double.errors import ora
from tests.support.oracle_double.rules.words import (
    BEFORE_BRACKET,
    FOREIGN_TYPES,
    FUNCTIONS,
    PACKAGES,
    PSEUDO_COLUMNS,
    RESERVED,
)
from tests.support.oracle_double.words import Word

Words = Sequence[Word]

_FORBIDDEN_WORDS = {
    "ILIKE": (920, "invalid relational operator"),
    "QUALIFY": (933, "SQL command not properly ended"),
    "RECURSIVE": (905, "missing keyword"),
}
_FORBIDDEN_TOKENS = {
    TokenType.DCOLON: (923, "FROM keyword not found where expected"),
    TokenType.ARROW: (936, "missing expression"),
    TokenType.DARROW: (936, "missing expression"),
    TokenType.SEMICOLON: (911, "invalid character"),
}
_DATETIME_FIELDS = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}
_CLAUSES = {
    "SELECT",
    "FROM",
    "WHERE",
    "ON",
    "GROUP",
    "ORDER",
    "HAVING",
    "WITH",
    "SET",
    "VALUES",
    "USING",
    "JOIN",
    "INTO",
}
_TABLE_CLAUSES = {"FROM", "JOIN", "USING", "INTO"}


def check_words(words: Words, release: int) -> None:
    """Raise Oracle's error for the first broken rule."""
    rules: tuple[Callable[[Words, int], None], ...] = (
        _characters,
        _forbidden,
        _limit,
        _booleans,
        _since_21,
        _if_exists,
        _on_conflict,
        _intervals,
        _commas,
        _functions,
        _foreign_types,
        _as_before_table_alias,
        _reserved_table_names,
    )
    for rule in rules:
        rule(words, release)


def _characters(words: Words, release: int) -> None:
    for token in words:
        if token.token_type == TokenType.VAR and token.text.startswith("_"):
            raise ora(911, f"invalid character '_' in {token.text}")
        if token.text in {"%", "`", "["} and token.token_type not in {TokenType.STRING, TokenType.IDENTIFIER}:
            raise ora(911, f"invalid character {token.text}")


def _forbidden(words: Words, release: int) -> None:
    for token in words:
        found = _FORBIDDEN_TOKENS.get(token.token_type) or _FORBIDDEN_WORDS.get(token.upper)
        if found:
            raise ora(*found)


def _limit(words: Words, release: int) -> None:
    for token, following in itertools.pairwise(words):
        if token.upper == "LIMIT" and following.token_type == TokenType.NUMBER:
            raise ora(933, "SQL command not properly ended (LIMIT)")
        if token.upper == "FILTER" and following.token_type == TokenType.L_PAREN:
            raise ora(923, "FROM keyword not found where expected (FILTER)")


def _booleans(words: Words, release: int) -> None:
    if release < 23 and (found := [w for w in words if w.upper in {"TRUE", "FALSE"}]):
        raise ora(904, f'"{found[0].upper}": invalid identifier')


def _since_21(words: Words, release: int) -> None:
    if release < 21 and any(token.upper == "EXCEPT" for token in words):
        raise ora(933, "SQL command not properly ended (EXCEPT)")


def _if_exists(words: Words, release: int) -> None:
    """IF EXISTS and IF NOT EXISTS exist from 23ai on; CREATE OR REPLACE TABLE never did."""
    texts = [token.upper for token in words]
    if texts[:4] == ["CREATE", "OR", "REPLACE", "TABLE"]:
        raise ora(922, "missing or invalid option")
    if release < 23 and texts and texts[0] in {"CREATE", "DROP", "ALTER"} and "IF" in texts[:6]:
        raise ora(922 if texts[0] == "CREATE" else 933, "SQL command not properly ended (IF EXISTS)")
    if texts[:2] == ["CREATE", "SCHEMA"]:
        raise ora(2420, "missing schema authorization clause")


def _on_conflict(words: Words, release: int) -> None:
    texts = [token.upper for token in words]
    if any(pair == ("ON", "CONFLICT") for pair in itertools.pairwise(texts)):
        raise ora(933, "SQL command not properly ended (ON CONFLICT)")
    if any(three == ("IS", "DISTINCT", "FROM") for three in zip(texts, texts[1:], texts[2:], strict=False)):
        raise ora(908, "missing NULL keyword")


def _intervals(words: Words, release: int) -> None:
    for first, second, third in zip(words, words[1:], [*words[2:], words[-1]], strict=False):
        is_literal = first.upper == "INTERVAL" and second.token_type == TokenType.STRING
        if is_literal and third.upper not in _DATETIME_FIELDS:
            raise ora(30089, "missing or invalid <datetime field>")


def _commas(words: Words, release: int) -> None:
    for token, following in itertools.pairwise(words):
        if token.token_type == TokenType.COMMA and (
            following.upper in {"FROM", "WHERE"} or following.token_type == TokenType.R_PAREN
        ):
            raise ora(936, "missing expression")


def _functions(words: Words, release: int) -> None:
    """A word before a bracket is an Oracle function, a keyword, or the name of a table or alias."""
    for index, (token, following) in enumerate(itertools.pairwise(words)):
        name = token.upper
        if following.token_type != TokenType.L_PAREN or not name.isidentifier() or name in FUNCTIONS | BEFORE_BRACKET:
            continue
        before = words[index - 1] if index else None
        if before is not None and before.token_type == TokenType.DOT and words[index - 2].upper in PACKAGES:
            continue
        if not _names_a_table(words, index):
            raise ora(904, f'"{name}": invalid identifier')


def _names_a_table(words: Words, index: int) -> bool:
    """``insert into t (``, ``create table s.t (``, ``create index i on s.t (``, ``with c (a) as``."""
    start = index
    while start >= 2 and words[start - 1].token_type == TokenType.DOT:
        start -= 2
    before = words[start - 1].upper if start else ""
    return before in {"INTO", "TABLE", "ON", "WITH", "REFERENCES", "VIEW", "ADD", "DROP", "MODIFY"}


def _foreign_types(words: Words, release: int) -> None:
    depth_of_casts: list[bool] = []
    foreign = FOREIGN_TYPES | ({"BOOLEAN"} if release < 23 else set())
    for previous, token, following in zip(words, words[1:], [*words[2:], words[-1]], strict=False):
        if token.token_type == TokenType.L_PAREN:
            depth_of_casts.append(previous.upper == "CAST")
        elif token.token_type == TokenType.R_PAREN and depth_of_casts:
            depth_of_casts.pop()
        elif token.upper == "AS" and depth_of_casts and depth_of_casts[-1] and following.upper in foreign:
            raise ora(902, f"invalid datatype {following.upper}")


def _as_before_table_alias(words: Words, release: int) -> None:
    clauses = [""]
    for token, following in zip(words, [*words[1:], words[-1]], strict=False):
        if token.token_type == TokenType.L_PAREN:
            clauses.append("")
        elif token.token_type == TokenType.R_PAREN and len(clauses) > 1:
            clauses.pop()
        elif token.upper in _CLAUSES:
            clauses[-1] = token.upper
        elif token.upper == "AS" and clauses[-1] in _TABLE_CLAUSES and following.upper != "OF":
            raise ora(933, "SQL command not properly ended (AS before a table alias)")


def _reserved_table_names(words: Words, release: int) -> None:
    """A reserved word can't name a table unless quoted (SQL Language Reference, Database Object Names)."""
    for index, token in enumerate(words):
        if token.upper in RESERVED - PSEUDO_COLUMNS | {"USER"} and _is_owned_table(words, index):
            raise ora(903, f"invalid table name {token.upper}")


def _is_owned_table(words: Words, index: int) -> bool:
    """``from s.t``, ``into s.t``, ``update s.t``, ``table s.t``, ``on s.t (``."""
    if index < 3 or words[index - 1].token_type != TokenType.DOT:
        return False
    return words[index - 3].upper in {"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ON", "USING"}
