"""The fixed PL/SQL blocks of dbt-oracle and SQLAlchemy: their SQL is taken out and run one by one (oracle B.2)."""

from __future__ import annotations

import re
from collections.abc import Callable

import oracledb

from tests.oracle_double.errors import DoubleGap
from tests.oracle_double.session import Result, Session

Run = Callable[[Session, str], Result]

_LITERAL = r"'((?:[^']|'')*)'"
_DROP = re.compile(rf"DECLARE\b.*?EXECUTE\s+IMMEDIATE\s+{_LITERAL}.*EXCEPTION", re.IGNORECASE | re.DOTALL)
_IGNORED = re.compile(r"EXCEPTION_INIT\s*\(\s*\w+\s*,\s*-(\d+)\s*\)", re.IGNORECASE)
_SQLCODES = re.compile(r"SQLCODE\s*(?:!=|<>|=)\s*-(\d+)", re.IGNORECASE)
_IMMEDIATE = re.compile(rf"EXECUTE\s+IMMEDIATE\s+{_LITERAL}\s*;", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(r"^\s*BEGIN\b(.*?);?\s*(?:EXCEPTION\b.*)?END\s*;\s*$", re.IGNORECASE | re.DOTALL)
_ASSIGNMENT = re.compile(r":\w+\s*:=\s*dbms_transaction", re.IGNORECASE)
_STATISTICS = re.compile(r"\bdbms_stats\.\w+\s*\(", re.IGNORECASE)


def run_block(session: Session, text: str, run: Run) -> Result:
    """Raises DoubleGap for a block of another shape."""
    if _ASSIGNMENT.search(text) or _STATISTICS.search(text):
        return Result()
    if _DROP.search(text):
        return _drop(session, text, run)
    body = _BLOCK.match(text)
    if body is None:
        raise DoubleGap(f"PL/SQL block: {text[:500]}")
    inner = _BLOCK.match(body[1].strip() + ";")
    statements = _statements(inner[1] if inner else body[1])
    result = Result()
    for statement in statements:
        result = run(session, statement)
    # PL/SQL gives no row count to the caller
    return Result(count=0) if result.rows is None else result


def _statements(body: str) -> list[str]:
    immediate = [match[1].replace("''", "'") for match in _IMMEDIATE.finditer(f"{body.strip().rstrip(';')};")]
    return immediate or [statement for part in _split(body) if (statement := part.strip())]


def _split(body: str) -> list[str]:
    """At semicolons outside texts and comments."""
    parts, start = [], 0
    for match in re.finditer(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|;", body, re.DOTALL):
        if match[0] == ";":
            parts.append(body[start : match.start()])
            start = match.end()
    return [*parts, body[start:]]


def _drop(session: Session, text: str, run: Run) -> Result:
    """EXECUTE IMMEDIATE 'DROP ...' whose named errors are passed over."""
    match = _DROP.search(text)
    if match is None:
        raise DoubleGap(text)
    ignored = {int(code) for code in [*_IGNORED.findall(text), *_SQLCODES.findall(text)]}
    try:
        run(session, match[1].replace("''", "'"))
    except oracledb.DatabaseError as error:
        if error.args[0].code not in ignored:
            raise
    return Result()
