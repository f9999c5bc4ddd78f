"""Queries: checked, resolved, translated for DuckDB and executed. Each text is translated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp

from tests.support.oracle_double.names import fold
from tests.support.oracle_double.prepare import checked_tree, used_binds
from tests.support.oracle_double.resolve import Columns, Found, Resolver
from tests.support.oracle_double.rewrite.statement import to_duckdb
from tests.support.oracle_double.rules.lobs import check_lobs
from tests.support.oracle_double.session import Result, Session
from tests.support.oracle_double.transaction import Work


@dataclass(frozen=True)
class Resolved:
    """A query as DuckDB text, and its columns with known types. Valid while its tables stay the same."""

    sql: str
    columns: Columns
    found: Mapping[tuple[str | None, str], Found]

    def holds(self, session: Session) -> bool:
        """Check that names still have the same target. Raises ORA-00942. Creates temporary tables, like a lookup."""
        return all(session.lookup(*name) == found for name, found in self.found.items())


@lru_cache(maxsize=3000)
def _memory(text: str, release: int, environment: str) -> list[Resolved]:
    """The last resolution of a text, stored by its caller. Builds and releases repeat most texts."""
    return []


def resolved_query(session: Session, text: str) -> tuple[str, Columns]:
    """Return a query as DuckDB text, and its columns with known types."""
    memory = _memory(text, session.server.release, str(session.environment))
    if not memory or not memory[0].holds(session):
        memory[:] = [_resolve(session, text)]
    return memory[0].sql, dict(memory[0].columns)


def _resolve(session: Session, text: str) -> Resolved:
    found: dict[tuple[str | None, str], Found] = {}

    def lookup(owner: str | None, name: str) -> Found:
        found[owner, name] = session.lookup(owner, name)
        return found[owner, name]

    tree = checked_tree(text, session.server.release)
    fold(tree)
    columns = Resolver(lookup).query(tree)
    check_lobs(tree, session.server.release)
    return Resolved(as_text(session, tree), columns, found)


def query(session: Session, text: str, binds: Mapping[str, Any]) -> Result:
    """Return the rows of a query."""
    sql, columns = resolved_query(session, text)
    rows = session.transaction.query(Work(sql, used_binds(sql, binds)))
    return Result(rows=rows, types=columns, count=rows.num_rows)


def as_text(session: Session, tree: exp.Expression) -> str:
    """Translate the statement for DuckDB. Changes the tree."""
    for placeholder in tree.find_all(exp.Placeholder):
        placeholder.set("this", placeholder.name.lower())
    return to_duckdb(tree, session.environment)
