"""Interface that the DuckDB and the Oracle warehouse implement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from loader.warehouse.schema import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[object, ...]
Params = Sequence[object]
Say = Callable[[str], None]
"""Receives a message for the user."""


def count(target: Warehouse, sql: str, params: Params = ()) -> int:
    """The one number that a query returns."""
    return int(str(target.fetch(sql, params)[0][0]))


class Warehouse(Protocol):
    """An open connection to the target. The session's time zone is UTC. Errors are raised as `TargetError`."""

    @property
    def description(self) -> str:
        """Type and location of the target for messages, without secrets."""
        ...

    def __enter__(self) -> Self:
        """Return itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection and roll back an open transaction."""
        ...

    def raw(self, table: str) -> str:
        """Return the qualified name of a raw or run table."""
        ...

    def model(self, name: str) -> str:
        """Return the qualified name of a dbt model."""
        ...

    def exists(self, table: str) -> bool:
        """Whether a table or view of the qualified name exists."""
        ...

    def columns(self, table: str) -> Set[object]:
        """Return its column names in lower case; empty if no such table or view exists."""
        ...

    def execute(self, sql: str, params: Params = ()) -> None:
        """Run one statement."""
        ...

    def update(self, sql: str, params: Params = ()) -> int:
        """Run one UPDATE or DELETE and return the number of rows that it changed."""
        ...

    def execute_all(self, changes: Sequence[tuple[str, Params]]) -> None:
        """Run changes of rows and commit. Call it last in a `transaction`: it commits the changes before it too."""
        ...

    def fetch(self, sql: str, params: Params = ()) -> list[Row]:
        """Run one query and return all rows. Timestamps are naive UTC."""
        ...

    def batches(self, sql: str) -> AbstractContextManager[pa.RecordBatchReader]:
        """Run one query and yield its rows in batches, with column names in lower case. Timestamps are naive UTC."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Commit at the end of the block; roll back if it raises."""
        ...

    def check_damage(self, *, thorough: bool = False) -> str:
        """Check the DuckDB file for damage and return the result as text. Oracle checks its own files.

        Args:
            thorough: also read every table, which takes about 4 CPU milliseconds per megabyte.

        Raises:
            TargetError: ``WMS_TGT_007``, the file is damaged.
        """
        ...

    def ensure_run_tables(self) -> None:
        """Create missing run tables, and add columns that this release introduces.

        Raises:
            TargetError: ``WMS_TGT_006``, a newer release has written the tables.
        """
        ...

    def insert(self, spec: TableSpec, rows: Iterable[Mapping[str, object]]) -> None:
        """Insert all rows or none, given as column -> value. Missing columns are null; aware datetimes become UTC."""
        ...
