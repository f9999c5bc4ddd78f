"""A statement's words with the properties that the rules need, computed once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import sqlglot
from sqlglot.errors import TokenError
from sqlglot.tokens import TokenType

from tests.support.oracle_double.errors import ora

# plain texts to skip; and q'<the line's LPN>', a text in custom brackets, which sqlglot's tokenizer doesn't
# know (SQL Language Reference, Text Literals)
_TEXT = re.compile(
    r"(?P<plain>'(?:[^']|'')*')"
    r"|(?<![\w$#])n?q'(?:<.*?>|\[.*?\]|\{.*?\}|\(.*?\)|(?P<mark>[^\s<\[{(]).*?(?P=mark))'",
    re.DOTALL | re.IGNORECASE,
)


class Word(NamedTuple):
    """A token. `start` and `end` are its first and last character; `upper` is empty for quoted names and texts."""

    token_type: TokenType
    text: str
    start: int
    end: int
    upper: str


def _plain(match: re.Match[str]) -> str:
    """Return a plain text of the same length, so that every word keeps its position."""
    return match["plain"] or "'" + " " * (len(match[0]) - 2) + "'"


@lru_cache(maxsize=200)
def words_of(text: str) -> tuple[Word, ...]:
    """Split a statement into words. Raises ORA-01756 for an unterminated text."""
    try:
        tokens = sqlglot.tokenize(_TEXT.sub(_plain, text), read="oracle")
    except TokenError as error:
        raise ora(1756, "quoted string not properly terminated") from error
    quoted = {TokenType.IDENTIFIER, TokenType.STRING}
    return tuple(
        Word(
            token.token_type,
            token.text,
            token.start,
            token.end,
            "" if token.token_type in quoted else token.text.upper(),
        )
        for token in tokens
    )
