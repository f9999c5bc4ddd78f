"""The fixed PL/SQL blocks of dbt-oracle and SQLAlchemy: their SQL is extracted and executed one by one (oracle B.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import oracledb

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.session import Result, Session

Run = Callable[[Session, str, Sequence[Mapping[str, Any]]], Result]

_IGNORED = re.compile(
    r"EXCEPTION_INIT\s*\(\s*\w+\s*,(\s*-\d+\s*)\)|SQLCODE\s+NOT\s+IN\s*\(([^)]*)\)|SQLCODE\s*(?:!=|<>)(\s*-\d+)",
    re.IGNORECASE,
)
_IMMEDIATE = re.compile(r"EXECUTE\s+IMMEDIATE\s+'((?:[^']|'')*)'", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(r"\bBEGIN\b(.*?)(?:\bEXCEPTION\b|\bEND\s*;\s*$)", re.IGNORECASE | re.DOTALL)
_FRAME = re.compile(r"^\s*(?:BEGIN|END)\b", re.IGNORECASE)
_CALL = re.compile(r":\w+\s*:=\s*dbms_transaction\.", re.IGNORECASE)
_STATISTICS = re.compile(
    r"\bdbms_stats\.gather_table_stats\s*\(.*?tabname\s*=>\s*upper\s*\(\s*'([^']+)'", re.IGNORECASE | re.DOTALL
)


def run_block(session: Session, text: str, run: Run, rows: Sequence[Mapping[str, Any]] = ({},)) -> Result:
    """Execute a block and ignore the errors it handles. Raises DoubleGap for any other form of block."""
    if _CALL.search(text):
        return Result()
    if gathered := _STATISTICS.search(text):
        session.commit()
        session.server.catalogue.find(session.user, gathered[1].upper()).analyzed = True
        return Result()
    ignored = {int(code) for group in _IGNORED.findall(text) for code in re.findall(r"-(\d+)", "".join(group))}
    try:
        for statement in _statements(text):
            run(session, statement, rows)
    except oracledb.DatabaseError as error:
        if error.args[0].code not in ignored:
            raise
    # PL/SQL returns no row count to the caller
    return Result()


def _statements(text: str) -> list[str]:
    """Return the SQL between the first BEGIN and its exception handlers, without the handlers' own SQL."""
    body = _BODY.search(text)
    if body is None:
        raise DoubleGap(f"PL/SQL block: {text[:500]}")
    parts = [_FRAME.sub("", part).strip() for part in _split(body[1])]
    immediate = [_IMMEDIATE.fullmatch(part) for part in parts]
    return [
        match[1].replace("''", "'") if match else part for part, match in zip(parts, immediate, strict=True) if part
    ]


def _split(body: str) -> list[str]:
    """Split at semicolons outside texts and comments."""
    parts, start = [], 0
    for match in re.finditer(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|;", body, re.DOTALL):
        if match[0] == ";":
            parts.append(body[start : match.start()])
            start = match.end()
    return [*parts, body[start:]]
