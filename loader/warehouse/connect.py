"""Opening the configured target: once, or for all steps of a run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Self

from loader.settings import Settings
from loader.warehouse.base import Say, Warehouse
from loader.warehouse.duckdb.connect import DuckDbWarehouse

if TYPE_CHECKING:
    import oracledb

    from loader.warehouse.oracle.known_columns import KnownColumns


class Sessions:
    """The target for all steps of a run. Threads may share the object; `open` works outside its ``with`` block too.

    On Oracle, the steps take their sessions from one pool, which is closed with the block. A DuckDB file is opened for
    each step, or once for all steps in a `held` block. It is closed while dbt runs, because dbt opens it with other
    options, and while nothing needs it, because only one process can have it open.

    Args:
        say: receives a message while another process has a DuckDB file open.
    """

    def __init__(self, settings: Settings, say: Say | None = None) -> None:
        self._settings = settings
        self._say = say
        self._opened = ExitStack()
        self._lock = threading.Lock()
        self._pool: oracledb.ConnectionPool | None = None
        self._is_pooling = False
        self._known: KnownColumns | None = None
        self._held: DuckDbWarehouse | None = None

    def __enter__(self) -> Self:
        """Itself; the first step logs on."""
        self._is_pooling = True
        return self

    def __exit__(self, *_: object) -> None:
        """Ends all sessions."""
        self._is_pooling, self._pool = False, None
        self._opened.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep a DuckDB file open for all steps in the block. Errors as `open_warehouse`."""
        if self._settings.target.kind != "duckdb" or self._held is not None:
            yield
            return
        self._held = DuckDbWarehouse(self._settings.target, say=self._say)
        try:
            yield
        finally:
            self._close_held()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Close the file of a `held` block during this block, which needs no target and may take long."""
        if self._held is None:
            yield
            return
        self._close_held()
        try:
            yield
        finally:
            self._held = DuckDbWarehouse(self._settings.target, say=self._say)

    def _close_held(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.connection.close()

    def open(self, *, read_only: bool = False) -> Warehouse:
        """The target for one step; use it in a ``with`` block. Errors as `open_warehouse`."""
        target = self._settings.target
        if target.kind == "duckdb":
            return self.open_duckdb(read_only=read_only)
        # the driver is no light import, and DuckDB does not need it
        from loader.warehouse.oracle.connect import OracleWarehouse

        if not self._is_pooling:
            return OracleWarehouse(target)
        return OracleWarehouse(target, self.pool(), self.known_columns)

    @property
    def known_columns(self) -> KnownColumns:
        """What the steps know of Oracle's data dictionary."""
        from loader.warehouse.oracle.known_columns import KnownColumns

        if self._known is None:
            self._known = KnownColumns()
        return self._known

    def forget_columns(self) -> None:
        """Read Oracle's columns again, because another program, such as dbt, has changed tables."""
        if self._known is not None:
            self._known.forget()

    def open_duckdb(self, *, read_only: bool = False) -> DuckDbWarehouse:
        """The DuckDB file for one step, as `open`."""
        return DuckDbWarehouse(self._settings.target, read_only=read_only, shared=self._held, say=self._say)

    def pool(self) -> oracledb.ConnectionPool:
        """Oracle's sessions, inside the ``with`` block.

        Raises:
            TargetError: ``WMS_TGT_101`` to ``WMS_TGT_105``, no session can be had.
        """
        from loader.warehouse.oracle.pool import open_pool

        with self._lock:
            if self._pool is None:
                self._pool = self._opened.enter_context(open_pool(self._settings.target, "run"))
            return self._pool


def open_warehouse(settings: Settings, *, read_only: bool = False, say: Say | None = None) -> Warehouse:
    """Connect to the target; use the result in a ``with`` block.

    A process that writes to a DuckDB file locks out all other processes, including readers. Keep it open briefly.

    Args:
        say: as in `Sessions`.

    Raises:
        TargetError: ``WMS_TGT_001`` to ``WMS_TGT_004`` if DuckDB can't be opened, ``WMS_TGT_101`` to ``WMS_TGT_105``
            for Oracle.
    """
    return Sessions(settings, say).open(read_only=read_only)


def without_wait(settings: Settings) -> Settings:
    """Return settings with which a DuckDB file that another process has open is an error at once."""
    target = settings.target.model_copy(update={"duckdb_wait_seconds": 0})
    return settings.model_copy(update={"target": target})
