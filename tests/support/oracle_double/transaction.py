"""A session's DuckDB connection with Oracle's transactions: started by the first DML, with statement-level rollback."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import oracledb
import pyarrow as pa

from tests.support.oracle_double.errors import DoubleGap, ora

BINDS = "binds"
"""Name of the Arrow table that a statement runs for."""

_OWN_CODE = re.compile(r"ORA-(\d{5}): ([^\n\"]*)")


@dataclass(frozen=True)
class Work:
    """A statement in DuckDB's SQL."""

    sql: str
    parameters: Mapping[str, Any]
    binds: pa.Table | None = None


class Transaction:
    """Executes statements on a connection.

    DuckDB rolls back the whole transaction if a statement fails, Oracle only the statement. Successful statements are
    therefore recorded and repeated.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._done: list[Work] = []
        self._open = False

    @property
    def is_open(self) -> bool:
        return self._open

    def query(self, work: Work) -> pa.Table:
        """Return the rows of a query."""
        try:
            return self._connection.sql(work.sql, params=dict(work.parameters) or None).to_arrow_table()
        except duckdb.Error as error:
            self._undo_statement()
            raise as_oracle(error, work.sql) from error

    def change(self, work: Work) -> int:
        """Execute DML and return the number of rows."""
        if not self._open:
            self._connection.execute("begin transaction")
            self._open = True
        try:
            rows = self._execute(work).fetchall()
        except duckdb.Error as error:
            self._undo_statement()
            raise as_oracle(error, work.sql) from error
        self._done.append(work)
        return int(rows[0][0]) if rows else 0

    def define(self, *statements: str) -> None:
        """Execute DDL: commits before and after, whether it succeeds or fails."""
        self.commit()
        for sql in statements:
            try:
                self._connection.execute(sql)
            except duckdb.Error as error:
                raise as_oracle(error, sql) from error

    def commit(self) -> None:
        if self._open:
            self._connection.commit()
        self._forget()

    def rollback(self) -> None:
        if self._open:
            self._connection.rollback()
        self._forget()

    def _forget(self) -> None:
        self._open, self._done = False, []

    def _execute(self, work: Work) -> duckdb.DuckDBPyConnection:
        if work.binds is not None:
            self._connection.register(BINDS, work.binds)
        return self._connection.execute(work.sql, dict(work.parameters) or None)

    def _undo_statement(self) -> None:
        if not self._open:
            return
        self._connection.rollback()
        self._connection.execute("begin transaction")
        for work in self._done:
            self._execute(work)


def as_oracle(error: duckdb.Error, sql: str) -> oracledb.Error:
    """Map a DuckDB error to Oracle's. Raises DoubleGap for an unknown one."""
    text = str(error)
    own = _OWN_CODE.search(text)
    if own:
        return ora(int(own[1]), own[2])
    for pattern, code, message in (
        (r"NOT NULL constraint failed: (\S+)", 1400, "cannot insert NULL into ({})"),
        (r"[Dd]uplicate key \"([^\"]+)\"", 1, "unique constraint violated ({})"),
        (
            r"CHECK constraint failed on table (\S+) with expression CHECK\(\(\(?strlen",
            12899,
            "value too large for column in {}",
        ),
        (
            r"CHECK constraint failed on table (\S+) with expression CHECK\(\(\(?length",
            12899,
            "value too large for column in {}",
        ),
        (r"CHECK constraint failed on table (\S+)", 1438, "value larger than specified precision allowed in {}"),
        (r"Could not cast value (\S+) to DECIMAL", 1438, "value larger than specified precision allowed: {}"),
        (r"must appear in the GROUP BY clause()", 979, "not a GROUP BY expression"),
        (r"Could not convert string '([^']*)'", 1722, "invalid number: {}"),
        (r"Ambiguous reference to column name \"([^\"]+)\"", 918, "column ambiguously defined: {}"),
        (r"Referenced column \"([^\"]+)\" not found", 904, '"{}": invalid identifier'),
        (r"WHERE clause cannot contain aggregates()", 934, "group function is not allowed here"),
        (r"more than one row returned by a subquery()", 1427, "single-row subquery returns more than one row"),
    ):
        found = re.search(pattern, text)
        if found:
            return ora(code, message.format(found[1]))
    raise DoubleGap(f"DuckDB: {text}\nin: {sql[:4000]}") from error
