"""What analysts get: declarations of the marts, the read copy of a DuckDB target, and exports."""

from __future__ import annotations

from loader.marts.declared import Mart, read_marts
from loader.marts.read_copy import ReadCopyError, Stamp, last_stamp, publish, remove_drafts

__all__ = ["Mart", "ReadCopyError", "Stamp", "last_stamp", "publish", "read_marts", "remove_drafts"]
