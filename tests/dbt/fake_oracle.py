"""The part of oracledb that `dbt compile -t oracle` needs: it answers dictionary queries and executes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

_VARCHAR = SimpleNamespace(name="DB_TYPE_VARCHAR")
_RELATION = ("database_name", "name", "schema_name", "kind")
_COLUMN = (
    *("table_name", "column_name", "data_type", "char_length", "data_precision", "data_scale", "char_used"),
    "comments",
)
_ONE_TABLE = re.compile(r"from user_tab_columns.*where columns\.table_name = '([\w$]+)'", re.DOTALL)


@dataclass
class FakeOracle:
    """Replacement for `oracledb.connect`.

    Args:
        user: owner of every table.
        tables: existing tables; an incremental model among them compiles as an incremental build.
        columns: of any table: name, type, characters, precision, scale, length unit.
        statements: every statement dbt sent.
    """

    user: str = "WMS"
    tables: frozenset[str] = frozenset()
    columns: tuple[tuple[Any, ...], ...] = ()
    statements: list[str] = field(default_factory=list)

    def connect(self, **_: object) -> _Connection:
        """Return a connection for any credentials."""
        return _Connection(self._answer)

    def _answer(self, sql: str) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
        self.statements.append(sql)
        if '"database_name"' in sql:
            return _RELATION, [("WMSDB", table.upper(), self.user, "table") for table in sorted(self.tables)]
        if one := _ONE_TABLE.search(sql):
            return _COLUMN, [(one[1], *column, None) for column in self.columns]
        if "user_tab_columns" in sql or "user_indexes" in sql:
            return ("name",), []
        if "actual_or_expected" in sql:
            return ("actual_or_expected",), []
        return ("value",), [("WMSDB",)]


@dataclass
class _Connection:
    answer: Callable[[str], tuple[Sequence[str], list[tuple[Any, ...]]]]

    def cursor(self) -> _Cursor:
        return _Cursor(self.answer)

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class _Cursor:
    answer: Callable[[str], tuple[Sequence[str], list[tuple[Any, ...]]]]
    rowcount: int = 0
    description: list[tuple[Any, ...]] | None = None
    _rows: list[tuple[Any, ...]] = field(default_factory=list)

    def execute(self, sql: str, parameters: object = None) -> None:
        names, self._rows = self.answer(sql)
        self.description = [(name, _VARCHAR, None, None, None, None, True) for name in names]

    def __enter__(self) -> _Cursor:
        return self

    def __exit__(self, *_: object) -> None: ...

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows[0] if self._rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        return self._rows[:size]

    def __iter__(self) -> Iterable[tuple[Any, ...]]:
        return iter(self._rows)
