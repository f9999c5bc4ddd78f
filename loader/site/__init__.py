"""The site for people who look rather than read: overview, data status, tables, lineage, in one folder."""

from __future__ import annotations

from loader.site.status import refreshed, write_status

__all__ = ["refreshed", "write_status"]
