"""Writes the docs site: overview, data status, tables and columns, lineage, tenant, in one folder."""

from __future__ import annotations

from loader.site.build import build_site
from loader.site.discovery import discovery_verdict, write_discovery_page, write_discovery_text
from loader.site.status import refreshed, write_status

__all__ = [
    "build_site",
    "discovery_verdict",
    "refreshed",
    "write_discovery_page",
    "write_discovery_text",
    "write_status",
]
