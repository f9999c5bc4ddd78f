"""Writes the docs site: overview, data status, tables and columns, lineage, in one folder."""

from __future__ import annotations

from loader.site.build import build_site
from loader.site.status import refreshed, write_status

__all__ = ["build_site", "refreshed", "write_status"]
