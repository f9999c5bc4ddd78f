"""Opening the configured target."""

from __future__ import annotations

from loader.settings import Settings
from loader.warehouse.base import Warehouse
from loader.warehouse.duckdb.connect import DuckDbWarehouse


def open_warehouse(settings: Settings, *, read_only: bool = False) -> Warehouse:
    """Connects to the target; use it in a ``with`` block.

    DuckDB lets one process write and shuts all others out, readers included (oracle A.5): keep it open briefly.

    Raises:
        TargetError: ``WMS_TGT_001`` to ``WMS_TGT_004`` when DuckDB cannot be opened, ``WMS_TGT_101`` to
            ``WMS_TGT_105`` when Oracle cannot.
    """
    target = settings.target
    if target.kind == "oracle":
        # the driver is no light import, and DuckDB does not need it
        from loader.warehouse.oracle.connect import OracleWarehouse

        return OracleWarehouse(target)
    return DuckDbWarehouse(target, read_only=read_only)
