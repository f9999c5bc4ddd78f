"""Adapts a statement's text so that sqlglot keeps what it would lose.

sqlglot parses date and number conversions as its own functions without their last arguments, and DEFAULT NULL ON
CONVERSION ERROR only partly. Functions get the prefix `KEPT`, which makes them plain calls; CAST(x AS t DEFAULT NULL
..., f) becomes CAST(`LENIENT`(x, f) AS t). TRUNCATE of a JSON_TABLE column moves into its path.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot.tokens import TokenType

from tests.support.oracle_double.words import Word

KEPT = "KEPT_"
LENIENT = "KEPT_LENIENT"
NULL_ON_ERROR = "<null on conversion error>"
"""Text argument that replaces DEFAULT NULL ON CONVERSION ERROR in a function."""

TRUNCATED = "<truncate>"
"""Path prefix of a truncated JSON_TABLE column."""

_FUNCTIONS = {
    "TO_NUMBER",
    "TO_CHAR",
    "TO_DATE",
    "TO_TIMESTAMP",
    "TO_TIMESTAMP_TZ",
    "TRUNC",
    "STANDARD_HASH",
    "ADD_MONTHS",
    "REGEXP_SUBSTR",
    "TRANSLATE",
}
_DEFAULT_NULL = ["DEFAULT", "NULL", "ON", "CONVERSION", "ERROR"]


@dataclass(frozen=True)
class Edit:
    start: int
    end: int
    text: str


def respelled(text: str, words: Sequence[Word]) -> str:
    edits = sorted(
        [*_kept(words), *_defaults(text, words), *_truncated(words)], key=lambda edit: (edit.start, edit.end)
    )
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _kept(words: Sequence[Word]) -> Iterator[Edit]:
    for token, following in itertools.pairwise(words):
        if following.token_type == TokenType.L_PAREN and token.upper in _FUNCTIONS:
            yield Edit(token.start, token.end + 1, KEPT + token.upper)


def _defaults(text: str, words: Sequence[Word]) -> Iterator[Edit]:
    size = len(_DEFAULT_NULL)
    for index in range(len(words) - size + 1):
        if [token.upper for token in words[index : index + size]] != _DEFAULT_NULL:
            continue
        first, last = words[index], words[index + size - 1]
        opening = _opening(words, index)
        if words[opening - 1].upper != "CAST":
            yield Edit(first.start, last.end + 1, f", '{NULL_ON_ERROR}'")
            continue
        as_ = next(words[i] for i in range(index, opening, -1) if words[i].upper == "AS")
        closing = _closing(words, index)
        yield Edit(words[opening].end + 1, words[opening].end + 1, f"{LENIENT}(")
        yield Edit(as_.start, as_.start, f"{text[last.end + 1 : words[closing].start]}) ")
        yield Edit(first.start, words[closing].start, "")


def _truncated(words: Sequence[Word]) -> Iterator[Edit]:
    for truncate, path, literal in zip(words, words[1:], words[2:], strict=False):
        if (truncate.upper, path.upper, literal.token_type) == ("TRUNCATE", "PATH", TokenType.STRING):
            yield Edit(truncate.start, path.start, "")
            yield Edit(literal.start + 1, literal.start + 1, TRUNCATED)


def _opening(words: Sequence[Word], index: int) -> int:
    depth = 0
    for position in range(index, -1, -1):
        depth += {TokenType.R_PAREN: 1, TokenType.L_PAREN: -1}.get(words[position].token_type, 0)
        if depth < 0:
            return position
    raise ValueError("no bracket opens")


def _closing(words: Sequence[Word], index: int) -> int:
    depth = 0
    for position in range(index, len(words)):
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(words[position].token_type, 0)
        if depth < 0:
            return position
    raise ValueError("no bracket closes")
