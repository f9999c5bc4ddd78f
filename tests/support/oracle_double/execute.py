"""Dispatches a statement to the part of the double that executes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pyarrow as pa

from tests.support.oracle_double import alter, ddl, dml, plsql, queries
from tests.support.oracle_double.dml import Binds
from tests.support.oracle_double.errors import DoubleGap, ora
from tests.support.oracle_double.session import Result, Session

_COMMENT = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*", re.DOTALL)
_OF_ROWS = {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "COMMIT", "ROLLBACK", "SAVEPOINT"}
_PRIVILEGES = {"SCHEMA", "TABLE", "VIEW", "INDEX"}


def run(session: Session, text: str, rows: Sequence[Binds] = ({},), arrow: pa.Table | None = None) -> Result:
    """Execute a statement for one or more rows of binds. Raises Oracle's errors, or DoubleGap."""
    statement = text[_COMMENT.match(text).end() :].strip()  # type: ignore[union-attr]
    words = statement.upper().split(None, 5)
    if not words:
        raise ora(900, "invalid SQL statement")
    first = words[0].lstrip("(")
    by_first_word: dict[str, Callable[[], Result]] = {
        **dict.fromkeys(("BEGIN", "DECLARE"), lambda: plsql.run_block(session, statement, run, rows)),
        **dict.fromkeys(("SELECT", "WITH"), lambda: queries.query(session, statement, rows[0])),
        **dict.fromkeys(("UPDATE", "DELETE", "MERGE"), lambda: dml.change(session, statement, rows)),
        "INSERT": lambda: dml.insert(session, statement, rows, arrow),
        "CREATE": lambda: _create(session, statement, words),
        "ALTER": lambda: session.alter(statement) if words[1] == "SESSION" else alter.alter(session, statement),
        "DROP": lambda: alter.drop(session, statement),
        "TRUNCATE": lambda: alter.truncate(session, statement),
        "COMMENT": lambda: alter.comment(session, statement),
        "GRANT": lambda: alter.grant(session, statement),
        "REVOKE": lambda: alter.grant(session, statement),
        "COMMIT": session.commit,
        "ROLLBACK": session.rollback,
        "SAVEPOINT": Result,
    }
    if first not in by_first_word:
        raise ora(900, f"invalid SQL statement: {first}")
    try:
        return by_first_word[first]()
    finally:
        if first not in _OF_ROWS:
            session.server.forget_views()


def _create(session: Session, statement: str, words: Sequence[str]) -> Result:
    kind = next((word for word in words[1:] if word in {*_PRIVILEGES, "MATERIALIZED"}), None)
    if kind == "SCHEMA":
        raise ora(2420, "missing schema authorization clause")
    if kind == "MATERIALIZED":
        raise ora(1031, "insufficient privileges")
    session.server.instance.check_definition(str(kind))
    if kind == "INDEX":
        return ddl.create_index(session, statement)
    if kind == "VIEW":
        return ddl.create_view(session, statement)
    if kind == "TABLE":
        return ddl.create_table(session, statement)
    raise DoubleGap(f"CREATE: {statement[:200]}")
