"""A statement as tokens with their position: nesting depth, query block and clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import sqlglot
from sqlglot.tokens import Token, TokenType

_CLAUSES = {"with", "select", "from", "where", "group", "having", "order", "connect", "fetch", "values", "set"}
_SET_OPERATORS = {"union", "minus", "intersect", "except"}
_QUOTED = {TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING}


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule.

    Args:
        line: from 1, in the statement.
        text: text at this position.
        problem: why Oracle refuses it, and what to write instead.
    """

    line: int
    text: str
    problem: str


@dataclass(slots=True)
class Block:
    """A SELECT with its clauses. A set operator starts the next block."""

    select: Word
    words: list[Word] = field(default_factory=list)

    def clause(self, name: str) -> list[Word]:
        """Return the words of a clause directly in this block, not in brackets, without the clause's keyword."""
        return [word for word in self.words if word.clause == name and word.text not in _CLAUSES]


@dataclass(slots=True)
class Word:
    """A token: its text (lower case unless quoted), its kind and its position.

    Args:
        opener: for a word in brackets, the word before the bracket: `cast` in `cast(...)`.
        in_case: whether it is between CASE and END.
    """

    text: str
    kind: TokenType
    line: int
    depth: int
    clause: str
    opener: str
    in_case: bool

    @property
    def is_string(self) -> bool:
        """A text literal."""
        return self.kind in _QUOTED

    @property
    def is_quoted_name(self) -> bool:
        """A name in double quotes."""
        return self.kind is TokenType.IDENTIFIER

    @property
    def is_name(self) -> bool:
        """Letters: a keyword, a function or a column."""
        return not self.is_string and (self.text[:1].isalpha() or self.text.startswith("_"))

    def finding(self, problem: str) -> Finding:
        """Return a finding at this word."""
        return Finding(self.line, self.text, problem)


@dataclass(slots=True)
class _Frame:
    """State between two brackets."""

    opener: str
    clause: str = ""
    cases: int = 0
    block: Block | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """All words of a statement in order, and its query blocks.

    Args:
        unclosed: number of unclosed brackets; negative if one was closed without being opened.
    """

    words: list[Word]
    blocks: list[Block]
    unclosed: int

    @classmethod
    def read(cls, sql: str) -> Statement:
        """Tokenize as Oracle SQL and drop comments."""
        return _Reader().read(sqlglot.tokenize(sql, read="oracle"))

    def pairs(self) -> Iterator[tuple[Word, Word]]:
        """Return each word with the next one."""
        return pairwise(self.words)


class _Reader:
    def __init__(self) -> None:
        self.frames = [_Frame(opener="")]
        self.words: list[Word] = []
        self.blocks: list[Block] = []
        self.unclosed = 0

    def read(self, tokens: list[Token]) -> Statement:
        for token in tokens:
            quoted = token.token_type in _QUOTED or token.token_type is TokenType.IDENTIFIER
            # some keywords are one token of two words, such as GROUP BY
            for text in [token.text] if quoted else token.text.lower().split():
                self._take(token, text, keyword="" if quoted else text)
        return Statement(self.words, self.blocks, self.unclosed)

    def _take(self, token: Token, text: str, keyword: str) -> None:
        if keyword == ")":
            self._close()
        frame = self.frames[-1]
        self._enter_clause(frame, keyword)
        word = Word(text, token.token_type, token.line, len(self.frames), frame.clause, frame.opener, frame.cases > 0)
        if keyword == "select":
            frame.block = Block(word)
            self.blocks.append(frame.block)
        elif keyword == "case":
            frame.cases += 1
        elif keyword == "end" and frame.cases:
            frame.cases -= 1
        if frame.block:
            frame.block.words.append(word)
        if keyword == "(":
            self._open(self.words[-1].text if self.words else "")
        self.words.append(word)

    def _enter_clause(self, frame: _Frame, keyword: str) -> None:
        if keyword in _SET_OPERATORS:
            frame.clause, frame.block = "", None
        elif keyword in _CLAUSES and (frame.block or keyword in {"select", "with", "values"}):
            frame.clause = keyword

    def _open(self, opener: str) -> None:
        self.unclosed += 1
        self.frames.append(_Frame(opener))

    def _close(self) -> None:
        self.unclosed -= 1
        if len(self.frames) > 1:
            self.frames.pop()
