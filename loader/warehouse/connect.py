"""Opens the configured target."""

from __future__ import annotations

from loader.settings import Settings
from loader.warehouse.base import Warehouse
from loader.warehouse.duckdb.connect import DuckDbWarehouse


def open_warehouse(settings: Settings, *, read_only: bool = False) -> Warehouse:
    """Connect to the target; use the result in a ``with`` block.

    A process that writes to a DuckDB file locks out all other processes, including readers. Keep it open briefly.

    Raises:
        TargetError: ``WMS_TGT_001`` to ``WMS_TGT_004`` if DuckDB can't be opened, ``WMS_TGT_101`` to ``WMS_TGT_105``
            for Oracle.
    """
    target = settings.target
    if target.kind == "oracle":
        # importing the driver is slow, and DuckDB doesn't need it
        from loader.warehouse.oracle.connect import OracleWarehouse

        return OracleWarehouse(target)
    return DuckDbWarehouse(target, read_only=read_only)
