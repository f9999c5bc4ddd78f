"""Interface that the DuckDB and the Oracle warehouse implement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from loader.warehouse.schema import TableSpec

Row = tuple[object, ...]
Params = Sequence[object]


def count(target: Warehouse, sql: str, params: Params = ()) -> int:
    """The one number that a query returns."""
    return int(str(target.fetch(sql, params)[0][0]))


class Warehouse(Protocol):
    """An open connection to the target; the session's time zone is UTC. Errors are `TargetError`."""

    @property
    def description(self) -> str:
        """What and where it is, for people; never a secret."""
        ...

    def __enter__(self) -> Self:
        """Itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connection; an open transaction is rolled back."""
        ...

    def raw(self, table: str) -> str:
        """The qualified name of a raw or run table."""
        ...

    def model(self, name: str) -> str:
        """The qualified name of a dbt model."""
        ...

    def exists(self, table: str) -> bool:
        """Whether the qualified name is a table or view."""
        ...

    def columns(self, table: str) -> Set[object]:
        """Names of its columns, in lower case; empty when the qualified name is no table or view."""
        ...

    def execute(self, sql: str, params: Params = ()) -> None:
        """Runs one statement."""
        ...

    def fetch(self, sql: str, params: Params = ()) -> list[Row]:
        """Runs one query and returns all its rows; timestamps are naive UTC."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Commits at the end of the block, rolls back when it raises."""
        ...

    def check_damage(self, *, thorough: bool = False) -> str:
        """What is known of the target's health; a database with an administrator looks after itself.

        Args:
            thorough: reads every table, which costs about 4 CPU milliseconds a megabyte.

        Raises TargetError ``WMS_TGT_007``: the file is damaged.
        """
        ...

    def ensure_run_tables(self) -> None:
        """Creates the run tables, or adds the columns a newer release brought.

        Raises TargetError ``WMS_TGT_006`` when a newer release has written them.
        """
        ...

    def insert(self, spec: TableSpec, rows: Iterable[Mapping[str, object]]) -> None:
        """Inserts rows given as column -> value; a column left out is null. Aware datetimes are stored as UTC."""
        ...
