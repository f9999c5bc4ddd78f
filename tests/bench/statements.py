"""Classifies the statements that reach an Oracle server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

_COMMENT: Final = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*", re.DOTALL)
_DEFINITION: Final = re.compile(r"(create|drop|truncate|grant|revoke|alter\s+(?!session))", re.IGNORECASE)
_IN_BLOCK: Final = re.compile(r"execute\s+immediate\s+'\s*(create|drop|truncate|alter\s+(?!session))", re.IGNORECASE)
_OF_SESSION: Final = re.compile(r"begin\s+execute\s+immediate\s+'\s*alter\s+session", re.IGNORECASE)
_DICTIONARY: Final = re.compile(r"\b(?:all|user)_(?:tables|tab_|col_|views|indexes|ind_|mviews|objects)", re.IGNORECASE)
_FUNCTION: Final = re.compile(r"upper\s*\(\s*(?:table_name|table_schema|owner|mview_name|view_name)\b", re.IGNORECASE)

CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "comments": "COMMENT ON",
        "definitions": "other definitions (DDL), each of which commits",
        "statistics": "calls of DBMS_STATS",
        "look_ups_with_function": "queries of the data dictionary that can't use its indexes",
        "look_ups": "other queries of the data dictionary",
        "sessions": "ALTER SESSION",
        "ends": "COMMIT and ROLLBACK",
        "tests": "data tests of dbt",
        "changes": "INSERT, UPDATE, DELETE, MERGE, and blocks of them",
        "queries": "other queries",
    }
)
"""Classes of statements, in the order in which they are tried."""


def counted(texts: Iterable[str]) -> dict[str, int]:
    """Return the number of statements, and of each class; a class without statements is 0."""
    kinds = Counter(class_of(text) for text in texts)
    return {"statements": kinds.total(), **{name: kinds[name] for name in CLASSES}}


def class_of(text: str) -> str:
    """Return the class of a statement, one of `CLASSES`."""
    plain = text[_COMMENT.match(text).end() :]  # type: ignore[union-attr]
    first = plain.split(None, 1)[0].lower() if plain.strip() else ""
    if first == "comment":
        return "comments"
    if "dbms_stats." in plain.lower():
        return "statistics"
    if _DEFINITION.match(plain) or (first in {"begin", "declare"} and _IN_BLOCK.search(plain)):
        return "definitions"
    if first in {"select", "with"}:
        return _class_of_query(text, plain)
    if _OF_SESSION.match(plain):
        return "sessions"
    return {"alter": "sessions", "commit": "ends", "rollback": "ends"}.get(first, "changes")


def _class_of_query(text: str, plain: str) -> str:
    if _DICTIONARY.search(plain):
        return "look_ups_with_function" if _FUNCTION.search(plain) else "look_ups"
    return "tests" if '"node_id": "test.' in text else "queries"
