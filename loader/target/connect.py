"""Opening the configured target."""

from __future__ import annotations

from loader.errors import TargetError
from loader.settings import Settings
from loader.target.duckdb import DuckDbTarget
from loader.target.protocol import Target


def open_target(settings: Settings, *, read_only: bool = False) -> Target:
    """Connects to the target; use it in a ``with`` block.

    DuckDB lets one process write and shuts all others out, readers included (oracle A.5): keep it open briefly.

    Raises:
        TargetError: ``WMS_TGT_001`` to ``WMS_TGT_004`` when it cannot be opened, ``WMS_TGT_010`` when there is
            no driver for its kind.
    """
    target = settings.target
    if target.kind == "duckdb":
        return DuckDbTarget(target, read_only=read_only)
    raise TargetError(
        "WMS_TGT_010",
        "The Oracle target cannot be opened by this release.",
        hint="Set GRUPONOS_TARGET__KIND=duckdb, or install a release with the Oracle target.",
    )
